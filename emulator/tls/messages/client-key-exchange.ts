/** The client's part of the key exchange: RFC 8422 section 5.7, RFC 5246 section 7.4.7.1. */
import type { Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import type { MessageCodec } from './handshake.ts';
import { readPoint, writePoint } from './server-key-exchange.ts';

export interface EcdheClientKeyExchange {
  readonly publicKey: Uint8Array;
}

export const ecdheClientKeyExchange: MessageCodec<EcdheClientKeyExchange> = {
  name: 'ClientKeyExchange',

  write(w: Writer, { publicKey }: EcdheClientKeyExchange): void {
    writePoint(w, publicKey);
  },

  read(r: Reader): EcdheClientKeyExchange {
    return { publicKey: readPoint(r) };
  },

  summary({ publicKey }: EcdheClientKeyExchange): readonly string[] {
    return [`public key of ${publicKey.length} bytes`];
  },
};

export interface RsaClientKeyExchange {
  readonly encryptedPremaster: Uint8Array;
}

export const rsaClientKeyExchange: MessageCodec<RsaClientKeyExchange> = {
  name: 'ClientKeyExchange',

  write(w: Writer, { encryptedPremaster }: RsaClientKeyExchange): void {
    const end = w.lengthU16('encrypted_premaster_secret');
    w.bytes('ciphertext', encryptedPremaster);
    end(`${encryptedPremaster.length} bytes`);
  },

  read(r: Reader): RsaClientKeyExchange {
    const end = r.lengthU16('encrypted_premaster_secret');
    const encryptedPremaster = r.rest('ciphertext').slice();
    end(`${encryptedPremaster.length} bytes`);
    return { encryptedPremaster };
  },

  summary({ encryptedPremaster }: RsaClientKeyExchange): readonly string[] {
    return [`secret encrypted with RSA-${8 * encryptedPremaster.length}`];
  },
};
