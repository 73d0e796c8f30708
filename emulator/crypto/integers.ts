/**
 * Integers modulo a number, as public-key cryptography wants them, and their big-endian octet strings
 * (I2OSP and OS2IP of RFC 8017 section 4). Not constant-time: the keys of a simulation protect nothing.
 */

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** OS2IP. */
export function bytesToInteger(bytes: Uint8Array): bigint {
  let hex = '0x0';
  for (const byte of bytes) hex += HEX[byte];
  return BigInt(hex);
}

/** I2OSP. The value must fit into `length` bytes. */
export function integerToBytes(value: bigint, length: number): Uint8Array {
  const hex = value.toString(16).padStart(2 * length, '0');
  if (hex.length > 2 * length) throw new RangeError(`integer too large for ${length} bytes`);
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** Position of the highest one bit plus one; 0 for 0. */
export function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** The residue in 0 … modulus - 1, also of negative numbers. */
export function mod(value: bigint, modulus: bigint): bigint {
  const remainder = value % modulus;
  return remainder < 0n ? remainder + modulus : remainder;
}

/** Inverse by the extended Euclidean algorithm. Throws RangeError when there is none. */
export function invert(value: bigint, modulus: bigint): bigint {
  let [r0, r1] = [modulus, mod(value, modulus)];
  let [t0, t1] = [0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [t0, t1] = [t1, t0 - quotient * t1];
  }
  if (r0 !== 1n) throw new RangeError('number has no inverse');
  return mod(t0, modulus);
}

/** Bits of the exponent taken at a time: 2^5 precomputed powers pay from about 256 bits on. */
const WINDOW = 5;

/** base^exponent mod modulus, exponent not negative. */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  const bits = exponent.toString(2);
  return bits.length <= 64 ? powerByBits(base, bits, modulus) : powerByWindows(base, bits, modulus);
}

function powerByBits(base: bigint, bits: string, modulus: bigint): bigint {
  let result = 1n % modulus;
  for (const bit of bits) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}

function powerByWindows(base: bigint, bits: string, modulus: bigint): bigint {
  const powers = [1n % modulus, base % modulus];
  for (let i = 2; i < 1 << WINDOW; i++) powers.push((powers[i - 1]! * powers[1]!) % modulus);
  const padded = bits.padStart(Math.ceil(bits.length / WINDOW) * WINDOW, '0');
  let result = powers[0]!;
  for (let at = 0; at < padded.length; at += WINDOW) {
    for (let i = 0; i < WINDOW; i++) result = (result * result) % modulus;
    const digit = Number.parseInt(padded.slice(at, at + WINDOW), 2);
    if (digit !== 0) result = (result * powers[digit]!) % modulus;
  }
  return result;
}
