import { concat, toHex } from '../../world/bytes.ts';
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
  /** Undefined for early data that is passed over. */
  readonly plaintext: Plaintext | undefined;
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
  private pendingIsBorrowed = false;
  private protection: RecordProtection | undefined;
  /** Of the next record under the present keys. */
  private sequence = 0;
  /** Undefined until the version is agreed; until then any 3.x is let pass (RFC 5246 appendix E.1). */
  private agreedVersion: number | undefined;
  private emptyRecords = 0;
  /** Octets of early data that may still be passed over. */
  private earlyDataLeft = 0;
  private maxPlaintext = MAX_PLAINTEXT_LENGTH;

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

  /** RFC 6066 section 4: a record with more octets of plaintext is now too long. */
  limitPlaintext(octets: number): void {
    this.maxPlaintext = octets;
  }

  /** The bytes are the caller's until `keepRest` is called, which must be before the caller has them back. */
  push(bytes: Uint8Array): void {
    this.pending = this.pending.length === 0 ? bytes : concat(this.pending, bytes);
    this.pendingIsBorrowed = this.pending === bytes;
  }

  /** Copies what is not yet consumed: mostly nothing, where records come whole. */
  keepRest(): void {
    if (this.pendingIsBorrowed) this.pending = this.pending.slice();
    this.pendingIsBorrowed = false;
  }

  /** Octets missing to the end of the header, then of the record, now being received. */
  get bytesWanted(): number {
    if (this.pending.length < RECORD_HEADER_LENGTH) return RECORD_HEADER_LENGTH - this.pending.length;
    return Math.max(0, RECORD_HEADER_LENGTH + this.fragmentLength() - this.pending.length);
  }

  /**
   * RFC 8446 section 4.2.10: a server that refuses early data passes over records that it cannot open, up to this
   * many octets, until one that it can.
   */
  passOverEarlyData(octets: number): void {
    this.earlyDataLeft = octets;
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
    const plaintext = this.openOrPassOver(protection, type, version, fragment);
    return { plaintext, outerType: type, version, length, encrypted };
  }

  private fragmentLength(): number {
    return (this.pending[3]! << 8) | this.pending[4]!;
  }

  /** A peer that does not speak TLS is known by its first byte; it may never send five. */
  private checkFirstByte(): void {
    const code = this.pending[0]!;
    if (contentTypeByCode(code) !== undefined) return;
    // SSL 2 has a two-byte header whose first bit is set; RFC 6176 forbids to answer in kind.
    const isSsl2 = this.agreedVersion === undefined && (code & 0x80) !== 0;
    throw new TlsError('not-tls', `${printable(this.pending)} is no TLS record`, {
      ...(isSsl2 && { alert: 'protocol_version' }),
    });
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
    const protection = this.protectionOf(type);
    const isSealed = protection !== undefined || this.mayBeEarlyData(type, length);
    const most = isSealed ? record.maxIncoming : record.maxIncomingPlain;
    if (length > Math.min(most, protection?.maxFragment ?? most)) {
      throw new TlsError('record-overflow', `a record of ${length} bytes`);
    }
    const mayBeEmpty = protection !== undefined || type === 'application_data';
    if (length === 0 && !mayBeEmpty) throw new TlsError('bad-record', `an empty record of type ${type}`);
  }

  private protectionOf(type: ContentType): RecordProtection | undefined {
    return this.protection?.leavesClear?.(type) ? undefined : this.protection;
  }

  /** Nothing that is protected is empty, and what is empty would never use up what is left. */
  private mayBeEarlyData(type: ContentType, length: number): boolean {
    return this.earlyDataLeft > 0 && type === 'application_data' && length > 0;
  }

  private openOrPassOver(
    protection: RecordProtection | undefined,
    type: ContentType,
    version: number,
    fragment: Uint8Array,
  ): Plaintext | undefined {
    if (!this.mayBeEarlyData(type, fragment.length)) return this.open(protection, type, version, fragment);
    this.earlyDataLeft -= fragment.length;
    if (protection === undefined) return undefined;
    try {
      const plaintext = this.open(protection, type, version, fragment);
      this.earlyDataLeft = 0;
      return plaintext;
    } catch (error) {
      if (error instanceof TlsError && error.reason === 'bad-record-mac' && this.earlyDataLeft > 0) {
        return undefined;
      }
      throw error;
    }
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
        : protection.open(sequenceBytes(this.sequence), type, version, fragment);
    if (protection !== undefined) this.sequence++;
    if (plaintext.bytes.length > this.maxPlaintext) {
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
    if (plaintext.type !== 'application_data') {
      // RFC 8446 section 5.4 names the alert; RFC 5246 section 6.2.1 only forbids the record.
      throw new TlsError('bad-record', 'an empty record', { alert: 'unexpected_message' });
    }
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
