/** The pseudorandom function of TLS 1.2, RFC 5246 section 5. */
import { concat } from '../world/bytes.ts';
import type { CryptoProvider, HashName } from './provider.ts';

const ENCODER = new TextEncoder();

/** PRF(secret, label, seed), cut to `length` bytes; `hash` is the one of the cipher suite. */
export function prf12(
  provider: Pick<CryptoProvider, 'hmac'>,
  hash: HashName,
  secret: Uint8Array,
  label: string,
  seed: Uint8Array,
  length: number,
): Uint8Array {
  const labelAndSeed = concat(ENCODER.encode(label), seed);
  return expand((data) => provider.hmac(hash, secret, data), labelAndSeed, length);
}

/** P_hash: HMAC(A(1) + seed) + HMAC(A(2) + seed) + …, where A(0) is the seed and A(i) = HMAC(A(i-1)). */
function expand(hmac: (data: Uint8Array) => Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  let a = seed;
  for (let at = 0; at < length; ) {
    a = hmac(a);
    const block = hmac(concat(a, seed));
    output.set(block.subarray(0, length - at), at);
    at += block.length;
  }
  return output;
}
