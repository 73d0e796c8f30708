/**
 * RSA keys to be had without generating any: generation is slow and cannot be seeded. They are public test keys
 * (see rsa-keys/) and must protect nothing.
 */
import type { RsaPrivateKey } from './provider.ts';
import { RSA_1024_KEYS } from './rsa-keys/rsa-1024.ts';
import { RSA_2048_KEYS } from './rsa-keys/rsa-2048.ts';
import { RSA_3072_KEYS } from './rsa-keys/rsa-3072.ts';
import { RSA_4096_KEYS } from './rsa-keys/rsa-4096.ts';
import { RSA_8192_KEYS } from './rsa-keys/rsa-8192.ts';

/** Base64 of PKCS#1 DER by size of the modulus; nothing is decoded before it is asked for. */
const POOL: ReadonlyMap<number, readonly string[]> = new Map([
  [1024, RSA_1024_KEYS],
  [2048, RSA_2048_KEYS],
  [3072, RSA_3072_KEYS],
  [4096, RSA_4096_KEYS],
  [8192, RSA_8192_KEYS],
]);

/** How many keys there are of each size in bits. */
export const RSA_POOL_SIZES: ReadonlyMap<number, number> = new Map(
  [...POOL].map(([bits, keys]) => [bits, keys.length]),
);

const decoded = new Map<string, RsaPrivateKey>();

/** The same object each time. Throws RangeError for a size or an index that the pool does not have. */
export function rsaPoolKey(bits: number, index: number): RsaPrivateKey {
  const name = `${bits}/${index}`;
  let key = decoded.get(name);
  if (key === undefined) {
    key = decodeRsaPrivateKey(encodedKey(bits, index));
    decoded.set(name, key);
  }
  return key;
}

function encodedKey(bits: number, index: number): Uint8Array {
  const keys = POOL.get(bits);
  if (keys === undefined) {
    throw new RangeError(`no RSA test keys of ${bits} bits; there are ${[...POOL.keys()].join(', ')}`);
  }
  const base64 = keys[index];
  if (base64 === undefined) {
    throw new RangeError(`no RSA test key ${index} of ${bits} bits; there are ${keys.length}`);
  }
  // atob() ignores the line breaks.
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** RSAPrivateKey, RFC 8017 appendix A.1.2: a SEQUENCE of nine INTEGERs. Trusts its input, which is ours. */
function decodeRsaPrivateKey(der: Uint8Array): RsaPrivateKey {
  const body = contentAt(der, 0);
  const integers: Uint8Array[] = [];
  for (let at = body.start; at < body.end; ) {
    const { start, end } = contentAt(der, at);
    // A first octet of zero is there for the sign only (or the whole number is zero, the version).
    integers.push(der.slice(der[start] === 0 ? start + 1 : start, end));
    at = end;
  }
  const [, n, e, d, p, q, dP, dQ, qInv] = integers as [Uint8Array, ...RsaIntegers];
  return { kind: 'rsa', publicKey: { kind: 'rsa', n, e }, d, p, q, dP, dQ, qInv };
}

type RsaIntegers = [
  n: Uint8Array,
  e: Uint8Array,
  d: Uint8Array,
  p: Uint8Array,
  q: Uint8Array,
  dP: Uint8Array,
  dQ: Uint8Array,
  qInv: Uint8Array,
];

/** Where the contents of the DER element at an offset lie. */
function contentAt(der: Uint8Array, offset: number): { start: number; end: number } {
  const first = der[offset + 1]!;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  let length = lengthBytes === 0 ? first : 0;
  for (let i = 0; i < lengthBytes; i++) length = 256 * length + der[offset + 2 + i]!;
  const start = offset + 2 + lengthBytes;
  return { start, end: start + length };
}
