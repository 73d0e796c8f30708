/** Symmetric ciphers on node:crypto. */

import crypto from 'node:crypto';
import { concat } from '../world/bytes.ts';
import { AES_BLOCK_BYTES, requireAeadInput, requireCbcInput, requireCcmInput, TAG_BYTES } from './aead.ts';
import { type CcmCipher, ccmOpen, ccmSeal } from './ccm.ts';
import { gcmOpen, gcmSeal } from './gcm.ts';
import type { AeadName, CryptoProvider } from './provider.ts';

/** OpenSSL 3 takes GCM nonces up to this (GCM_IV_MAX_SIZE); longer ones go the long way. */
const OPENSSL_GCM_NONCE_BYTES = 128;

export const nodeCiphers: Pick<CryptoProvider, 'aeadSeal' | 'aeadOpen' | 'aesCbcEncrypt' | 'aesCbcDecrypt'> =
  {
    aeadSeal(aead, key, nonce, aad, plaintext) {
      requireAeadInput(aead, key, nonce);
      if (aead === 'aes-gcm' && nonce.length > OPENSSL_GCM_NONCE_BYTES) {
        return gcmSeal(encryptBlocks(key), nonce, aad, plaintext);
      }
      return aeadSealWithTag(aead, TAG_BYTES[aead], key, nonce, aad, plaintext);
    },
    aeadOpen(aead, key, nonce, aad, sealed) {
      requireAeadInput(aead, key, nonce);
      if (aead === 'aes-gcm' && nonce.length > OPENSSL_GCM_NONCE_BYTES) {
        return gcmOpen(encryptBlocks(key), nonce, aad, sealed);
      }
      return aeadOpenWithTag(aead, TAG_BYTES[aead], key, nonce, aad, sealed);
    },
    aesCbcEncrypt(key, iv, plaintext) {
      requireCbcInput(key, iv, plaintext);
      const cipher = crypto.createCipheriv(`aes-${8 * key.length}-cbc`, key, iv).setAutoPadding(false);
      return concat(cipher.update(plaintext), cipher.final());
    },
    aesCbcDecrypt(key, iv, ciphertext) {
      requireCbcInput(key, iv, ciphertext);
      const cipher = crypto.createDecipheriv(`aes-${8 * key.length}-cbc`, key, iv).setAutoPadding(false);
      return concat(cipher.update(ciphertext), cipher.final());
    },
  };

/** As `aeadSeal`, with a tag of `tagBytes`; lengths are checked by the caller. */
export function aeadSealWithTag(
  aead: AeadName,
  tagBytes: number,
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  if (isCcm(aead)) {
    requireCcmInput(tagBytes, nonce, plaintext.length);
    // Node 20 cannot do this: OpenSSL's CCM makes its tag in update(), and Node passes no empty data on.
    if (plaintext.length === 0) return ccmSeal(ccmCipher(key), tagBytes, nonce, aad, plaintext);
  }
  const name = cipherName(aead, key) as crypto.CipherCCMTypes;
  const cipher = crypto.createCipheriv(name, key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(aad, { plaintextLength: plaintext.length });
  const body = cipher.update(plaintext);
  const rest = cipher.final();
  return concat(body, rest, cipher.getAuthTag());
}

export function aeadOpenWithTag(
  aead: AeadName,
  tagBytes: number,
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const length = sealed.length - tagBytes;
  if (length < 0) return undefined;
  if (isCcm(aead)) {
    requireCcmInput(tagBytes, nonce, length);
    if (length === 0) return ccmOpen(ccmCipher(key), tagBytes, nonce, aad, sealed);
  }
  const name = cipherName(aead, key) as crypto.CipherCCMTypes;
  const cipher = crypto.createDecipheriv(name, key, nonce, { authTagLength: tagBytes });
  cipher.setAuthTag(sealed.subarray(length));
  cipher.setAAD(aad, { plaintextLength: length });
  try {
    // CCM reports a wrong tag from update() already, the others from final().
    const body = cipher.update(sealed.subarray(0, length));
    return concat(body, cipher.final());
  } catch {
    return undefined;
  }
}

function isCcm(aead: AeadName): boolean {
  return aead === 'aes-ccm' || aead === 'aes-ccm-8';
}

function cipherName(aead: AeadName, key: Uint8Array): string {
  if (aead === 'chacha20-poly1305') return aead;
  return `aes-${8 * key.length}-${aead === 'aes-gcm' ? 'gcm' : 'ccm'}`;
}

function ccmCipher(key: Uint8Array): CcmCipher {
  const name = `aes-${8 * key.length}`;
  const zeros = new Uint8Array(AES_BLOCK_BYTES);
  return {
    cbc: (blocks) => crypto.createCipheriv(`${name}-cbc`, key, zeros).setAutoPadding(false).update(blocks),
    ctr: (counter, data) => crypto.createCipheriv(`${name}-ctr`, key, counter).update(data),
  };
}

function encryptBlocks(key: Uint8Array): (blocks: Uint8Array) => Uint8Array {
  return (blocks) => {
    const cipher = crypto.createCipheriv(`aes-${8 * key.length}-ecb`, key, null).setAutoPadding(false);
    return cipher.update(blocks);
  };
}
