/** What an AEAD takes: lengths of keys, nonces and tags, checked here so that both providers refuse the same. */
import { type AeadName, type BlockCipherName, CryptoError } from './provider.ts';

export const TAG_BYTES: Readonly<Record<AeadName, number>> = {
  'aes-gcm': 16,
  'aria-gcm': 16,
  'aes-ccm': 16,
  // RFC 6655 section 4: the 64-bit tag of the _CCM_8 suites.
  'aes-ccm-8': 8,
  'chacha20-poly1305': 16,
};

interface NonceBytes {
  readonly least: number;
  readonly most: number;
}

const NONCE_BYTES: Readonly<Record<AeadName, NonceBytes>> = {
  // SP 800-38D section 5.2.1.1: 1 to 2^64 - 1 bits.
  'aes-gcm': { least: 1, most: Number.MAX_SAFE_INTEGER },
  'aria-gcm': { least: 1, most: Number.MAX_SAFE_INTEGER },
  // RFC 3610 section 2: 15 - L bytes, L from 2 to 8.
  'aes-ccm': { least: 7, most: 13 },
  'aes-ccm-8': { least: 7, most: 13 },
  // RFC 8439 section 2.8.
  'chacha20-poly1305': { least: 12, most: 12 },
};

/** The block cipher beneath; ChaCha20 is none. */
export function blockCipherOf(aead: AeadName): BlockCipherName | undefined {
  if (aead === 'chacha20-poly1305') return undefined;
  return aead === 'aria-gcm' ? 'aria' : 'aes';
}

export function requireAeadInput(aead: AeadName, key: Uint8Array, nonce: Uint8Array): void {
  const cipher = blockCipherOf(aead);
  if (cipher) requireBlockCipherKey(cipher, key);
  else if (key.length !== 32) throw new CryptoError(`chacha20: key of ${key.length} bytes, 32 needed`);
  const { least, most } = NONCE_BYTES[aead];
  if (nonce.length < least || nonce.length > most) {
    throw new CryptoError(`${aead}: nonce of ${nonce.length} bytes`);
  }
}

/** Keys of 24 bytes have no TLS suite but cost nothing, and test vectors have them. */
export function requireBlockCipherKey(cipher: BlockCipherName, key: Uint8Array): void {
  if (key.length !== 16 && key.length !== 24 && key.length !== 32) {
    throw new CryptoError(`${cipher}: key of ${key.length} bytes`);
  }
}

/** Of AES and of ARIA. */
export const BLOCK_BYTES = 16;

export function requireCbcInput(
  cipher: BlockCipherName,
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
): void {
  requireBlockCipherKey(cipher, key);
  if (iv.length !== BLOCK_BYTES) throw new CryptoError(`${cipher}-cbc: iv of ${iv.length} bytes`);
  if (data.length % BLOCK_BYTES !== 0) {
    throw new CryptoError(`${cipher}-cbc: ${data.length} bytes are not whole blocks`);
  }
}

/** RFC 3610 section 2: nonces of 15 - L bytes, even tags, and a length that its field of L bytes can hold. */
export function requireCcmInput(tagBytes: number, nonce: Uint8Array, messageBytes: number): void {
  const { least, most } = NONCE_BYTES['aes-ccm'];
  if (nonce.length < least || nonce.length > most) {
    throw new CryptoError(`aes-ccm: nonce of ${nonce.length} bytes`);
  }
  if (tagBytes < 4 || tagBytes > 16 || tagBytes % 2 !== 0) {
    throw new CryptoError(`aes-ccm: tag of ${tagBytes} bytes`);
  }
  if (messageBytes >= 2 ** (8 * (15 - nonce.length))) {
    throw new CryptoError(`aes-ccm: ${messageBytes} bytes are too many for a nonce of ${nonce.length} bytes`);
  }
}
