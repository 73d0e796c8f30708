/**
 * The twelve-byte header of handshake messages in DTLS: RFC 6347 section 4.2.2. A message goes into the transcript
 * and into the trace as if it had come in one piece (section 4.2.6); on the wire each fragment has a header.
 */
import type { AnnotatedField } from '../../world/trace-events.ts';
import { Reader } from '../codec/reader.ts';
import { type Close, Writer } from '../codec/writer.ts';
import {
  type DecodedMessage,
  decodeMessage,
  type EncodedMessage,
  HANDSHAKE_TYPES,
  type MessageCodec,
  readType,
  shownName,
} from '../messages/handshake.ts';

export const HANDSHAKE_HEADER_LENGTH = 12;

/** A piece of a message, or all of it. */
export interface Fragment {
  readonly type: number;
  /** Octets of the whole body. */
  readonly length: number;
  readonly messageSeq: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export function encodeDtlsMessage<T>(
  codec: MessageCodec<T>,
  message: T,
  messageSeq: number,
): EncodedMessage<T> {
  const body = new Writer();
  codec.write(body, message);
  const writer = new Writer();
  writer.u8('msg_type', HANDSHAKE_TYPES[codec.name], codec.name);
  writer.u24('length', body.length);
  writer.u16('message_seq', messageSeq);
  writer.u24('fragment_offset', 0);
  // Its length is fragment_length.
  const end = writer.lengthU24('fragment');
  codec.write(writer, message);
  end();
  return { codec, name: shownName(codec), ...writer.finish(), summary: codec.summary(message) };
}

export function decodeDtlsMessage<T>(codec: MessageCodec<T>, bytes: Uint8Array): DecodedMessage<T> {
  return decodeMessage(codec, bytes, openBody);
}

/** The header alone, for messages that are shown but not read. */
export function describeDtlsHeader(bytes: Uint8Array): readonly AnnotatedField[] {
  const reader = new Reader(bytes);
  openBody(reader);
  reader.rest('body');
  return reader.fields();
}

function openBody(reader: Reader): Close {
  readType(reader);
  reader.u24('length');
  reader.u16('message_seq');
  reader.u24('fragment_offset');
  return reader.lengthU24('fragment');
}

/** One fragment with its header. */
export function encodeFragment({ type, length, messageSeq, offset, bytes }: Fragment): Uint8Array {
  const out = new Uint8Array(HANDSHAKE_HEADER_LENGTH + bytes.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, length);
  view.setUint8(0, type);
  view.setUint16(4, messageSeq);
  setUint24(view, 6, offset);
  setUint24(view, 9, bytes.length);
  out.set(bytes, HANDSHAKE_HEADER_LENGTH);
  return out;
}

/** The fragments in a record; nothing after one whose lengths contradict each other. */
export function decodeFragments(record: Uint8Array): readonly Fragment[] {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const fragments: Fragment[] = [];
  let at = 0;
  while (at + HANDSHAKE_HEADER_LENGTH <= record.length) {
    const length = uint24(view, at + 1);
    const offset = uint24(view, at + 6);
    const start = at + HANDSHAKE_HEADER_LENGTH;
    const end = start + uint24(view, at + 9);
    if (end > record.length || offset + (end - start) > length) break;
    const bytes = record.subarray(start, end);
    fragments.push({ type: record[at]!, length, messageSeq: view.getUint16(at + 4), offset, bytes });
    at = end;
  }
  return fragments;
}

function uint24(view: DataView, at: number): number {
  return (view.getUint8(at) << 16) | view.getUint16(at + 1);
}

function setUint24(view: DataView, at: number, value: number): void {
  view.setUint8(at, value >>> 16);
  view.setUint16(at + 1, value & 0xffff);
}
