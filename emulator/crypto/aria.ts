/**
 * The block cipher ARIA, RFC 5794, for where there is no native one. By tables of 32-bit words, as AES is
 * written in software; their look-ups depend on the key, which is nothing to a simulation.
 */
import { requireBlockCipherKey } from './aead.ts';
import type { BlockCipher } from './cbc.ts';

/** Round keys as big-endian words, four to a key; the count of keys is that of the rounds plus one. */
type RoundKeys = Int32Array;

type Words = readonly [number, number, number, number];

/** ARIA under one key of 16, 24 or 32 bytes. */
export function aria(key: Uint8Array): BlockCipher {
  requireBlockCipherKey('aria', key);
  const encryptionKeys = expandKey(key);
  return {
    encrypt: (blocks) => applyToBlocks(encryptionKeys, blocks),
    decrypt: (blocks) => applyToBlocks(decryptionKeys(encryptionKeys), blocks),
  };
}

// The rounds, RFC 5794 section 2.3

function applyToBlocks(keys: RoundKeys, blocks: Uint8Array): Uint8Array {
  const out = new Uint8Array(blocks.length);
  const [from, to] = [new DataView(blocks.buffer, blocks.byteOffset), new DataView(out.buffer)];
  const state = new Int32Array(4);
  for (let at = 0; at < blocks.length; at += 16) {
    for (let word = 0; word < 4; word++) state[word] = from.getInt32(at + 4 * word);
    applyRounds(keys, state);
    for (let word = 0; word < 4; word++) to.setInt32(at + 4 * word, state[word]!);
  }
  return out;
}

function applyRounds(keys: RoundKeys, state: Int32Array): void {
  const { odd, even, lastRound } = tables();
  const last = keys.length - 8;
  for (let at = 0; at < last; at += 8) {
    round(state, keys, at, odd);
    if (at + 4 < last) round(state, keys, at + 4, even);
  }
  addKey(state, keys, last);
  for (let word = 0; word < 4; word++) state[word] = substitute(lastRound, state[word]!);
  addKey(state, keys, last + 4);
}

/** FO and FE: the key, a layer of substitution, the layer of diffusion. */
function round(state: Int32Array, keys: RoundKeys, at: number, layer: Layer): void {
  const a = substitute(layer, state[0]! ^ keys[at]!);
  const b = substitute(layer, state[1]! ^ keys[at + 1]!);
  const c = substitute(layer, state[2]! ^ keys[at + 2]!);
  const d = substitute(layer, state[3]! ^ keys[at + 3]!);
  diffuseWords(state, a, b, c, d);
}

function addKey(state: Int32Array, keys: RoundKeys, at: number): void {
  for (let word = 0; word < 4; word++) state[word]! ^= keys[at + word]!;
}

function substitute(layer: Layer, word: number): number {
  return (
    layer[0][word >>> 24]! ^
    layer[1][(word >>> 16) & 0xff]! ^
    layer[2][(word >>> 8) & 0xff]! ^
    layer[3][word & 0xff]!
  );
}

/**
 * The layer of diffusion (section 2.4), a matrix of 16 by 16 bits, is a product of four: each byte of a word
 * becomes the sum of the other three; words are mixed; bytes change places within words; words are mixed
 * again. The first factor is in the tables of the rounds.
 */
function diffuseWords(out: Int32Array, a: number, b: number, c: number, d: number): void {
  const sum = a ^ b ^ c ^ d;
  const first = sum ^ d;
  const second = swapNeighbours(sum ^ b);
  const third = rotateLeft(sum ^ c, 16);
  const fourth = swapNeighbours(rotateLeft(sum ^ a, 16));
  const secondSum = first ^ second ^ third ^ fourth;
  out[0] = secondSum ^ fourth;
  out[1] = secondSum ^ second;
  out[2] = secondSum ^ third;
  out[3] = secondSum ^ first;
}

/** The bytes 0, 1, 2, 3 become 1, 0, 3, 2. */
function swapNeighbours(word: number): number {
  return ((word << 8) & 0xff00ff00) | ((word >>> 8) & 0x00ff00ff);
}

/** The first factor on its own. */
function mixBytes(word: number): number {
  return rotateLeft(word, 8) ^ rotateLeft(word, 16) ^ rotateLeft(word, 24);
}

function rotateLeft(word: number, count: number): number {
  return (word << count) | (word >>> (32 - count));
}

// The key schedule, section 2.2

/** CK1 to CK3 of a 128-bit key; longer keys begin further on. */
const CONSTANTS: readonly (readonly number[])[] = [
  [0x517cc1b7, 0x27220a94, 0xfe13abe8, 0xfa9a6ee0],
  [0x6db14acc, 0x9e21c820, 0xff28b1d5, 0xef5de2b0],
  [0xdb92371d, 0x2126e970, 0x03249775, 0x04e8c90e],
];

/** To the right, in bits; the last three are the rotations by 61, 31 and 19 to the left. */
const KEY_ROTATIONS = [19, 31, 128 - 61, 128 - 31, 128 - 19];

function expandKey(key: Uint8Array): RoundKeys {
  const w = mixedKeys(key);
  const rounds = key.length / 4 + 8;
  const keys = new Int32Array(4 * (rounds + 1));
  for (let i = 0; i <= rounds; i++) {
    const rotated = rotatedRight(w[(i + 1) % 4]!, KEY_ROTATIONS[Math.floor(i / 4)]!);
    for (let word = 0; word < 4; word++) keys[4 * i + word] = w[i % 4]![word]! ^ rotated[word]!;
  }
  return keys;
}

/** W0 to W3, a Feistel network over the two halves of the key. */
function mixedKeys(key: Uint8Array): readonly Int32Array[] {
  const { odd, even } = tables();
  const padded = new Uint8Array(32);
  padded.set(key);
  const view = new DataView(padded.buffer);
  const half = (at: number) => Int32Array.from({ length: 4 }, (_, word) => view.getInt32(at + 4 * word));
  const first = key.length / 8 - 2;
  const w = [half(0)];
  for (let i = 0; i < 3; i++) {
    const next = w[i]!.slice();
    round(next, Int32Array.from(CONSTANTS[(first + i) % 3]!), 0, i === 1 ? even : odd);
    const other = i === 0 ? half(16) : w[i - 1]!;
    addKey(next, other, 0);
    w.push(next);
  }
  return w;
}

function rotatedRight(words: Int32Array, count: number): Int32Array {
  const [skip, bits] = [count >>> 5, count & 31];
  return words.map((_, i) => {
    const [low, high] = [words[(i - skip + 4) % 4]!, words[(i - skip + 7) % 4]!];
    return (low >>> bits) | (high << (32 - bits));
  });
}

/** Section 2.2: the same keys backwards, all but the outer ones through the layer of diffusion. */
function decryptionKeys(encryptionKeys: RoundKeys): RoundKeys {
  const last = encryptionKeys.length - 4;
  const keys = new Int32Array(encryptionKeys.length);
  for (let at = 0; at <= last; at += 4) {
    const key = encryptionKeys.slice(last - at, last - at + 4);
    if (at !== 0 && at !== last) {
      const [a, b, c, d] = key.map(mixBytes) as unknown as Words;
      diffuseWords(key, a, b, c, d);
    }
    keys.set(key, at);
  }
  return keys;
}

// The layers of substitution, section 2.4

/** What a byte adds to its word, for each of the four places from the most significant on. */
type Layer = readonly [Int32Array, Int32Array, Int32Array, Int32Array];

interface Tables {
  /** SL1 and SL2, with the mixing of bytes behind them. */
  readonly odd: Layer;
  readonly even: Layer;
  /** SL2 alone: the last round has no diffusion. */
  readonly lastRound: Layer;
}

let made: Tables | undefined;

/** Made when first used: few runs meet ARIA. */
function tables(): Tables {
  made ??= makeTables();
  return made;
}

function makeTables(): Tables {
  const s1 = substitution(MATRIX_OF_S1, 254, 0x63);
  const s2 = substitution(MATRIX_OF_S2, 247, 0xe2);
  const [x1, x2] = [inverse(s1), inverse(s2)];
  const layer = (boxes: readonly Uint8Array[], spread: (place: number) => number) =>
    boxes.map((box, place) =>
      Int32Array.from(box, (byte) => Math.imul(byte, spread(place))),
    ) as unknown as Layer;
  const alone = (place: number) => 1 << (24 - 8 * place);
  const toOthers = (place: number) => 0x01010101 ^ alone(place);
  return {
    odd: layer([s1, s2, x1, x2], toOthers),
    even: layer([x1, x2, s1, s2], toOthers),
    lastRound: layer([x1, x2, s1, s2], alone),
  };
}

/** Rows of the matrices B (that of AES) and C, the coefficient of the lowest bit rightmost. */
const MATRIX_OF_S1 = [0xf1, 0xe3, 0xc7, 0x8f, 0x1f, 0x3e, 0x7c, 0xf8];
const MATRIX_OF_S2 = [0x7a, 0xbc, 0xeb, 0xb9, 0x34, 0x81, 0xba, 0xcb];

/** x to matrix · x^exponent + constant, over the field of AES. */
function substitution(matrix: readonly number[], exponent: number, constant: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, x) => {
    const power = fieldPower(x, exponent);
    return matrix.reduce((sum, row, bit) => sum ^ (parity(row & power) << bit), constant);
  });
}

function inverse(box: Uint8Array): Uint8Array {
  const out = new Uint8Array(256);
  box.forEach((to, from) => {
    out[to] = from;
  });
  return out;
}

function parity(bits: number): number {
  let sum = 0;
  for (let rest = bits; rest !== 0; rest >>= 1) sum ^= rest & 1;
  return sum;
}

function fieldPower(x: number, exponent: number): number {
  let result = 1;
  for (let i = 0; i < exponent; i++) result = fieldMultiply(result, x);
  return result;
}

/** Modulo x^8 + x^4 + x^3 + x + 1. */
function fieldMultiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 0, shifted = a; bit < 8; bit++) {
    if ((b >> bit) & 1) product ^= shifted;
    shifted = (shifted << 1) ^ (shifted & 0x80 ? 0x11b : 0);
  }
  return product;
}
