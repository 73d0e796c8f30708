/**
 * How each key exchange makes the premaster secret: from ECDH keys (RFC 8422 section 5.10), from a secret that the
 * client encrypts (RFC 5246 section 8.1.1), or from nothing; and from a pre-shared key on top (RFC 4279, RFC 5489).
 */
import type { GroupName, KeyShare, PrivateKey, PublicKey } from '../../crypto/provider.ts';
import { concat } from '../../world/bytes.ts';
import type { PreSharedKey } from '../config.ts';
import { TlsError } from '../engine.ts';
import type { HandshakeIo } from '../handshake-machine.ts';
import { agreeOnSecret, makeKeyShare } from '../key-agreement.ts';
import { type KeyExchangeTraits, usesEc } from '../key-exchanges.ts';
import type { ClientKeyExchange } from '../messages/client-key-exchange.ts';
import { decryptPremaster, encryptPremaster } from './rsa-key-exchange.ts';

/** What a client has when it is to answer. */
export interface ClientSide {
  readonly traits: KeyExchangeTraits;
  /** Of its hello. */
  readonly version: number;
  /** The key of the server's certificate. */
  readonly certificateKey: PublicKey | undefined;
  /** The server's ECDH key, of its ServerKeyExchange or its certificate. */
  readonly serverKey: EcdhKey | undefined;
  readonly psk: PreSharedKey | undefined;
}

export interface EcdhKey {
  readonly group: GroupName;
  readonly publicKey: Uint8Array;
}

export interface ClientAnswer {
  readonly message: ClientKeyExchange;
  readonly premaster: Uint8Array;
}

export function answerKeyExchange(io: HandshakeIo, side: ClientSide): ClientAnswer {
  const { traits, psk } = side;
  if (!traits.psk) return answerWithoutPsk(io, side)!;
  if (psk === undefined) throw new Error('a PSK suite was agreed without a pre-shared key');
  const { identity, key } = psk;
  const answer = answerWithoutPsk(io, side);
  return { message: { identity, ...answer?.message }, premaster: withPsk(answer?.premaster, key) };
}

function answerWithoutPsk(io: HandshakeIo, side: ClientSide): ClientAnswer | undefined {
  if (usesEc(side.traits)) {
    const { group, publicKey: peer } = side.serverKey!;
    const share = makeKeyShare(io, group);
    return { premaster: agreeOnSecret(io, share, peer), message: { publicKey: share.publicKey } };
  }
  if (side.certificateKey === undefined) return undefined;
  const { premaster, encrypted } = encryptPremaster(io.host, side.version, side.certificateKey);
  return { premaster, message: { encryptedPremaster: encrypted } };
}

/** What a server has when the client's answer comes. */
export interface ServerSide {
  readonly traits: KeyExchangeTraits;
  /** Of the client's hello. */
  readonly version: number;
  /** Its ephemeral key, or that of its certificate when the suite is one of static ECDH. */
  readonly share: KeyShare | undefined;
  /** Decrypts what an RSA suite encrypts. */
  readonly key: PrivateKey | undefined;
  readonly preSharedKey: ((identity: Uint8Array) => Uint8Array | undefined) | undefined;
}

/** Throws TlsError "unknown-psk-identity", or "bad-key-share" for a point that is none. */
export function premasterFrom(io: HandshakeIo, side: ServerSide, message: ClientKeyExchange): Uint8Array {
  if (!side.traits.psk) return premasterWithoutPsk(io, side, message)!;
  const key = side.preSharedKey?.(message.identity!);
  if (key === undefined || key.length === 0) {
    throw new TlsError('unknown-psk-identity', 'the client names a pre-shared key that is not known here');
  }
  return withPsk(premasterWithoutPsk(io, side, message), key);
}

function premasterWithoutPsk(
  io: HandshakeIo,
  { share, key, version }: ServerSide,
  { publicKey, encryptedPremaster }: ClientKeyExchange,
): Uint8Array | undefined {
  if (publicKey !== undefined) return agreeOnSecret(io, share!, publicKey);
  if (encryptedPremaster === undefined) return undefined;
  if (key?.kind !== 'rsa') throw new Error('an RSA suite was agreed without an RSA key');
  return decryptPremaster(io.host, version, key, encryptedPremaster);
}

/** RFC 4279 section 2: zeros as long as the key where there is no other secret. */
function withPsk(otherSecret: Uint8Array | undefined, key: Uint8Array): Uint8Array {
  const other = otherSecret ?? new Uint8Array(key.length);
  return concat(lengthPrefix(other), other, lengthPrefix(key), key);
}

function lengthPrefix({ length }: Uint8Array): Uint8Array {
  return Uint8Array.of(length >>> 8, length);
}

/** The key of a certificate as a key share: static ECDH. */
export function staticShare(key: PrivateKey): KeyShare {
  if (key.kind !== 'ec') throw new Error('a suite of static ECDH was agreed without an EC key');
  return { group: key.curve, privateKey: key.d, publicKey: key.publicKey.point };
}
