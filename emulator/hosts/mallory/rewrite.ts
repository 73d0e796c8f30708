/** Replaces text in what Mallory has in clear. A piece of it must come in one read to be found. */
import { concatAll } from '../../world/bytes.ts';
import type { Way } from '../../world/trace-events.ts';
import type { Handling } from './crossing.ts';

export interface Rewrite {
  readonly way: Way;
  readonly from: string;
  /** Of the same length in UTF-8, where a protocol counts bytes beforehand. */
  readonly to: string;
}

/** `did`: told of each replacement, in words. */
export function rewriting(rewrites: readonly Rewrite[], did: (detail: string) => void): Handling {
  const rules = rewrites.map(({ from, to }) => ({
    from: utf8.encode(from),
    to: utf8.encode(to),
    detail: `'${from}' becomes '${to}'`,
  }));
  return (bytes) => [
    rules.reduce((text, { from, to, detail }) => {
      const pieces = split(text, from);
      if (pieces.length === 1) return text;
      did(detail);
      return concatAll(pieces.flatMap((piece, i) => (i === 0 ? [piece] : [to, piece])));
    }, bytes),
  ];
}

const utf8 = new TextEncoder();

function split(bytes: Uint8Array, separator: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let start = 0;
  for (let at = find(bytes, separator, 0); at >= 0; at = find(bytes, separator, start)) {
    pieces.push(bytes.subarray(start, at));
    start = at + separator.length;
  }
  return [...pieces, bytes.subarray(start)];
}

function find(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = from; at + wanted.length <= bytes.length; at++) {
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}
