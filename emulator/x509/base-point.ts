/**
 * The public point of a private number, for keys that come without it: mbedTLS computes it when it reads them. On the
 * curves that the provider has. Coordinates are Jacobian, so that one inversion does for all steps. Keys are read without
 * a provider, and to import @noble/curves for this alone would cost the start of a process that computes with Node 35 ms.
 */
import { bytesOf, type Curve, power } from './curves.ts';

interface Jacobian {
  readonly x: bigint;
  readonly y: bigint;
  /** 0: the point at infinity. */
  readonly z: bigint;
}

/** Base points by SECG name (SEC 2 version 2, sections 2.4.2, 2.5.1 and 2.6.1). */
const BASE_POINTS: Readonly<Record<string, readonly [x: bigint, y: bigint]>> = {
  secp256r1: [
    0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
    0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  ],
  secp384r1: [
    0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
    0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
  ],
  secp521r1: [
    0xc6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n,
    0x11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650n,
  ],
};

const INFINITY: Jacobian = { x: 1n, y: 1n, z: 0n };

/** Uncompressed; undefined for a curve without base point here, and for a multiple of the base point's order. */
export function publicPointOf(curve: Curve, number: bigint): Uint8Array | undefined {
  const base = BASE_POINTS[curve.name];
  if (base === undefined) return undefined;
  let sum = INFINITY;
  for (const bit of number.toString(2)) {
    sum = double(curve, sum);
    if (bit === '1') sum = add(curve, sum, base);
  }
  if (sum.z === 0n) return undefined;
  const { p } = curve;
  const inverse = power(sum.z, p - 2n, p);
  const square = (inverse * inverse) % p;
  const size = Math.ceil(curve.bits / 8);
  const x = (sum.x * square) % p;
  const y = (((sum.y * square) % p) * inverse) % p;
  return Uint8Array.from([4, ...bytesOf(x, size), ...bytesOf(y, size)]);
}

function double({ p, a }: Curve, { x, y, z }: Jacobian): Jacobian {
  if (z === 0n) return INFINITY;
  const y2 = (y * y) % p;
  const s = (4n * x * y2) % p;
  const m = (3n * x * x + a * power(z, 4n, p)) % p;
  const doubled = modulo(m * m - 2n * s, p);
  return { x: doubled, y: modulo(m * (s - doubled) - 8n * y2 * y2, p), z: (2n * y * z) % p };
}

/** A point in affine coordinates is added. */
function add(curve: Curve, { x, y, z }: Jacobian, [otherX, otherY]: readonly [bigint, bigint]): Jacobian {
  if (z === 0n) return { x: otherX, y: otherY, z: 1n };
  const { p } = curve;
  const z2 = (z * z) % p;
  const h = modulo(otherX * z2 - x, p);
  const r = modulo(otherY * z2 * z - y, p);
  if (h === 0n) return r === 0n ? double(curve, { x, y, z }) : INFINITY;
  const h2 = (h * h) % p;
  const v = (x * h2) % p;
  const sum = modulo(r * r - h2 * h - 2n * v, p);
  return { x: sum, y: modulo(r * (v - sum) - y * h2 * h, p), z: (z * h) % p };
}

function modulo(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}
