/** HKDF (RFC 5869) and what TLS 1.3 derives with it (RFC 8446 section 7.1). */
import { concat } from '../world/bytes.ts';
import { HASH_BYTES } from './hashes.ts';
import { NO_OCTETS } from './octets.ts';
import { CryptoError, type CryptoProvider, type HashName } from './provider.ts';

type Hmac = Pick<CryptoProvider, 'hmac'>;

/** The pseudorandom key. An empty salt stands for as many zeros as the hash is long. */
export function hkdfExtract(
  provider: Hmac,
  hash: HashName,
  salt: Uint8Array,
  inputKeyMaterial: Uint8Array,
): Uint8Array {
  const key = salt.length === 0 ? new Uint8Array(HASH_BYTES[hash]) : salt;
  return provider.hmac(hash, key, inputKeyMaterial);
}

/** At most 255 times the hash's length; more is a CryptoError. */
export function hkdfExpand(
  provider: Hmac,
  hash: HashName,
  pseudorandomKey: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  if (length > 255 * HASH_BYTES[hash]) throw new CryptoError(`hkdf: ${length} bytes asked of ${hash}`);
  const output = new Uint8Array(length);
  let block: Uint8Array = NO_OCTETS;
  for (let at = 0, counter = 1; at < length; at += block.length, counter++) {
    block = provider.hmac(hash, pseudorandomKey, concat(block, info, Uint8Array.of(counter)));
    output.set(block.subarray(0, length - at), at);
  }
  return output;
}

/** HKDF-Expand-Label; `label` without the prefix "tls13 ". */
export function hkdfExpandLabel(
  provider: Hmac,
  hash: HashName,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  const fullLabel = new TextEncoder().encode(`tls13 ${label}`);
  if (fullLabel.length > 255 || context.length > 255) {
    throw new CryptoError('hkdf: label or context longer than 255 bytes');
  }
  const info = concat(
    Uint8Array.of(length >> 8, length, fullLabel.length),
    fullLabel,
    Uint8Array.of(context.length),
    context,
  );
  return hkdfExpand(provider, hash, secret, info, length);
}

/** Derive-Secret, given the hash of the transcript. */
export function deriveSecret(
  provider: Hmac,
  hash: HashName,
  secret: Uint8Array,
  label: string,
  transcriptHash: Uint8Array,
): Uint8Array {
  return hkdfExpandLabel(provider, hash, secret, label, transcriptHash, HASH_BYTES[hash]);
}
