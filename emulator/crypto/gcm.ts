/**
 * AES-GCM (SP 800-38D) over a block cipher, for nonces that a provider's own GCM refuses: noble wants at least
 * 8 bytes, OpenSSL at most 128. TLS uses 12 and never comes here; the providers would differ without it.
 */
import { concat } from '../world/bytes.ts';
import { AES_BLOCK_BYTES as BLOCK } from './aead.ts';
import { constantTimeEqual } from './constant-time.ts';
import { bytesToInteger, integerToBytes } from './integers.ts';
import { NO_OCTETS } from './octets.ts';

/** Encrypts each block on its own (ECB). */
export type EncryptBlocks = (blocks: Uint8Array) => Uint8Array;

const TAG = 16;

export function gcmSeal(
  encrypt: EncryptBlocks,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  const start = firstCounter(encrypt, nonce);
  const ciphertext = applyCounters(encrypt, start, 1, plaintext);
  return concat(ciphertext, tagOf(encrypt, start, aad, ciphertext));
}

export function gcmOpen(
  encrypt: EncryptBlocks,
  nonce: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  if (sealed.length < TAG) return undefined;
  const start = firstCounter(encrypt, nonce);
  const ciphertext = sealed.subarray(0, sealed.length - TAG);
  const tag = tagOf(encrypt, start, aad, ciphertext);
  if (!constantTimeEqual(tag, sealed.subarray(ciphertext.length))) return undefined;
  return applyCounters(encrypt, start, 1, ciphertext);
}

/** The block J0 of section 7.1, step 2, for a nonce that is not 96 bits long. */
function firstCounter(encrypt: EncryptBlocks, nonce: Uint8Array): Uint8Array {
  return ghash(encrypt, NO_OCTETS, nonce);
}

function tagOf(
  encrypt: EncryptBlocks,
  start: Uint8Array,
  aad: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array {
  return applyCounters(encrypt, start, 0, ghash(encrypt, aad, ciphertext));
}

/** GCTR, section 6.5, from `skip` blocks after `start`; only the last 32 bits count (inc32). */
function applyCounters(
  encrypt: EncryptBlocks,
  start: Uint8Array,
  skip: number,
  data: Uint8Array,
): Uint8Array {
  const blocks = new Uint8Array(Math.ceil(data.length / BLOCK) * BLOCK);
  const counters = new DataView(blocks.buffer);
  const first = new DataView(start.buffer, start.byteOffset).getUint32(BLOCK - 4) + skip;
  for (let at = 0, i = 0; at < blocks.length; at += BLOCK, i++) {
    blocks.set(start, at);
    counters.setUint32(at + BLOCK - 4, first + i);
  }
  const keyStream = encrypt(blocks);
  return data.map((octet, i) => octet ^ keyStream[i]!);
}

/** GHASH, section 6.4, of both parts padded to whole blocks and the block of their lengths in bits. */
function ghash(encrypt: EncryptBlocks, aad: Uint8Array, data: Uint8Array): Uint8Array {
  const h = bytesToInteger(encrypt(new Uint8Array(BLOCK)));
  let y = 0n;
  for (const part of [aad, data]) {
    for (let at = 0; at < part.length; at += BLOCK) {
      const block = new Uint8Array(BLOCK);
      block.set(part.subarray(at, at + BLOCK));
      y = multiply(y ^ bytesToInteger(block), h);
    }
  }
  const lengths = (BigInt(8 * aad.length) << 64n) | BigInt(8 * data.length);
  return integerToBytes(multiply(y ^ lengths, h), BLOCK);
}

/** x^128 = x^7 + x^2 + x + 1 in GCM's order of bits, the lowest power leftmost (section 6.3). */
const REDUCTION = 0xe1n << 120n;

function multiply(x: bigint, y: bigint): bigint {
  let product = 0n;
  let v = y;
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((x >> bit) & 1n) product ^= v;
    v = v & 1n ? (v >> 1n) ^ REDUCTION : v >> 1n;
  }
  return product;
}
