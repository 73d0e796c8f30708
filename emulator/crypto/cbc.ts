/** CBC (SP 800-38A section 6.2) over a block cipher of 16-byte blocks, for one that has no native CBC. */
import { BLOCK_BYTES } from './aead.ts';

/** A block cipher under one key. Both take whole blocks and treat each on its own (ECB). */
export interface BlockCipher {
  encrypt(blocks: Uint8Array): Uint8Array;
  decrypt(blocks: Uint8Array): Uint8Array;
}

export function encryptCbc(cipher: BlockCipher, iv: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const out = new Uint8Array(plaintext.length);
  let chained = iv;
  for (let at = 0; at < out.length; at += BLOCK_BYTES) {
    const block = plaintext.slice(at, at + BLOCK_BYTES);
    xorInto(block, chained);
    chained = cipher.encrypt(block);
    out.set(chained, at);
  }
  return out;
}

export function decryptCbc(cipher: BlockCipher, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const out = cipher.decrypt(ciphertext);
  xorInto(out.subarray(0, BLOCK_BYTES), iv);
  xorInto(out.subarray(BLOCK_BYTES), ciphertext);
  return out;
}

function xorInto(target: Uint8Array, other: Uint8Array): void {
  for (let i = 0; i < target.length; i++) target[i]! ^= other[i]!;
}
