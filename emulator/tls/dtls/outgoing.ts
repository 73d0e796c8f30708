import { concatAll } from '../../world/bytes.ts';
import type { ContentType } from '../record/content-type.ts';
import type { OutgoingRecord } from '../record/outgoing.ts';
import type { RecordProtection } from '../record/protection.ts';
import { encodeRecord, epochAndSequence, RECORD_HEADER_LENGTH } from './records.ts';

/** One set of keys and the numbers used under it. A flight that is sent again goes out under those it had. */
export class Epoch {
  readonly number: number;
  readonly protection: RecordProtection | undefined;
  /** Of the next record. */
  sequence = 0;

  constructor(number: number, protection: RecordProtection | undefined) {
    this.number = number;
    this.protection = protection;
  }
}

/** The sending half of the record layer: protects records and packs them into datagrams. */
export class DtlsOutgoing {
  /** Called for each record as it is made. */
  onRecord: ((record: OutgoingRecord) => void) | undefined;
  version: number;
  epoch = new Epoch(0, undefined);
  private readonly datagrams: Uint8Array[] = [];
  /** The datagram being filled. */
  private records: Uint8Array[] = [];
  private filled = 0;

  /** `version`: of the records, until another is set. */
  constructor(version: number) {
    this.version = version;
  }

  get encrypted(): boolean {
    return this.epoch.protection !== undefined;
  }

  protect(protection: RecordProtection): void {
    this.epoch = new Epoch(this.epoch.number + 1, protection);
  }

  /** Octets of content for which the datagram still has room in an unprotected record; negative for none. */
  roomIn(mtu: number): number {
    return mtu - this.filled - RECORD_HEADER_LENGTH;
  }

  /** The record, not yet on its way. */
  seal(epoch: Epoch, type: ContentType, bytes: Uint8Array): Uint8Array {
    const { number, protection } = epoch;
    const sequence = epoch.sequence++;
    const sealed =
      protection === undefined
        ? { type, fragment: bytes }
        : protection.seal(epochAndSequence(number, sequence), { type, bytes }, this.version);
    return encodeRecord({ ...sealed, version: this.version, epoch: number, sequence });
  }

  /** Puts a record into the datagram being filled, or into the next one when this has no room for it. */
  pack(record: Uint8Array, mtu: number, type: ContentType, epoch: Epoch): void {
    if (this.filled + record.length > mtu) this.endDatagram();
    this.records.push(record);
    this.filled += record.length;
    const encrypted = epoch.protection !== undefined;
    const length = record.length - RECORD_HEADER_LENGTH;
    this.onRecord?.({ type, version: this.version, length, encrypted });
  }

  endDatagram(): void {
    if (this.records.length > 0) this.datagrams.push(concatAll(this.records));
    this.records = [];
    this.filled = 0;
  }

  takeDatagram(): Uint8Array | undefined {
    return this.datagrams.shift();
  }
}
