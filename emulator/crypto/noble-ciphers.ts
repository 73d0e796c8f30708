/** Symmetric ciphers on @noble/ciphers, which has no CCM (that is made of its CBC and CTR) and no ARIA. */
import { cbc, ctr, ecb, gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { BLOCK_BYTES, requireAeadInput, requireCbcInput, TAG_BYTES } from './aead.ts';
import { aria } from './aria.ts';
import { decryptCbc, encryptCbc } from './cbc.ts';
import { type CcmCipher, ccmOpen, ccmSeal } from './ccm.ts';
import { gcmOpen, gcmSeal } from './gcm.ts';
import { NO_OCTETS } from './octets.ts';
import type { CryptoProvider } from './provider.ts';

/** @noble/ciphers takes GCM nonces from this length on; shorter ones go the long way. */
const NOBLE_GCM_NONCE_BYTES = 8;

const WHOLE_BLOCKS = { disablePadding: true };

export const nobleCiphers: Pick<CryptoProvider, 'aeadSeal' | 'aeadOpen' | 'cbcEncrypt' | 'cbcDecrypt'> = {
  aeadSeal(aead, key, nonce, aad, plaintext) {
    requireAeadInput(aead, key, nonce);
    switch (aead) {
      case 'aes-gcm':
        return nonce.length < NOBLE_GCM_NONCE_BYTES
          ? gcmSeal(encryptBlocks(key), nonce, aad, plaintext)
          : gcm(key, nonce, aad).encrypt(plaintext);
      case 'aes-ccm':
      case 'aes-ccm-8':
        return ccmSeal(ccmCipher(key), TAG_BYTES[aead], nonce, aad, plaintext);
      case 'aria-gcm':
        return gcmSeal(aria(key).encrypt, nonce, aad, plaintext);
      case 'chacha20-poly1305':
        return chacha20poly1305(key, nonce, aad).encrypt(plaintext);
    }
  },
  aeadOpen(aead, key, nonce, aad, sealed) {
    requireAeadInput(aead, key, nonce);
    if (sealed.length < TAG_BYTES[aead]) return undefined;
    switch (aead) {
      case 'aes-gcm':
        return nonce.length < NOBLE_GCM_NONCE_BYTES
          ? gcmOpen(encryptBlocks(key), nonce, aad, sealed)
          : decryptOrUndefined(gcm(key, nonce, aad), sealed);
      case 'aes-ccm':
      case 'aes-ccm-8':
        return ccmOpen(ccmCipher(key), TAG_BYTES[aead], nonce, aad, sealed);
      case 'aria-gcm':
        return gcmOpen(aria(key).encrypt, nonce, aad, sealed);
      case 'chacha20-poly1305':
        return decryptOrUndefined(chacha20poly1305(key, nonce, aad), sealed);
    }
  },
  cbcEncrypt(cipher, key, iv, plaintext) {
    requireCbcInput(cipher, key, iv, plaintext);
    if (cipher === 'aria') return encryptCbc(aria(key), iv, plaintext);
    return plaintext.length === 0 ? NO_OCTETS : cbc(key, iv, WHOLE_BLOCKS).encrypt(plaintext);
  },
  cbcDecrypt(cipher, key, iv, ciphertext) {
    requireCbcInput(cipher, key, iv, ciphertext);
    if (cipher === 'aria') return decryptCbc(aria(key), iv, ciphertext);
    return ciphertext.length === 0 ? NO_OCTETS : cbc(key, iv, WHOLE_BLOCKS).decrypt(ciphertext);
  },
};

/** All lengths are checked before, so what noble throws on here is the tag. */
function decryptOrUndefined(
  cipher: { decrypt(sealed: Uint8Array): Uint8Array },
  sealed: Uint8Array,
): Uint8Array | undefined {
  try {
    return cipher.decrypt(sealed);
  } catch {
    return undefined;
  }
}

export function ccmCipher(key: Uint8Array): CcmCipher {
  const zeros = new Uint8Array(BLOCK_BYTES);
  return {
    cbc: (blocks) => cbc(key, zeros, WHOLE_BLOCKS).encrypt(blocks),
    ctr: (counter, data) => ctr(key, counter).encrypt(data),
  };
}

function encryptBlocks(key: Uint8Array): (blocks: Uint8Array) => Uint8Array {
  return (blocks) => (blocks.length === 0 ? NO_OCTETS : ecb(key, WHOLE_BLOCKS).encrypt(blocks));
}
