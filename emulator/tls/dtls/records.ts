/** DTLS records on the wire: RFC 6347 section 4.1. */
import { CONTENT_TYPES, type ContentType, contentTypeByCode } from '../record/content-type.ts';
import { sequenceBytes } from '../record/protection.ts';
import { isDtls } from '../versions.ts';

export const RECORD_HEADER_LENGTH = 13;

export interface DtlsRecord {
  readonly type: ContentType;
  readonly version: number;
  readonly epoch: number;
  /** 48 bits. */
  readonly sequence: number;
  readonly fragment: Uint8Array;
}

/** Epoch and sequence number as one: what a MAC covers. Epochs here are 0 and 1, so a number holds both. */
export function epochAndSequence(epoch: number, sequence: number): Uint8Array {
  return sequenceBytes(epoch * 2 ** 48 + sequence);
}

export function encodeRecord({ type, version, epoch, sequence, fragment }: DtlsRecord): Uint8Array {
  const record = new Uint8Array(RECORD_HEADER_LENGTH + fragment.length);
  record[0] = CONTENT_TYPES[type];
  record[1] = version >>> 8;
  record[2] = version;
  record.set(epochAndSequence(epoch, sequence), 3);
  record[11] = fragment.length >>> 8;
  record[12] = fragment.length;
  record.set(fragment, RECORD_HEADER_LENGTH);
  return record;
}

/**
 * The records of a datagram, as far as they make sense. After one that is cut short or is no DTLS the rest cannot
 * be told apart from noise and is dropped.
 */
export function decodeDatagram(datagram: Uint8Array): readonly DtlsRecord[] {
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  const records: DtlsRecord[] = [];
  let at = 0;
  while (at + RECORD_HEADER_LENGTH <= datagram.length) {
    const type = contentTypeByCode(datagram[at]!);
    const version = view.getUint16(at + 1);
    const end = at + RECORD_HEADER_LENGTH + view.getUint16(at + 11);
    if (type === undefined || !isDtls(version) || end > datagram.length) break;
    const epoch = view.getUint16(at + 3);
    const sequence = view.getUint16(at + 5) * 2 ** 32 + view.getUint32(at + 7);
    const fragment = datagram.slice(at + RECORD_HEADER_LENGTH, end);
    records.push({ type, version, epoch, sequence, fragment });
    at = end;
  }
  return records;
}
