/**
 * Symmetric ciphers on node:crypto. Most of a short record's time is Node's: making the cipher object and
 * crossing into OpenSSL cost 3 µs, a KeyObject in place of the key's bytes or another way to join the parts
 * saves nothing that could be measured.
 */

import crypto from 'node:crypto';
import { concat } from '../world/bytes.ts';
import {
  BLOCK_BYTES,
  blockCipherOf,
  requireAeadInput,
  requireCbcInput,
  requireCcmInput,
  TAG_BYTES,
} from './aead.ts';
import { aria } from './aria.ts';
import { decryptCbc, encryptCbc } from './cbc.ts';
import { type CcmCipher, ccmOpen, ccmSeal } from './ccm.ts';
import { type EncryptBlocks, gcmOpen, gcmSeal } from './gcm.ts';
import type { AeadName, BlockCipherName, CryptoProvider } from './provider.ts';
import { view } from './view.node.ts';

/** OpenSSL 3 takes GCM nonces up to this (GCM_IV_MAX_SIZE); longer ones go the long way. */
const OPENSSL_GCM_NONCE_BYTES = 128;

export const nodeCiphers: Pick<CryptoProvider, 'aeadSeal' | 'aeadOpen' | 'cbcEncrypt' | 'cbcDecrypt'> = {
  aeadSeal(aead, key, nonce, aad, plaintext) {
    requireAeadInput(aead, key, nonce);
    const encrypt = blocksOfOurGcm(aead, key, nonce);
    if (encrypt) return gcmSeal(encrypt, nonce, aad, plaintext);
    return aeadSealWithTag(aead, TAG_BYTES[aead], key, nonce, aad, plaintext);
  },
  aeadOpen(aead, key, nonce, aad, sealed) {
    requireAeadInput(aead, key, nonce);
    const encrypt = blocksOfOurGcm(aead, key, nonce);
    if (encrypt) return gcmOpen(encrypt, nonce, aad, sealed);
    return aeadOpenWithTag(aead, TAG_BYTES[aead], key, nonce, aad, sealed);
  },
  cbcEncrypt(cipher, key, iv, plaintext) {
    requireCbcInput(cipher, key, iv, plaintext);
    if (cipher === 'aria' && !hasAria()) return encryptCbc(aria(key), iv, plaintext);
    const native = crypto.createCipheriv(`${cipher}-${8 * key.length}-cbc`, key, iv);
    return view(native.setAutoPadding(false).update(plaintext));
  },
  cbcDecrypt(cipher, key, iv, ciphertext) {
    requireCbcInput(cipher, key, iv, ciphertext);
    if (cipher === 'aria' && !hasAria()) return decryptCbc(aria(key), iv, ciphertext);
    const native = crypto.createDecipheriv(`${cipher}-${8 * key.length}-cbc`, key, iv);
    return view(native.setAutoPadding(false).update(ciphertext));
  },
};

let ariaIsNative: boolean | undefined;

/** Builds of Node on BoringSSL, or on an OpenSSL without it, have no ARIA. Asking costs half a millisecond. */
function hasAria(): boolean {
  ariaIsNative ??= crypto.getCiphers().includes('aria-128-gcm');
  return ariaIsNative;
}

/** The block cipher for our own GCM, where Node's OpenSSL does not have this cipher or takes no such nonce. */
function blocksOfOurGcm(aead: AeadName, key: Uint8Array, nonce: Uint8Array): EncryptBlocks | undefined {
  if (aead === 'aria-gcm' && !hasAria()) return aria(key).encrypt;
  const isGcm = aead === 'aes-gcm' || aead === 'aria-gcm';
  if (!isGcm || nonce.length <= OPENSSL_GCM_NONCE_BYTES) return undefined;
  return encryptBlocks(blockCipherOf(aead)!, key);
}

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
  cipher.final();
  return concat(body, cipher.getAuthTag());
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
    cipher.final();
    return view(body);
  } catch {
    return undefined;
  }
}

function isCcm(aead: AeadName): boolean {
  return aead === 'aes-ccm' || aead === 'aes-ccm-8';
}

function cipherName(aead: AeadName, key: Uint8Array): string {
  const cipher = blockCipherOf(aead);
  return cipher ? `${cipher}-${8 * key.length}-${isCcm(aead) ? 'ccm' : 'gcm'}` : aead;
}

function ccmCipher(key: Uint8Array): CcmCipher {
  const name = `aes-${8 * key.length}`;
  const zeros = new Uint8Array(BLOCK_BYTES);
  return {
    cbc: (blocks) => crypto.createCipheriv(`${name}-cbc`, key, zeros).setAutoPadding(false).update(blocks),
    ctr: (counter, data) => crypto.createCipheriv(`${name}-ctr`, key, counter).update(data),
  };
}

function encryptBlocks(name: BlockCipherName, key: Uint8Array): EncryptBlocks {
  return (blocks) => {
    const cipher = crypto.createCipheriv(`${name}-${8 * key.length}-ecb`, key, null);
    return cipher.setAutoPadding(false).update(blocks);
  };
}
