/**
 * The client's part of the key exchange: the identity of a pre-shared key (RFC 4279 section 2), then an ECDH key
 * (RFC 8422 section 5.7) or an encrypted secret (RFC 5246 section 7.4.7.1), where there is one.
 */
import { latin1Text } from '../codec/bytes.ts';
import type { Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import { type KeyExchangeTraits, usesEc } from '../key-exchanges.ts';
import type { MessageCodec } from './handshake.ts';
import { readOpaque16, readPoint, writeOpaque16, writePoint } from './server-key-exchange.ts';

export interface ClientKeyExchange {
  readonly identity?: Uint8Array;
  readonly publicKey?: Uint8Array;
  readonly encryptedPremaster?: Uint8Array;
}

/** The codec for a key exchange: no field says which of the parts there are. */
export function clientKeyExchange(traits: KeyExchangeTraits): MessageCodec<ClientKeyExchange> {
  return {
    name: 'ClientKeyExchange',

    write(w: Writer, { identity, publicKey, encryptedPremaster }: ClientKeyExchange): void {
      if (identity !== undefined) writeOpaque16(w, 'psk_identity', identity);
      if (publicKey !== undefined) writePoint(w, publicKey);
      if (encryptedPremaster !== undefined) writeEncrypted(w, encryptedPremaster);
    },

    read: (r: Reader): ClientKeyExchange => ({
      ...(traits.psk && { identity: readOpaque16(r, 'psk_identity') }),
      ...(usesEc(traits) && { publicKey: readPoint(r) }),
      ...(traits.certificate?.use === 'encipherment' && { encryptedPremaster: readEncrypted(r) }),
    }),

    summary: ({ identity, publicKey, encryptedPremaster }: ClientKeyExchange): readonly string[] => [
      ...(identity === undefined ? [] : [`identity "${latin1Text(identity)}"`]),
      ...(publicKey === undefined ? [] : [`public key of ${publicKey.length} bytes`]),
      ...(encryptedPremaster === undefined
        ? []
        : [`secret encrypted with RSA-${8 * encryptedPremaster.length}`]),
    ],
  };
}

function writeEncrypted(w: Writer, encryptedPremaster: Uint8Array): void {
  const end = w.lengthU16('encrypted_premaster_secret');
  w.bytes('ciphertext', encryptedPremaster);
  end(`${encryptedPremaster.length} bytes`);
}

function readEncrypted(r: Reader): Uint8Array {
  const end = r.lengthU16('encrypted_premaster_secret');
  const encryptedPremaster = r.rest('ciphertext').slice();
  end(`${encryptedPremaster.length} bytes`);
  return encryptedPremaster;
}
