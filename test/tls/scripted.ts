/** Hand-made records and messages, and edits of messages on their way. */
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import { encodeMessage, type MessageCodec } from '../../emulator/tls/messages/handshake.ts';
import { CONTENT_TYPES, type ContentType } from '../../emulator/tls/record/content-type.ts';
import { sequenceBytes } from '../../emulator/tls/record/protection.ts';
import { SUITES } from '../../emulator/tls/suites.ts';
import { Tls12KeySchedule } from '../../emulator/tls/tls12/key-schedule.ts';
import { type End, records, type Tamper } from './support.ts';

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

/** The record that the server or client would send next after its Finished: sealed with the logged secret. */
export function sealed(
  from: 'client' | 'server',
  end: End,
  type: ContentType,
  bytes: Uint8Array,
): Uint8Array {
  const { clientRandom, secret } = end.all('tls.secret')[0]!;
  const hello = end.all('tls.message').find((event) => event.message === 'ServerHello')!;
  const randoms = { client: clientRandom, server: hello.bytes.slice(6, 38) };
  const suite = SUITES.find(({ name }) => name === end.tls.session!.suite)!;
  const host = { crypto: nodeProvider, random: (length: number) => new Uint8Array(length) };
  const protection = new Tls12KeySchedule(host, suite, randoms).keys(secret)[from];
  // Record 0 under these keys was the Finished.
  const { fragment } = protection.seal(sequenceBytes(1), { type, bytes }, 0x0303);
  return record(CONTENT_TYPES[type], fragment);
}

export const changeCipherSpec = record(TYPES.changeCipherSpec, Uint8Array.of(1));

/** Puts a record before the first that begins so: content type, then message type unless it is encrypted. */
export function inserting(
  to: 'client' | 'server',
  before: readonly [type: number, message?: number],
  added: Uint8Array,
): Tamper {
  let done = false;
  return (bytes, direction) => {
    if (done || direction !== to) return bytes;
    const out = records(bytes).flatMap((each) => {
      const isThere = each[0] === before[0] && (before[1] === undefined || each[5] === before[1]);
      if (done || !isThere) return [each];
      done = true;
      return [added, each];
    });
    return Buffer.concat(out);
  };
}

/** The message loses its body and gets another. */
export const replacing = (to: 'client' | 'server', type: number, body: readonly number[]): Tamper =>
  editing(to, type, () => Uint8Array.from(body));

export const withExtra = (to: 'client' | 'server', type: number): Tamper =>
  editing(to, type, (body) => Uint8Array.of(...body, 0));
