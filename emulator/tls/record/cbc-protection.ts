/**
 * TLS 1.2 records under a block cipher in CBC mode and HMAC: RFC 5246 section 6.2.3.2 (MAC, then encrypt), RFC 7366 (encrypt, then
 * MAC). Each record carries its own random IV.
 */

import { constantTimeEqual } from '../../crypto/constant-time.ts';
import { HASH_BYTES } from '../../crypto/hashes.ts';
import type { BlockCipherName, CryptoProvider, HashName } from '../../crypto/provider.ts';
import { concat } from '../../world/bytes.ts';
import { TlsError } from '../engine.ts';
import { additionalData } from './aead-protection.ts';
import type { ContentType } from './content-type.ts';
import type { Plaintext, RecordProtection, SealedRecord } from './protection.ts';

const BLOCK_LENGTH = 16;

export interface CbcOptions {
  readonly crypto: CryptoProvider;
  readonly random: (length: number) => Uint8Array;
  readonly cipher: BlockCipherName;
  readonly key: Uint8Array;
  readonly macHash: HashName;
  readonly macKey: Uint8Array;
  readonly encryptThenMac: boolean;
}

export class CbcProtection implements RecordProtection {
  private readonly options: CbcOptions;
  private readonly macLength: number;

  constructor(options: CbcOptions) {
    this.options = options;
    this.macLength = HASH_BYTES[options.macHash];
  }

  seal(sequence: Uint8Array, { type, bytes }: Plaintext, version: number): SealedRecord {
    if (this.options.encryptThenMac) {
      const encrypted = this.encrypt(padded(bytes));
      return { type, fragment: concat(encrypted, this.mac(sequence, type, version, encrypted)) };
    }
    return { type, fragment: this.encrypt(padded(concat(bytes, this.mac(sequence, type, version, bytes)))) };
  }

  open(sequence: Uint8Array, type: ContentType, version: number, fragment: Uint8Array): Plaintext {
    const bytes = this.options.encryptThenMac
      ? this.openMacLast(sequence, type, version, fragment)
      : this.openMacFirst(sequence, type, version, fragment);
    return { type, bytes };
  }

  private openMacLast(
    sequence: Uint8Array,
    type: ContentType,
    version: number,
    fragment: Uint8Array,
  ): Uint8Array {
    const end = fragment.length - this.macLength;
    checkBlocks(end, 2 * BLOCK_LENGTH);
    const encrypted = fragment.subarray(0, end);
    if (!constantTimeEqual(fragment.subarray(end), this.mac(sequence, type, version, encrypted))) {
      throw badRecordMac();
    }
    const { content, valid } = unpadded(this.decrypt(encrypted), 0);
    if (!valid) throw badRecordMac();
    return content;
  }

  /** The MAC is computed whatever the padding says, and both give the same error (RFC 5246 section 6.2.3.2). */
  private openMacFirst(
    sequence: Uint8Array,
    type: ContentType,
    version: number,
    fragment: Uint8Array,
  ): Uint8Array {
    checkBlocks(fragment.length, BLOCK_LENGTH + roundedUp(this.macLength + 1));
    const { content, valid } = unpadded(this.decrypt(fragment), this.macLength);
    const end = content.length - this.macLength;
    const bytes = content.subarray(0, end);
    const intact = constantTimeEqual(content.subarray(end), this.mac(sequence, type, version, bytes));
    if (!intact || !valid) throw badRecordMac();
    return bytes;
  }

  private encrypt(plaintext: Uint8Array): Uint8Array {
    const { crypto, cipher, key, random } = this.options;
    const iv = random(BLOCK_LENGTH);
    return concat(iv, crypto.cbcEncrypt(cipher, key, iv, plaintext));
  }

  private decrypt(encrypted: Uint8Array): Uint8Array {
    const { crypto, cipher, key } = this.options;
    const iv = encrypted.subarray(0, BLOCK_LENGTH);
    return crypto.cbcDecrypt(cipher, key, iv, encrypted.subarray(BLOCK_LENGTH));
  }

  private mac(sequence: Uint8Array, type: ContentType, version: number, bytes: Uint8Array): Uint8Array {
    const { crypto, macHash, macKey } = this.options;
    return crypto.hmac(macHash, macKey, concat(additionalData(sequence, type, version, bytes.length), bytes));
  }
}

/** Fills the last block: n + 1 bytes of value n, as few as will do. */
function padded(content: Uint8Array): Uint8Array {
  const length = roundedUp(content.length + 1);
  const out = new Uint8Array(length).fill(length - content.length - 1);
  out.set(content);
  return out;
}

/**
 * Takes the padding off, but leaves at least `atLeast` bytes. Padding that is wrong counts as none, so that what
 * follows takes its course.
 */
function unpadded(block: Uint8Array, atLeast: number): { content: Uint8Array; valid: boolean } {
  const value = block[block.length - 1]!;
  const end = block.length - value - 1;
  let wrong = end < atLeast ? 1 : 0;
  for (let i = Math.max(0, end); i < block.length; i++) wrong |= block[i]! ^ value;
  const valid = wrong === 0;
  return { content: block.subarray(0, valid ? end : block.length), valid };
}

function roundedUp(length: number): number {
  return Math.ceil(length / BLOCK_LENGTH) * BLOCK_LENGTH;
}

function checkBlocks(length: number, atLeast: number): void {
  if (length < atLeast || length % BLOCK_LENGTH !== 0) throw badRecordMac();
}

function badRecordMac(): TlsError {
  return new TlsError('bad-record-mac', 'the record was changed on its way');
}
