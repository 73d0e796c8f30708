/**
 * ECDSA (FIPS 186-5 section 6.4) with the deterministic nonce of RFC 6979, over whatever a provider offers as
 * HMAC and as multiplication of the base point. Signing is here, once, so that both providers give the same
 * bytes; verification is native to each.
 */
import { concat } from '../world/bytes.ts';
import { type Curve, privateScalar } from './curves.ts';
import { bitLength, bytesToInteger, integerToBytes, invert, mod } from './integers.ts';
import { NO_OCTETS } from './octets.ts';
import type { EcPrivateKey } from './provider.ts';

export interface EcdsaPrimitives {
  /** HMAC with the hash that the message was hashed with. */
  hmac(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** X coordinate of scalar times base point. */
  baseMultiplyX(scalar: Uint8Array): Uint8Array;
}

export interface EcdsaSignature {
  readonly r: bigint;
  readonly s: bigint;
}

export function signDigest(
  curve: Curve,
  key: EcPrivateKey,
  digest: Uint8Array,
  primitives: EcdsaPrimitives,
): EcdsaSignature {
  const d = privateScalar(key);
  const z = bitsToInteger(curve, digest);
  for (const k of nonces(curve, key.d, digest, primitives.hmac)) {
    const r = mod(bytesToInteger(primitives.baseMultiplyX(integerToBytes(k, curve.bytes))), curve.n);
    const s = mod(invert(k, curve.n) * (z + r * d), curve.n);
    if (r !== 0n && s !== 0n) return { r, s };
  }
  throw new Error('unreachable: the generator of nonces does not end');
}

/** RFC 6979 section 3.2; goes on as 3.2 (h) says when a candidate is out of range or was refused. */
function* nonces(
  curve: Curve,
  privateKey: Uint8Array,
  digest: Uint8Array,
  hmac: EcdsaPrimitives['hmac'],
): Generator<bigint> {
  const seed = concat(privateKey, integerToBytes(bitsToInteger(curve, digest) % curve.n, curve.bytes));
  let v: Uint8Array = new Uint8Array(digest.length).fill(1);
  let key: Uint8Array = new Uint8Array(digest.length);
  const rekey = (separator: number, data: Uint8Array): void => {
    key = hmac(key, concat(v, Uint8Array.of(separator), data));
    v = hmac(key, v);
  };
  rekey(0, seed);
  rekey(1, seed);
  for (;;) {
    let candidate: Uint8Array = NO_OCTETS;
    while (8 * candidate.length < curve.bits) {
      v = hmac(key, v);
      candidate = concat(candidate, v);
    }
    const k = bitsToInteger(curve, candidate);
    if (k > 0n && k < curve.n) yield k;
    rekey(0, NO_OCTETS);
  }
}

/** RFC 6979 section 2.3.2, bits2int: the leftmost bits, as many as the order has. */
function bitsToInteger(curve: Curve, octets: Uint8Array): bigint {
  // The order of each of these curves has as many bits as its field.
  const excess = 8 * octets.length - curve.bits;
  const value = bytesToInteger(octets);
  return excess > 0 ? value >> BigInt(excess) : value;
}

/** RFC 3279 section 2.2.3: Ecdsa-Sig-Value, DER. */
export function encodeSignature({ r, s }: EcdsaSignature): Uint8Array {
  const body = concat(encodeInteger(r), encodeInteger(s));
  return concat(Uint8Array.of(0x30, ...encodeLength(body.length)), body);
}

function encodeInteger(value: bigint): Uint8Array {
  // One byte more than the bits fill: the sign bit of a positive INTEGER is zero.
  const length = Math.floor(bitLength(value) / 8) + 1;
  return concat(Uint8Array.of(0x02, length), integerToBytes(value, length));
}

function encodeLength(length: number): number[] {
  return length < 0x80 ? [length] : [0x81, length];
}

/**
 * r || s, each as long as the order, or undefined for what is not the one DER encoding of two numbers in
 * 1 … n - 1. Strict, as OpenSSL is (it encodes again and compares): BER would make signatures malleable.
 */
export function decodeSignature(curve: Curve, der: Uint8Array): Uint8Array | undefined {
  if (der[0] !== 0x30) return undefined;
  const header = der[1] === 0x81 ? 3 : 2;
  const length = der[header - 1];
  if (length === undefined || length !== der.length - header) return undefined;
  if (header === 3 ? length < 0x80 : length >= 0x80) return undefined;
  const r = decodeInteger(der, header);
  const s = r && decodeInteger(der, r.end);
  if (!r || !s || s.end !== der.length) return undefined;
  if (!inRange(curve, r.value) || !inRange(curve, s.value)) return undefined;
  return concat(integerToBytes(r.value, curve.bytes), integerToBytes(s.value, curve.bytes));
}

/** A DER INTEGER that is not negative, of at most 127 bytes. */
function decodeInteger(der: Uint8Array, at: number): { value: bigint; end: number } | undefined {
  const length = der[at + 1];
  if (der[at] !== 0x02 || length === undefined || length === 0 || length >= 0x80) return undefined;
  const end = at + 2 + length;
  const octets = der.subarray(at + 2, end);
  if (octets.length !== length || octets[0]! >= 0x80) return undefined;
  if (octets[0] === 0 && length > 1 && octets[1]! < 0x80) return undefined;
  return { value: bytesToInteger(octets), end };
}

function inRange(curve: Curve, value: bigint): boolean {
  return value > 0n && value < curve.n;
}
