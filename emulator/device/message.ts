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
  const head = encoder.encode(
    // `this[key]`, because Node's Buffer, a Uint8Array too, has been through its toJSON in the argument.
    JSON.stringify(message, function (this: Record<string, unknown>, key, value: unknown) {
      const original = this[key];
      if (!(original instanceof Uint8Array)) return value;
      return { [BYTES_KEY]: blobs.push(original) - 1 };
    }),
  );
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
  const text = decoder.decode(bytes.subarray(headStart, headStart + headLength));
  if (count === 0) return JSON.parse(text);
  return JSON.parse(text, (_key, value) => {
    const index = (value as Record<string, unknown> | null)?.[BYTES_KEY];
    return typeof index === 'number' ? blobs[index] : value;
  });
}
