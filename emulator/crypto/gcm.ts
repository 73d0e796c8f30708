/**
 * GCM (SP 800-38D) over a block cipher, for ciphers and nonces for which a provider has none: noble knows no
 * ARIA and wants AES nonces of at least 8 bytes, OpenSSL takes at most 128.
 */
import { concat } from '../world/bytes.ts';
import { BLOCK_BYTES as BLOCK } from './aead.ts';
import { constantTimeEqual } from './constant-time.ts';
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
  const hash = ghashUnder(encrypt);
  const start = firstCounter(hash, nonce);
  const ciphertext = applyCounters(encrypt, start, 1, plaintext);
  return concat(ciphertext, applyCounters(encrypt, start, 0, hash(aad, ciphertext)));
}

export function gcmOpen(
  encrypt: EncryptBlocks,
  nonce: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  if (sealed.length < TAG) return undefined;
  const hash = ghashUnder(encrypt);
  const start = firstCounter(hash, nonce);
  const ciphertext = sealed.subarray(0, sealed.length - TAG);
  const tag = applyCounters(encrypt, start, 0, hash(aad, ciphertext));
  if (!constantTimeEqual(tag, sealed.subarray(ciphertext.length))) return undefined;
  return applyCounters(encrypt, start, 1, ciphertext);
}

/** The block J0 of section 7.1, step 2. */
function firstCounter(hash: Ghash, nonce: Uint8Array): Uint8Array {
  return nonce.length === 12 ? concat(nonce, Uint8Array.of(0, 0, 0, 1)) : hash(NO_OCTETS, nonce);
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
  const out = new Uint8Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = data[i]! ^ keyStream[i]!;
  return out;
}

/** Of associated data and ciphertext, each padded to whole blocks, and their lengths in bits. */
type Ghash = (aad: Uint8Array, data: Uint8Array) => Uint8Array;

/** GHASH, section 6.4, with the hash subkey of this cipher and key. */
function ghashUnder(encrypt: EncryptBlocks): Ghash {
  const multiples = multiplesOf(words(encrypt(new Uint8Array(BLOCK))));
  return (aad, data) => {
    const y = new Int32Array(4);
    for (const part of [aad, data]) {
      for (let at = 0; at < part.length; at += BLOCK) {
        absorb(y, part.subarray(at, at + BLOCK), multiples);
      }
    }
    absorb(y, lengthsInBits(aad.length, data.length), multiples);
    return octets(y);
  };
}

function lengthsInBits(...lengths: readonly number[]): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const view = new DataView(block.buffer);
  lengths.forEach((length, i) => {
    view.setBigUint64(8 * i, BigInt(8 * length));
  });
  return block;
}

/** An element of the field as four words, the lowest power of x in the most significant bit (section 6.3). */
type Element = Int32Array;

/** x^128 = x^7 + x^2 + x + 1. */
const REDUCTION = 0xe1000000;

/** y = (y + block) · H, four bits of y at a time from the highest powers down. */
function absorb(y: Element, block: Uint8Array, multiples: Int32Array): void {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = BLOCK - 1; i >= 0; i--) {
    const octet = ((y[i >> 2]! >>> (24 - 8 * (i & 3))) & 0xff) ^ (block[i] ?? 0);
    for (const bits of [octet & 0xf, octet >> 4]) {
      const carried = REDUCED[d & 0xf]!;
      const at = 4 * bits;
      d = ((d >>> 4) | (c << 28)) ^ multiples[at + 3]!;
      c = ((c >>> 4) | (b << 28)) ^ multiples[at + 2]!;
      b = ((b >>> 4) | (a << 28)) ^ multiples[at + 1]!;
      a = (a >>> 4) ^ carried ^ multiples[at]!;
    }
  }
  y[0] = a;
  y[1] = b;
  y[2] = c;
  y[3] = d;
}

/** What four bits shifted out at the end come back as, in the first word. */
const REDUCED = Int32Array.from({ length: 16 }, (_, bits) => {
  let word = 0;
  for (let bit = 0; bit < 4; bit++) if ((bits >> bit) & 1) word ^= REDUCTION >>> (3 - bit);
  return word;
});

/** H times each polynomial of degree 3, the coefficient of x^0 being the bit of value 8; four words each. */
function multiplesOf(h: Element): Int32Array {
  const multiples = new Int32Array(4 * 16);
  const power = h.slice();
  for (let bit = 8; bit > 0; bit >>= 1) {
    for (let bits = 0; bits < 16; bits++) {
      if ((bits & bit) === 0) continue;
      for (let word = 0; word < 4; word++) multiples[4 * bits + word]! ^= power[word]!;
    }
    multiplyByX(power);
  }
  return multiples;
}

function multiplyByX(element: Element): void {
  const carry = element[3]! & 1;
  for (let word = 3; word > 0; word--) element[word] = (element[word]! >>> 1) | (element[word - 1]! << 31);
  element[0] = (element[0]! >>> 1) ^ (carry ? REDUCTION : 0);
}

function words(block: Uint8Array): Element {
  const view = new DataView(block.buffer, block.byteOffset);
  return Int32Array.from({ length: 4 }, (_, i) => view.getInt32(4 * i));
}

function octets(element: Element): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const view = new DataView(block.buffer);
  element.forEach((word, i) => {
    view.setInt32(4 * i, word);
  });
  return block;
}
