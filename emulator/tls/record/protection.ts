/** What keys do to records, in one direction. Sequence numbers are the record layer's, which counts. */
import type { ContentType } from './content-type.ts';

export interface Plaintext {
  readonly type: ContentType;
  readonly bytes: Uint8Array;
}

/** A record as it goes on the wire, but for version and length. */
export interface SealedRecord {
  readonly type: ContentType;
  readonly fragment: Uint8Array;
}

export interface RecordProtection {
  /** Octets of the longest fragment that the version allows, where that is less than TLS 1.2 does. */
  readonly maxFragment?: number;
  /** Records that may be sealed before there are other keys; undefined where the version has no way to new ones. */
  readonly maxRecords?: number;
  /** `sequence`: seq_num as eight octets; in DTLS the epoch and the sequence number (RFC 6347 section 4.1). */
  seal(sequence: Uint8Array, plaintext: Plaintext, version: number): SealedRecord;
  /**
   * Throws TlsError "bad-record-mac". In TLS 1.3 the type inside is not the one outside. What comes out is no view of
   * the fragment.
   */
  open(sequence: Uint8Array, type: ContentType, version: number, fragment: Uint8Array): Plaintext;
  /** Whether records of this type go unprotected all the same: ChangeCipherSpec in TLS 1.3. */
  leavesClear?(type: ContentType): boolean;
}

/** seq_num as eight octets; a number holds more of them than any connection sends records. */
export function sequenceBytes(sequence: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(sequence / 0x1_0000_0000));
  view.setUint32(4, sequence >>> 0);
  return bytes;
}
