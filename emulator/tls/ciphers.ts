/** How a bulk cipher is made of the provider's primitives. */
import type { AeadName, BlockCipherName } from '../crypto/provider.ts';
import type { BulkCipher, CipherSuite } from './cipher-suite.ts';

export interface AeadParameters {
  readonly kind: 'aead';
  readonly aead: AeadName;
  /** Octets. */
  readonly keyLength: 16 | 32;
  readonly tagLength: 8 | 16;
  /**
   * Octets of the nonce that come from the key block. 4: each record carries the other eight (RFC 5288 section 3);
   * 12: all, and the sequence number is mixed in (RFC 7905 section 2).
   */
  readonly fixedIvLength: 4 | 12;
}

export type CipherParameters =
  | AeadParameters
  | { readonly kind: 'cbc'; readonly cipher: BlockCipherName; readonly keyLength: 16 | 32 }
  | { readonly kind: 'null'; readonly keyLength: 0 };

function explicit(aead: AeadName, keyLength: 16 | 32, tagLength: 8 | 16 = 16): AeadParameters {
  return { kind: 'aead', aead, keyLength, tagLength, fixedIvLength: 4 };
}

export const CIPHERS: Readonly<Record<BulkCipher, CipherParameters>> = {
  AES_128_GCM: explicit('aes-gcm', 16),
  AES_256_GCM: explicit('aes-gcm', 32),
  AES_128_CCM: explicit('aes-ccm', 16),
  AES_256_CCM: explicit('aes-ccm', 32),
  AES_128_CCM_8: explicit('aes-ccm-8', 16, 8),
  AES_256_CCM_8: explicit('aes-ccm-8', 32, 8),
  CHACHA20_POLY1305: {
    kind: 'aead',
    aead: 'chacha20-poly1305',
    keyLength: 32,
    tagLength: 16,
    fixedIvLength: 12,
  },
  AES_128_CBC: { kind: 'cbc', cipher: 'aes', keyLength: 16 },
  AES_256_CBC: { kind: 'cbc', cipher: 'aes', keyLength: 32 },
  ARIA_128_GCM: explicit('aria-gcm', 16),
  ARIA_256_GCM: explicit('aria-gcm', 32),
  ARIA_128_CBC: { kind: 'cbc', cipher: 'aria', keyLength: 16 },
  ARIA_256_CBC: { kind: 'cbc', cipher: 'aria', keyLength: 32 },
  NULL: { kind: 'null', keyLength: 0 },
};

/** Whether encrypt-then-MAC means anything for the suite (RFC 7366 section 3). */
export function hasBlockCipher({ cipher }: CipherSuite): boolean {
  return CIPHERS[cipher].kind === 'cbc';
}
