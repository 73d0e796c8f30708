import { concatAll } from '../../world/bytes.ts';
import { EMPTY } from '../codec/bytes.ts';
import { CONTENT_TYPES, type ContentType, RECORD_HEADER_LENGTH } from './content-type.ts';
import { type Plaintext, type RecordProtection, type SealedRecord, sequenceBytes } from './protection.ts';

export interface OutgoingRecord {
  readonly type: ContentType;
  readonly version: number;
  readonly length: number;
  readonly encrypted: boolean;
}

/** The sending half of the record layer: cuts what is sent into records, protects and queues them. */
export class OutgoingRecords {
  /** Called for each record as it is made. */
  onRecord: ((record: OutgoingRecord) => void) | undefined;
  /** Called before application data is sent for which the keys are no longer good: there is room for one record more. */
  onKeysSpent: (() => void) | undefined;
  private readonly recordsPerKey: number;
  private maxPlaintext: number;
  private readonly queue: Uint8Array[] = [];
  private protection: RecordProtection | undefined;
  /** Of the next record under the present keys. */
  private sequence = 0;

  /** `recordsPerKey`: fewer than the protection allows. Throws RangeError for less than two. */
  constructor(maxPlaintext: number, recordsPerKey = Number.POSITIVE_INFINITY) {
    if (recordsPerKey < 2) {
      throw new RangeError(`recordsPerKey ${recordsPerKey}: one is for the KeyUpdate, so use 2 or more`);
    }
    this.maxPlaintext = maxPlaintext;
    this.recordsPerKey = recordsPerKey;
  }

  get encrypted(): boolean {
    return this.protection !== undefined;
  }

  get isEmpty(): boolean {
    return this.queue.length === 0;
  }

  protect(protection: RecordProtection): void {
    this.protection = protection;
    this.sequence = 0;
  }

  /** RFC 6066 section 4: from now on no record holds more than this many octets of plaintext. */
  limitPlaintext(octets: number): void {
    this.maxPlaintext = Math.min(this.maxPlaintext, octets);
  }

  /**
   * As many records as `bytes` need (RFC 5246 section 6.2.1); none for no bytes. `corrupt` changes their fragments
   * in place once they are protected.
   */
  send(
    type: ContentType,
    version: number,
    bytes: Uint8Array,
    corrupt?: (fragment: Uint8Array) => void,
  ): void {
    for (let start = 0; start < bytes.length; start += this.maxPlaintext) {
      if (type === 'application_data' && this.keysAreSpent) this.onKeysSpent?.();
      this.sendRecord(type, version, bytes.subarray(start, start + this.maxPlaintext), corrupt);
    }
  }

  takeRecord(): Uint8Array | undefined {
    return this.queue.shift();
  }

  takeAll(): Uint8Array {
    if (this.queue.length === 0) return EMPTY;
    return this.queue.length === 1 ? this.queue.pop()! : concatAll(this.queue.splice(0));
  }

  private get keysAreSpent(): boolean {
    const most = this.protection?.maxRecords;
    return most !== undefined && this.sequence >= Math.min(most, this.recordsPerKey) - 1;
  }

  private sendRecord(
    type: ContentType,
    version: number,
    bytes: Uint8Array,
    corrupt: ((fragment: Uint8Array) => void) | undefined,
  ): void {
    const protection = this.protection?.leavesClear?.(type) ? undefined : this.protection;
    const sealed = this.seal(protection, { type, bytes }, version);
    const { fragment } = sealed;
    const record = new Uint8Array(RECORD_HEADER_LENGTH + fragment.length);
    record[0] = CONTENT_TYPES[sealed.type];
    record[1] = version >>> 8;
    record[2] = version;
    record[3] = fragment.length >>> 8;
    record[4] = fragment.length;
    record.set(fragment, RECORD_HEADER_LENGTH);
    corrupt?.(record.subarray(RECORD_HEADER_LENGTH));
    this.queue.push(record);
    this.onRecord?.({
      type: sealed.type,
      version,
      length: fragment.length,
      encrypted: protection !== undefined,
    });
  }

  private seal(
    protection: RecordProtection | undefined,
    plaintext: Plaintext,
    version: number,
  ): SealedRecord {
    if (protection === undefined) return { type: plaintext.type, fragment: plaintext.bytes };
    return protection.seal(sequenceBytes(this.sequence++), plaintext, version);
  }
}
