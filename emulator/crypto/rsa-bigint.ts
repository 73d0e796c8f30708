/** The raw RSA operations of RFC 8017 section 5 with BigInt. */
import { bytesToInteger, integerToBytes, mod, power } from './integers.ts';
import type { RsaPrivateKey, RsaPublicKey } from './provider.ts';

/** RSAEP, RSAVP1. */
export function rsaPublicOperation(key: RsaPublicKey, representative: Uint8Array): Uint8Array {
  const value = power(bytesToInteger(representative), bytesToInteger(key.e), bytesToInteger(key.n));
  return integerToBytes(value, key.n.length);
}

/** RSADP, RSASP1, by the Chinese remainder theorem (RFC 8017 section 5.1.2, step 2 (b)). */
export function rsaPrivateOperation(key: RsaPrivateKey, representative: Uint8Array): Uint8Array {
  const input = bytesToInteger(representative);
  const p = bytesToInteger(key.p);
  const q = bytesToInteger(key.q);
  const m1 = power(input % p, bytesToInteger(key.dP), p);
  const m2 = power(input % q, bytesToInteger(key.dQ), q);
  const h = mod((m1 - m2) * bytesToInteger(key.qInv), p);
  return integerToBytes(m2 + q * h, key.publicKey.n.length);
}
