import { TlsError } from '../engine.ts';
import { MAX_CIPHERTEXT_LENGTH, MAX_PLAINTEXT_LENGTH } from '../record/content-type.ts';
import type { Plaintext, RecordProtection } from '../record/protection.ts';
import { type DtlsRecord, epochAndSequence } from './records.ts';
import { ReplayWindow } from './replay-window.ts';

/** What became of a record. Only what was opened may have consequences (RFC 6347 section 4.1.2.7). */
export type OpenedRecord = { readonly plaintext: Plaintext } | 'dropped' | 'bad-mac';

/** The receiving half of the record layer. It knows one epoch at a time, and the records that ran ahead of it. */
export class DtlsIncoming {
  private readonly maxEarly: number;
  private epoch = 0;
  private protection: RecordProtection | undefined;
  private window = new ReplayWindow();
  private early: DtlsRecord[] = [];

  constructor(maxEarly: number) {
    this.maxEarly = maxEarly;
  }

  get encrypted(): boolean {
    return this.protection !== undefined;
  }

  protect(protection: RecordProtection): void {
    this.protection = protection;
    this.epoch++;
    this.window = new ReplayWindow();
  }

  /** Forgets what was received so far: a server that has only asked for a cookie keeps nothing of the client. */
  forget(): void {
    this.window = new ReplayWindow();
    this.early = [];
  }

  /** Records of the present epoch that came before it did. */
  takeEarly(): readonly DtlsRecord[] {
    const ready = this.early.filter(({ epoch }) => epoch === this.epoch);
    if (ready.length > 0) this.early = [];
    return ready;
  }

  open(record: DtlsRecord): OpenedRecord {
    if (record.epoch === this.epoch + 1) this.keepEarly(record);
    // Its version needs no look: hellos come under several, and later the MAC covers it.
    if (record.epoch !== this.epoch || record.fragment.length > MAX_CIPHERTEXT_LENGTH) return 'dropped';
    if (!this.window.accepts(record.sequence)) return 'dropped';
    const plaintext = this.unprotect(record);
    if (plaintext === undefined) return 'bad-mac';
    this.window.mark(record.sequence);
    // Nothing but application data may be empty (RFC 5246 section 6.2.1).
    const { type, bytes } = plaintext;
    if (bytes.length > MAX_PLAINTEXT_LENGTH) return 'dropped';
    return bytes.length === 0 && type !== 'application_data' ? 'dropped' : { plaintext };
  }

  /** Handshake records only: data that overtakes the handshake is lost as datagrams may be. */
  private keepEarly(record: DtlsRecord): void {
    if (record.type === 'handshake' && this.early.length < this.maxEarly) this.early.push(record);
  }

  private unprotect({ type, version, epoch, sequence, fragment }: DtlsRecord): Plaintext | undefined {
    if (this.protection === undefined) return { type, bytes: fragment };
    try {
      return this.protection.open(epochAndSequence(epoch, sequence), type, version, fragment);
    } catch (error) {
      if (error instanceof TlsError && error.reason === 'bad-record-mac') return undefined;
      throw error;
    }
  }
}
