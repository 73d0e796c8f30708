/** The curves of FIPS 186-5 (SP 800-186) that TLS uses here, and what both providers check about their keys. */
import { bytesToInteger, integerToBytes } from './integers.ts';
import { CryptoError, type CurveName, type EcPrivateKey } from './provider.ts';

export interface Curve {
  readonly name: CurveName;
  /** Size of the field in bits. */
  readonly bits: number;
  /** Length of a coordinate and of a scalar. */
  readonly bytes: number;
  /** Order of the base point. */
  readonly n: bigint;
}

export const CURVES: Readonly<Record<CurveName, Curve>> = {
  secp256r1: {
    name: 'secp256r1',
    bits: 256,
    bytes: 32,
    n: 0xffffffff_00000000_ffffffff_ffffffff_bce6faad_a7179e84_f3b9cac2_fc632551n,
  },
  secp384r1: {
    name: 'secp384r1',
    bits: 384,
    bytes: 48,
    n: BigInt(
      '0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
    ),
  },
  secp521r1: {
    name: 'secp521r1',
    bits: 521,
    bytes: 66,
    n: BigInt(`0x01ff${'f'.repeat(62)}fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`),
  },
};

/** Length of an X25519 scalar and u coordinate, RFC 7748 section 5. */
const X25519_BYTES = 32;

/** Bytes that `random` has beyond the scalar, so that the reduction is not biased (FIPS 186-5 A.2.1). */
const EXTRA_RANDOM_BYTES = 8;

/** FIPS 186-5 A.2.1, key pair generation with extra random bits: d = (c mod (n - 1)) + 1. */
export function scalarFromRandom(curve: Curve, random: Uint8Array): Uint8Array {
  requireRandom(random, curve.bytes);
  return integerToBytes((bytesToInteger(random) % (curve.n - 1n)) + 1n, curve.bytes);
}

/** Any 32 bytes are an X25519 private key; the function itself clamps them. */
export function x25519PrivateKeyFromRandom(random: Uint8Array): Uint8Array {
  requireRandom(random, X25519_BYTES);
  return random.slice(0, X25519_BYTES);
}

function requireRandom(random: Uint8Array, scalarBytes: number): void {
  const wanted = scalarBytes + EXTRA_RANDOM_BYTES;
  if (random.length < wanted) {
    throw new CryptoError(`key generation: ${wanted} bytes of random needed, got ${random.length}`);
  }
}

export function requireX25519Key(key: Uint8Array, which: 'public' | 'private'): void {
  if (key.length !== X25519_BYTES) throw new CryptoError(`x25519: ${which} key of ${key.length} bytes`);
}

/** Length and form of an uncompressed point; whether it lies on the curve is for the provider's arithmetic. */
export function requireUncompressedPoint(curve: Curve, point: Uint8Array): void {
  if (point.length !== 1 + 2 * curve.bytes || point[0] !== 0x04) {
    throw new CryptoError(`${curve.name}: not an uncompressed point`);
  }
}

/** The private scalar as an integer, in 1 … n - 1. */
export function privateScalar(key: Pick<EcPrivateKey, 'curve' | 'd'>): bigint {
  const curve = CURVES[key.curve];
  const d = bytesToInteger(key.d);
  if (key.d.length !== curve.bytes || d === 0n || d >= curve.n) {
    throw new CryptoError(`${curve.name}: private scalar out of range`);
  }
  return d;
}
