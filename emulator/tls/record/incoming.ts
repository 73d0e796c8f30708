import { toHex } from '../../world/bytes.ts';
import { EMPTY } from '../codec/bytes.ts';
import { TlsError } from '../engine.ts';
import type { Profile } from '../profiles.ts';
import {
  type ContentType,
  contentTypeByCode,
  MAX_PLAINTEXT_LENGTH,
  RECORD_HEADER_LENGTH,
} from './content-type.ts';
import { type Plaintext, type RecordProtection, sequenceBytes } from './protection.ts';

export interface IncomingRecord {
  readonly plaintext: Plaintext;
  /** Type and length as the wire shows them. */
  readonly outerType: ContentType;
  readonly version: number;
  readonly length: number;
  readonly encrypted: boolean;
}

/** The receiving half of the record layer: finds records in a stream of bytes and opens them. */
export class IncomingRecords {
  private readonly profile: Profile;
  private pending: Uint8Array = EMPTY;
  private protection: RecordProtection | undefined;
  /** Of the next record under the present keys. */
  private sequence = 0;
  /** Undefined until the version is agreed; until then any 3.x is let pass (RFC 5246 appendix E.1). */
  private agreedVersion: number | undefined;
  private emptyRecords = 0;

  constructor(profile: Profile) {
    this.profile = profile;
  }

  get encrypted(): boolean {
    return this.protection !== undefined;
  }

  protect(protection: RecordProtection): void {
    this.protection = protection;
    this.sequence = 0;
  }

  agreeOn(version: number): void {
    this.agreedVersion = version;
  }

  push(bytes: Uint8Array): void {
    if (this.pending.length === 0) {
      this.pending = bytes.slice();
      return;
    }
    const joined = new Uint8Array(this.pending.length + bytes.length);
    joined.set(this.pending);
    joined.set(bytes, this.pending.length);
    this.pending = joined;
  }

  /** Octets missing to the end of the header, then of the record, now being received. */
  get bytesWanted(): number {
    if (this.pending.length < RECORD_HEADER_LENGTH) return RECORD_HEADER_LENGTH - this.pending.length;
    return Math.max(0, RECORD_HEADER_LENGTH + this.fragmentLength() - this.pending.length);
  }

  /** The next whole record, or undefined. Throws TlsError for a header no record can have, at once. */
  next(): IncomingRecord | undefined {
    if (this.pending.length > 0) this.checkFirstByte();
    if (this.pending.length < RECORD_HEADER_LENGTH) return undefined;
    const type = contentTypeByCode(this.pending[0]!)!;
    const version = (this.pending[1]! << 8) | this.pending[2]!;
    const length = this.fragmentLength();
    this.checkHeader(type, version, length);
    if (this.pending.length < RECORD_HEADER_LENGTH + length) return undefined;
    const fragment = this.pending.subarray(RECORD_HEADER_LENGTH, RECORD_HEADER_LENGTH + length);
    this.pending = this.pending.subarray(RECORD_HEADER_LENGTH + length);
    const protection = this.protectionOf(type);
    const encrypted = protection !== undefined;
    const plaintext = this.open(protection, type, version, fragment);
    return { plaintext, outerType: type, version, length, encrypted };
  }

  private fragmentLength(): number {
    return (this.pending[3]! << 8) | this.pending[4]!;
  }

  /** A peer that does not speak TLS is known by its first byte; it may never send five. */
  private checkFirstByte(): void {
    const code = this.pending[0]!;
    if (contentTypeByCode(code) !== undefined) return;
    throw new TlsError('not-tls', `${printable(this.pending)} is no TLS record`);
  }

  private checkHeader(type: ContentType, version: number, length: number): void {
    const { record } = this.profile;
    if (version >>> 8 !== 3) {
      throw new TlsError('not-tls', `record version ${version >>> 8}.${version & 0xff}`, {
        alert: 'protocol_version',
      });
    }
    const wrongVersion = this.agreedVersion === undefined ? false : version !== this.agreedVersion;
    if (version > record.highestVersion || (record.exactVersion && wrongVersion)) {
      throw new TlsError('bad-record-version', `record version 3.${version & 0xff}`);
    }
    if (length > (this.protectionOf(type) !== undefined ? record.maxIncoming : record.maxIncomingPlain)) {
      throw new TlsError('record-overflow', `a record of ${length} bytes`);
    }
    const mayBeEmpty = this.protectionOf(type) !== undefined || type === 'application_data';
    if (length === 0 && !mayBeEmpty) throw new TlsError('bad-record', `an empty record of type ${type}`);
  }

  private protectionOf(type: ContentType): RecordProtection | undefined {
    return this.protection?.leavesClear?.(type) ? undefined : this.protection;
  }

  private open(
    protection: RecordProtection | undefined,
    type: ContentType,
    version: number,
    fragment: Uint8Array,
  ): Plaintext {
    const plaintext =
      protection === undefined
        ? { type, bytes: fragment.slice() }
        : protection.open(sequenceBytes(this.sequence++), type, version, fragment);
    if (plaintext.bytes.length > MAX_PLAINTEXT_LENGTH) {
      throw new TlsError('record-overflow', `${plaintext.bytes.length} bytes of plaintext in a record`);
    }
    this.limitEmptyRecords(plaintext);
    return plaintext;
  }

  /** Empty records cost the peer nothing and us a decryption: a few are legal, a stream of them is an attack. */
  private limitEmptyRecords(plaintext: Plaintext): void {
    if (plaintext.bytes.length > 0) {
      this.emptyRecords = 0;
      return;
    }
    if (plaintext.type !== 'application_data') throw new TlsError('bad-record', 'an empty record');
    this.emptyRecords++;
    if (this.emptyRecords > this.profile.record.maxEmptyRecords) {
      throw new TlsError('unexpected-message', `${this.emptyRecords} empty records in a row`);
    }
  }
}

/** The start of what was received, for the message: plain text is readable, the rest is hex. */
function printable(bytes: Uint8Array): string {
  const start = bytes.subarray(0, 12);
  const isText = start.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0d || byte === 0x0a);
  if (isText) return JSON.stringify(String.fromCharCode(...start));
  return toHex(start, ' ');
}
