/** Hand-made records and messages, and edits of messages on their way. */
import { encodeMessage, type MessageCodec } from '../../emulator/tls/messages/handshake.ts';
import { records, type Tamper } from './support.ts';

export const TYPES = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;

export function record(type: number, fragment: Uint8Array, version = 0x0303): Uint8Array {
  const { length } = fragment;
  return Uint8Array.of(type, version >> 8, version & 0xff, length >> 8, length & 0xff, ...fragment);
}

/** A message in a record of its own. */
export function handshake<T>(codec: MessageCodec<T>, message: T): Uint8Array {
  return record(TYPES.handshake, encodeMessage(codec, message).bytes);
}

/** Any type, any body. */
export function rawHandshake(type: number, body: Uint8Array): Uint8Array {
  const { length } = body;
  return record(TYPES.handshake, Uint8Array.of(type, length >> 16, length >> 8, length, ...body));
}

/** Changes the body of the first message of that type, or drops it when the edit says so. */
export function editing(
  to: 'client' | 'server',
  type: number,
  edit: (body: Uint8Array) => Uint8Array | undefined,
): Tamper {
  let done = false;
  return (bytes, direction) => {
    if (done || direction !== to) return bytes;
    const out = records(bytes).flatMap((original) => {
      if (done || original[0] !== TYPES.handshake || original[5] !== type) return [original];
      done = true;
      const body = edit(original.slice(9));
      return body === undefined ? [] : [rawHandshake(type, body)];
    });
    return Buffer.concat(out);
  };
}
