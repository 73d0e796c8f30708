/**
 * The prime curves the device's mbedTLS can read in a certificate (ESP-IDF's defaults less Brainpool and
 * Curve25519, which MicroPython switches off). Only three of them it, and the provider, will verify with; the
 * others have to be told from broken ones. Equation and constants: SEC 2 and FIPS 186-4 D.1.2.
 */
import { toHex } from '../world/bytes.ts';

export interface Curve {
  /** SECG name. */
  readonly name: string;
  readonly oid: string;
  readonly bits: number;
  readonly p: bigint;
  readonly a: bigint;
  readonly b: bigint;
}

const P192 = 2n ** 192n - 2n ** 64n - 1n;
const P224 = 2n ** 224n - 2n ** 96n + 1n;
const P256 = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const P384 = 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n;
const P521 = 2n ** 521n - 1n;

const B192 = 0x64210519e59c80e70fa7e9ab72243049feb8deecc146b9b1n;
const B224 = 0xb4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4n;
const B256 = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const B384 =
  0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn;
const B521 =
  0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n;

function random(name: string, oid: string, bits: number, p: bigint, b: bigint): Curve {
  return { name, oid, bits, p, a: p - 3n, b };
}

function koblitz(name: string, oid: string, bits: number, p: bigint, b: bigint): Curve {
  return { name, oid, bits, p, a: 0n, b };
}

export const CURVES: readonly Curve[] = [
  random('secp192r1', '1.2.840.10045.3.1.1', 192, P192, B192),
  random('secp224r1', '1.3.132.0.33', 224, P224, B224),
  random('secp256r1', '1.2.840.10045.3.1.7', 256, P256, B256),
  random('secp384r1', '1.3.132.0.34', 384, P384, B384),
  random('secp521r1', '1.3.132.0.35', 521, P521, B521),
  koblitz('secp192k1', '1.3.132.0.31', 192, 2n ** 192n - 2n ** 32n - 4553n, 3n),
  koblitz('secp224k1', '1.3.132.0.32', 224, 2n ** 224n - 2n ** 32n - 6803n, 5n),
  koblitz('secp256k1', '1.3.132.0.10', 256, 2n ** 256n - 2n ** 32n - 977n, 7n),
];

export function curveByOid(oid: string): Curve | undefined {
  return CURVES.find((curve) => curve.oid === oid);
}

export function curveByName(name: string): Curve | undefined {
  return CURVES.find((curve) => curve.name === name);
}

/** `format`: unknown or of the wrong length; `no-root`: compressed, on a curve mbedTLS takes no roots on. */
export type PointProblem = 'format' | 'no-root' | 'not-on-curve';

/** Decodes a point (SEC 1 section 2.3.4) to its uncompressed form, checking that it lies on the curve. */
export function decodePoint(curve: Curve, encoded: Uint8Array): Uint8Array | PointProblem {
  const size = Math.ceil(curve.bits / 8);
  switch (encoded[0]) {
    case 0:
      return encoded.length === 1 ? 'not-on-curve' : 'format';
    case 2:
    case 3:
      return encoded.length === 1 + size ? decompress(curve, encoded) : 'format';
    case 4: {
      if (encoded.length !== 1 + 2 * size) return 'format';
      const x = bigintOf(encoded.subarray(1, 1 + size));
      const y = bigintOf(encoded.subarray(1 + size));
      return isOnCurve(curve, x, y) ? encoded : 'not-on-curve';
    }
    default:
      return 'format';
  }
}

/** mbedTLS derives y only where p = 3 mod 4, which leaves out secp224r1 (and secp224k1). */
function decompress(curve: Curve, encoded: Uint8Array): Uint8Array | PointProblem {
  if (curve.p % 4n !== 3n) return 'no-root';
  const x = bigintOf(encoded.subarray(1));
  if (x >= curve.p) return 'not-on-curve';
  const root = power(rightSide(curve, x), (curve.p + 1n) / 4n, curve.p);
  const y = root % 2n === BigInt(encoded[0]! & 1) ? root : curve.p - root;
  if (!isOnCurve(curve, x, y)) return 'not-on-curve';
  const size = encoded.length - 1;
  return Uint8Array.from([4, ...bytesOf(x, size), ...bytesOf(y, size)]);
}

function isOnCurve(curve: Curve, x: bigint, y: bigint): boolean {
  return x < curve.p && y < curve.p && (y * y) % curve.p === rightSide(curve, x);
}

/** x³ + ax + b mod p */
function rightSide(curve: Curve, x: bigint): bigint {
  return (((x * x + curve.a) % curve.p) * x + curve.b) % curve.p;
}

export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

export function bigintOf(bytes: Uint8Array): bigint {
  // Through hex: adding byte after byte would take time with the square of the length.
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`);
}

export function bytesOf(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let rest = value;
  for (let i = length - 1; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}
