/**
 * AES-CCM, RFC 3610, on CBC and CTR, for where there is no native one. The counter field is never exhausted, so
 * a CTR mode that counts over the whole block gives the same key stream.
 */
import { concat } from '../world/bytes.ts';
import { BLOCK_BYTES as BLOCK, requireCcmInput } from './aead.ts';
import { constantTimeEqual } from './constant-time.ts';
import { NO_OCTETS } from './octets.ts';

/** AES under one key. */
export interface CcmCipher {
  /** CBC with an iv of zeros over whole blocks. */
  cbc(blocks: Uint8Array): Uint8Array;
  ctr(counter: Uint8Array, data: Uint8Array): Uint8Array;
}

/** ciphertext || tag. */
export function ccmSeal(
  cipher: CcmCipher,
  tagBytes: number,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  requireCcmInput(tagBytes, nonce, plaintext.length);
  const tag = authenticate(cipher, tagBytes, nonce, aad, plaintext);
  const [maskedTag, ciphertext] = applyKeyStream(cipher, nonce, tag, plaintext);
  return concat(ciphertext, maskedTag);
}

export function ccmOpen(
  cipher: CcmCipher,
  tagBytes: number,
  nonce: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const length = sealed.length - tagBytes;
  if (length < 0) return undefined;
  requireCcmInput(tagBytes, nonce, length);
  const [tag, plaintext] = applyKeyStream(cipher, nonce, sealed.subarray(length), sealed.subarray(0, length));
  const expected = authenticate(cipher, tagBytes, nonce, aad, plaintext);
  return constantTimeEqual(expected, tag) ? concat(plaintext) : undefined;
}

/** Section 2.3: the tag under block 0 of the key stream, the message under the blocks from 1 on. */
function applyKeyStream(
  cipher: CcmCipher,
  nonce: Uint8Array,
  tag: Uint8Array,
  message: Uint8Array,
): [tag: Uint8Array, message: Uint8Array] {
  const counter = new Uint8Array(BLOCK);
  counter[0] = 14 - nonce.length;
  counter.set(nonce, 1);
  const first = new Uint8Array(BLOCK);
  first.set(tag);
  const out = cipher.ctr(counter, concat(first, message));
  return [out.subarray(0, tag.length), out.subarray(BLOCK)];
}

/** Section 2.2: CBC-MAC over B_0, the associated data with its length, and the message, each padded. */
function authenticate(
  cipher: CcmCipher,
  tagBytes: number,
  nonce: Uint8Array,
  aad: Uint8Array,
  message: Uint8Array,
): Uint8Array {
  const header = concat(firstBlock(tagBytes, nonce, aad, message), lengthOfAad(aad), aad);
  const mac = cipher.cbc(concat(padded(header), padded(message)));
  return mac.subarray(mac.length - BLOCK, mac.length - BLOCK + tagBytes);
}

function firstBlock(tagBytes: number, nonce: Uint8Array, aad: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const view = new DataView(block.buffer);
  // The length's field may be longer than 6 bytes; what is above stays zero, and the nonce covers the rest.
  view.setUint32(BLOCK - 8, Math.floor(message.length / 2 ** 32));
  view.setUint32(BLOCK - 4, message.length);
  block[0] = (aad.length > 0 ? 0x40 : 0) | (((tagBytes - 2) / 2) << 3) | (14 - nonce.length);
  block.set(nonce, 1);
  return block;
}

function lengthOfAad(aad: Uint8Array): Uint8Array {
  if (aad.length === 0) return NO_OCTETS;
  if (aad.length < 0xff00) return Uint8Array.of(aad.length >> 8, aad.length);
  const length = aad.length;
  return Uint8Array.of(0xff, 0xfe, length >>> 24, length >>> 16, length >>> 8, length);
}

function padded(octets: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(octets.length / BLOCK) * BLOCK);
  whole.set(octets);
  return whole;
}
