/** Cuts a stream into TLS records without opening them: for whoever stands between the two ends. */
import { concat } from '../../world/bytes.ts';
import { EMPTY } from '../codec/bytes.ts';
import {
  CONTENT_TYPES,
  type ContentType,
  contentTypeByCode,
  MAX_CIPHERTEXT_LENGTH,
  RECORD_HEADER_LENGTH,
} from './content-type.ts';

export interface RawRecord {
  readonly type: ContentType;
  readonly version: number;
  /** As on the wire: protected or not. */
  readonly fragment: Uint8Array;
}

/** Whether a stream that begins with these bytes can be TLS; undefined for none, which say nothing. */
export function looksLikeTls(bytes: Uint8Array): boolean | undefined {
  if (bytes.length === 0) return undefined;
  return contentTypeByCode(bytes[0]!) !== undefined && (bytes.length < 2 || bytes[1] === 3);
}

export function encodeRawRecord({ type, version, fragment }: RawRecord): Uint8Array {
  const { length } = fragment;
  return concat(Uint8Array.of(CONTENT_TYPES[type], version >>> 8, version, length >>> 8, length), fragment);
}

export class RecordSplitter {
  private state: 'reading' | 'stopped' = 'reading';
  /** Less than a record. */
  private pending: Uint8Array = EMPTY;

  /** The records that are now whole. Stops for good at what is none: nothing says where the next one would begin. */
  push(bytes: Uint8Array): RawRecord[] {
    if (this.state === 'stopped') return [];
    this.pending = concat(this.pending, bytes);
    const records: RawRecord[] = [];
    for (let next = this.next(); next !== undefined; next = this.next()) records.push(next);
    return records;
  }

  private next(): RawRecord | undefined {
    const { pending } = this;
    if (pending.length < RECORD_HEADER_LENGTH) return undefined;
    const type = contentTypeByCode(pending[0]!);
    const length = (pending[3]! << 8) | pending[4]!;
    const end = RECORD_HEADER_LENGTH + length;
    if (type === undefined || length > MAX_CIPHERTEXT_LENGTH) {
      this.state = 'stopped';
      this.pending = EMPTY;
      return undefined;
    }
    if (pending.length < end) return undefined;
    this.pending = pending.subarray(end);
    const version = (pending[1]! << 8) | pending[2]!;
    return { type, version, fragment: pending.subarray(RECORD_HEADER_LENGTH, end) };
  }
}
