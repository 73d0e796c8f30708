/** The provider on the @noble packages and BigInt: runs wherever JavaScript does. */
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { hmac as nobleHmac } from '@noble/hashes/hmac.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import {
  CURVES,
  privateScalar,
  requireUncompressedPoint,
  requireX25519Key,
  scalarFromRandom,
  x25519PrivateKeyFromRandom,
} from './curves.ts';
import { decodeSignature, encodeSignature, signDigest } from './ecdsa.ts';
import { isSmallOrder } from './ed25519-points.ts';
import { bytesToInteger } from './integers.ts';
import { nobleCiphers } from './noble-ciphers.ts';
import {
  CryptoError,
  type CryptoProvider,
  type CurveName,
  type EcPrivateKey,
  type EcPublicKey,
  type Ed25519PrivateKey,
  type Ed25519PublicKey,
  type GroupName,
  type HashName,
  type KeyShare,
} from './provider.ts';
import { rsaSchemes } from './rsa.ts';
import { rsaPrivateOperation, rsaPublicOperation } from './rsa-bigint.ts';

const HASHES = { md5, sha1, sha224, sha256, sha384, sha512 };

export const nobleProvider: CryptoProvider = {
  name: 'noble',
  createHash: (hash) => HASHES[hash].create(),
  hash: (hash, data) => HASHES[hash](data),
  hmac: (hash, key, data) => nobleHmac(HASHES[hash], key, data),
  ...nobleCiphers,
  generateKeyShare,
  generateEcKey,
  deriveSharedSecret,
  ecdsaSign: (key, hash, data) => ecdsaSignDigest(key, hash, HASHES[hash](data)),
  ecdsaSignDigest,
  ecdsaVerify,
  ed25519Sign,
  ed25519Verify,
  ...rsaSchemes({
    hash: (hash, data) => HASHES[hash](data),
    publicOperation: rsaPublicOperation,
    privateOperation: rsaPrivateOperation,
  }),
};

// Elliptic curves

const NOBLE_CURVE = { secp256r1: p256, secp384r1: p384, secp521r1: p521 } as const;

type Point = (typeof p256)['Point']['BASE'];

/** Not in constant time, which on P-256 would take 0.45 ms in place of 0.25: these keys protect nothing. */
function publicPoint(curve: CurveName, scalar: bigint): Uint8Array {
  return NOBLE_CURVE[curve].Point.BASE.multiplyUnsafe(scalar).toBytes(false);
}

function generateKeyShare(group: GroupName, random: Uint8Array): KeyShare {
  if (group === 'x25519') {
    const privateKey = x25519PrivateKeyFromRandom(random);
    return { group, privateKey, publicKey: x25519.getPublicKey(privateKey) };
  }
  const privateKey = scalarFromRandom(CURVES[group], random);
  return { group, privateKey, publicKey: publicPoint(group, bytesToInteger(privateKey)) };
}

function generateEcKey(curve: CurveName, random: Uint8Array): EcPrivateKey {
  const d = scalarFromRandom(CURVES[curve], random);
  return {
    kind: 'ec',
    curve,
    d,
    publicKey: { kind: 'ec', curve, point: publicPoint(curve, bytesToInteger(d)) },
  };
}

function deriveSharedSecret(share: KeyShare, peer: Uint8Array): Uint8Array {
  if (share.group === 'x25519') return deriveX25519(share.privateKey, peer);
  const scalar = privateScalar({ curve: share.group, d: share.privateKey });
  const shared = decodePoint(share.group, peer).multiplyUnsafe(scalar);
  return shared.toBytes(false).slice(1, 1 + CURVES[share.group].bytes);
}

function deriveX25519(privateKey: Uint8Array, peer: Uint8Array): Uint8Array {
  requireX25519Key(privateKey, 'private');
  requireX25519Key(peer, 'public');
  try {
    // Refuses a shared secret of zeros, as RFC 8446 section 7.4.2 demands.
    return x25519.getSharedSecret(privateKey, peer);
  } catch (cause) {
    throw new CryptoError('x25519: public key is not valid', { cause });
  }
}

function decodePoint(curve: CurveName, octets: Uint8Array): Point {
  requireUncompressedPoint(CURVES[curve], octets);
  try {
    return NOBLE_CURVE[curve].Point.fromBytes(octets);
  } catch (cause) {
    throw new CryptoError(`${curve}: point is not valid`, { cause });
  }
}

function ecdsaSignDigest(key: EcPrivateKey, hash: HashName, digest: Uint8Array): Uint8Array {
  const curve = CURVES[key.curve];
  const signature = signDigest(curve, key, digest, {
    hmac: (hmacKey, message) => nobleHmac(HASHES[hash], hmacKey, message),
    baseMultiplyX: (scalar) => publicPoint(key.curve, bytesToInteger(scalar)).slice(1, 1 + curve.bytes),
  });
  return encodeSignature(signature);
}

function ecdsaVerify(key: EcPublicKey, hash: HashName, data: Uint8Array, signature: Uint8Array): boolean {
  const point = decodePoint(key.curve, key.point);
  const compact = decodeSignature(CURVES[key.curve], signature);
  if (!compact) return false;
  // lowS is Bitcoin's rule, not that of TLS.
  const options = { prehash: false, lowS: false } as const;
  return NOBLE_CURVE[key.curve].verify(compact, HASHES[hash](data), point.toBytes(false), options);
}

function ed25519Sign(key: Ed25519PrivateKey, data: Uint8Array): Uint8Array {
  if (key.seed.length !== 32) throw new CryptoError('ed25519: private key is not valid');
  return ed25519.sign(data, key.seed);
}

/**
 * RFC 8032 section 5.1.7 with the equation that has no cofactor, [S]B = R + [k]A, and R compared as bytes, as
 * OpenSSL does. noble's own verify multiplies by the cofactor and accepts a few crafted signatures more.
 */
function ed25519Verify(key: Ed25519PublicKey, data: Uint8Array, signature: Uint8Array): boolean {
  if (key.point.length !== 32) throw new CryptoError('ed25519: public key is not valid');
  if (signature.length !== 64) return false;
  if (isSmallOrder(key.point) || isSmallOrder(signature.subarray(0, 32))) return false;
  const { Point } = ed25519;
  const order = Point.Fn.ORDER;
  const s = littleEndian(signature.subarray(32));
  if (s >= order) return false;
  const r = signature.subarray(0, 32);
  const k = littleEndian(sha512.create().update(r).update(key.point).update(data).digest()) % order;
  try {
    // The lax (ZIP 215) decoding of a point is OpenSSL's: y may exceed the prime.
    const a = Point.fromBytes(key.point, true);
    const expected = Point.BASE.multiplyUnsafe(s).add(a.negate().multiplyUnsafe(k));
    return expected.toBytes().every((octet, i) => octet === r[i]);
  } catch {
    // Not a point: like OpenSSL, which decodes it only now, a signature that does not verify.
    return false;
  }
}

function littleEndian(octets: Uint8Array): bigint {
  return bytesToInteger(octets.slice().reverse());
}
