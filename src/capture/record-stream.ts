/** Finds TLS records in one direction of a connection, also behind a gap and in a capture that begins in the middle. */

import { MAX_CIPHERTEXT_LENGTH, RECORD_HEADER_LENGTH } from '../../emulator/tls/record/content-type.ts';
import { type RawRecord, RecordSplitter } from '../../emulator/tls/record/splitter.ts';
import { concat } from '../../emulator/world/bytes.ts';

/** Among so many bytes a record begins, if they are TLS. */
const MOST_SOUGHT = 2 * MAX_CIPHERTEXT_LENGTH;

export class RecordStream {
  private splitter = new RecordSplitter();
  private sought: Uint8Array | undefined;

  /** Bytes are missing here: what follows may be the middle of a record. */
  lose(): void {
    this.splitter = new RecordSplitter();
    this.sought = new Uint8Array(0);
  }

  push(bytes: Uint8Array): RawRecord[] {
    if (this.sought === undefined) return this.splitter.push(bytes);
    const sought = concat(this.sought, bytes);
    const start = firstRecord(sought);
    if (start === undefined) {
      this.sought = sought.subarray(Math.max(0, sought.length - MOST_SOUGHT));
      return [];
    }
    this.sought = undefined;
    return this.splitter.push(sought.subarray(start));
  }
}

/** Where whole records begin, one after the other to the end, or at least two of them. */
function firstRecord(bytes: Uint8Array): number | undefined {
  for (let start = 0; start + RECORD_HEADER_LENGTH <= bytes.length; start++) {
    if (!isHeader(bytes, start)) continue;
    const next = start + RECORD_HEADER_LENGTH + lengthAt(bytes, start);
    if (next === bytes.length) return start;
    if (next + RECORD_HEADER_LENGTH <= bytes.length && isHeader(bytes, next)) return start;
  }
  return undefined;
}

function isHeader(bytes: Uint8Array, at: number): boolean {
  const type = bytes[at]!;
  const length = lengthAt(bytes, at);
  const known = type >= 20 && type <= 23 && bytes[at + 1] === 3 && bytes[at + 2]! <= 4;
  return known && length > 0 && length <= MAX_CIPHERTEXT_LENGTH;
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return (bytes[at + 3]! << 8) | bytes[at + 4]!;
}
