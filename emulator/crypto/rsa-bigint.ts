/** The raw RSA operations of RFC 8017 section 5 with BigInt. */
import { bytesToInteger, integerToBytes, mod, power } from './integers.ts';
import type { RsaPrivateKey, RsaPublicKey } from './provider.ts';

/** RSAEP, RSAVP1. */
export function rsaPublicOperation(key: RsaPublicKey, representative: Uint8Array): Uint8Array {
  const value = power(bytesToInteger(representative), bytesToInteger(key.e), bytesToInteger(key.n));
  return integerToBytes(value, key.n.length);
}

/** RSADP, RSASP1, by the Chinese remainder theorem. */
export function rsaPrivateOperation(key: RsaPrivateKey, representative: Uint8Array): Uint8Array {
  const n = bytesToInteger(key.publicKey.n);
  const input = bytesToInteger(representative);
  let output = byChineseRemainder(key, input);
  // A slip in one half would reveal a factor of n (Boneh, DeMillo, Lipton). OpenSSL checks the same way and
  // falls back to d; so with wrong CRT parameters the two providers still agree.
  if (output >= n || power(output, bytesToInteger(key.publicKey.e), n) !== input) {
    output = power(input, bytesToInteger(key.d), n);
  }
  return integerToBytes(output, key.publicKey.n.length);
}

/** RFC 8017 section 5.1.2, step 2 (b). */
function byChineseRemainder(key: RsaPrivateKey, input: bigint): bigint {
  const p = bytesToInteger(key.p);
  const q = bytesToInteger(key.q);
  const m1 = power(input % p, bytesToInteger(key.dP), p);
  const m2 = power(input % q, bytesToInteger(key.dQ), q);
  const h = mod((m1 - m2) * bytesToInteger(key.qInv), p);
  return m2 + q * h;
}
