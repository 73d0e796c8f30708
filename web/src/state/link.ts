/** A whole scenario in the address: JSON, deflated, in base64url. What a link says is anybody's word. */

import { fromBase64, fromTexts, toBase64, toTexts } from '../../../src/scenario/file-texts.ts';
import type { ScenarioSource } from '../world/protocol.ts';

/** Key in the address behind `#/?`. */
export const LINK_KEY = 'scenario';

/** Characters beyond which mail programs and chats cut links, or do not take them. */
export const LONG_LINK = 8_000;

/** Bytes that a link may unfold to: a small text can be made that becomes gigabytes. */
const LARGEST = 2_000_000;

/** The address of this page with the scenario in it. */
export async function linkTo({ name, files }: ScenarioSource): Promise<string> {
  const { deflateSync, strToU8 } = await import('fflate');
  const packed = deflateSync(strToU8(JSON.stringify({ name, files: toTexts(files) })), { level: 9 });
  const text = toBase64(packed).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return `${location.origin}${location.pathname}#/?${LINK_KEY}=${text}`;
}

/** Rejected with a sentence for what no link of this page has. */
export async function readLink(text: string): Promise<ScenarioSource> {
  const { strFromU8 } = await import('fflate');
  try {
    const unpacked = await inflate(fromBase64(text.replaceAll('-', '+').replaceAll('_', '/')));
    const { name, files } = JSON.parse(strFromU8(unpacked));
    if (typeof name !== 'string') throw new TypeError('it has no name');
    return { name, files: fromTexts(files) };
  } catch (error) {
    throw new Error(`This link holds no scenario: it may have been cut short (${(error as Error).message})`);
  }
}

/** In pieces, so that it can stop at what is too much. */
async function inflate(packed: Uint8Array): Promise<Uint8Array> {
  const { Inflate } = await import('fflate');
  const pieces: Uint8Array[] = [];
  let size = 0;
  let isWhole = false;
  const stream = new Inflate((piece, last) => {
    pieces.push(piece);
    size += piece.length;
    isWhole = last;
    if (size > LARGEST) throw new RangeError(`more than ${LARGEST} bytes`);
  });
  const STEP = 1024;
  for (let at = 0; at < packed.length; at += STEP) {
    stream.push(packed.subarray(at, at + STEP), at + STEP >= packed.length);
  }
  if (!isWhole) throw new RangeError('it has no end');
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
