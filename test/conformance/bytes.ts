/** How messages are made wrong. */
import { concat } from '../../emulator/world/bytes.ts';

export { TYPES } from '../tls/scripted.ts';

export const EMPTY = new Uint8Array(0);

/** A handshake message of any type. */
export function handshakeBytes(type: number, body: Uint8Array): Uint8Array {
  const { length } = body;
  return concat(Uint8Array.of(type, length >> 16, length >> 8, length), body);
}

/** Sets bytes by position, negative from the end. Lengths stay as they are. */
export const set =
  (bytes: Readonly<Record<number, number>>) =>
  (message: Uint8Array): Uint8Array => {
    const out = message.slice();
    for (const [at, value] of Object.entries(bytes)) out.set([value], (Number(at) + out.length) % out.length);
    return out;
  };

export const flip =
  (at: number, mask = 1) =>
  (message: Uint8Array): Uint8Array => {
    const out = message.slice();
    out[at < 0 ? out.length + at : at]! ^= mask;
    return out;
  };

/** `count` bytes less, or more (zeros), at the end; the header of the message says so. */
export const resized =
  (count: number) =>
  (message: Uint8Array): Uint8Array => {
    const body = new Uint8Array(Math.max(0, message.length - 4 + count));
    body.set(message.subarray(4, 4 + body.length));
    return handshakeBytes(message[0]!, body);
  };
