/**
 * The shape of a message in shared memory: a JSON head and the byte strings it refers to.
 *
 *     u32 length of the head │ u32 count of byte strings │ u32 length of each │ head (UTF-8) │ byte strings
 *
 * Numbers are in the machine's byte order; both sides are on one machine.
 */
import { concat, concatAll } from '../world/bytes.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** In the head a byte string is `{"\0bytes": index}`: no key of ours or of a script begins with NUL. */
const BYTES_KEY = '\0bytes';

export function encodeMessage(message: unknown): Uint8Array {
  const blobs: Uint8Array[] = [];
  const head = encoder.encode(JSON.stringify(withReferences(message, blobs)));
  const table = Uint32Array.from([head.length, blobs.length, ...blobs.map((blob) => blob.length)]);
  return concat(new Uint8Array(table.buffer), head, ...blobs);
}

export function decodeMessage(parts: readonly Uint8Array[]): unknown {
  const bytes = parts.length === 1 ? parts[0]! : concatAll(parts);
  const [headLength, count] = new Uint32Array(bytes.buffer, 0, 2) as unknown as [number, number];
  const lengths = new Uint32Array(bytes.buffer, 8, count);
  const headStart = 8 + 4 * count;
  const blobs: Uint8Array[] = [];
  let position = headStart + headLength;
  for (const length of lengths) {
    blobs.push(bytes.slice(position, position + length));
    position += length;
  }
  const head: unknown = JSON.parse(decoder.decode(bytes.subarray(headStart, headStart + headLength)));
  return count === 0 ? head : withBytes(head, blobs);
}

// JSON's own replacer and reviver would do the same; walking takes a third of their time.

/** The value with each byte string replaced; what holds none is left as it is. */
function withReferences(value: unknown, blobs: Uint8Array[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return { [BYTES_KEY]: blobs.push(value) - 1 };
  let copy: Record<string, unknown> | undefined;
  const source = value as Record<string, unknown>;
  for (const key in source) {
    const before = source[key];
    const after = withReferences(before, blobs);
    if (after === before) continue;
    copy ??= (Array.isArray(value) ? [...value] : { ...source }) as Record<string, unknown>;
    copy[key] = after;
  }
  return copy ?? value;
}

/** Puts the byte strings back, in place. */
function withBytes(value: unknown, blobs: readonly Uint8Array[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const holder = value as Record<string, unknown>;
  const index = holder[BYTES_KEY];
  if (typeof index === 'number') return blobs[index];
  for (const key in holder) {
    const before = holder[key];
    if (typeof before === 'object') holder[key] = withBytes(before, blobs);
  }
  return value;
}
