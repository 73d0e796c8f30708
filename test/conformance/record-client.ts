/** What clients of both versions share: records, protected as their keys say, and what is heard in them. */
import assert from 'node:assert/strict';
import { alertByCode } from '../../emulator/tls/alerts.ts';
import { decodeMessage, type MessageCodec } from '../../emulator/tls/messages/handshake.ts';
import { CONTENT_TYPES, contentTypeByCode } from '../../emulator/tls/record/content-type.ts';
import { type RecordProtection, sequenceBytes } from '../../emulator/tls/record/protection.ts';
import { Transcript } from '../../emulator/tls/transcript.ts';
import { Random } from '../../emulator/world/random.ts';
import { record } from '../tls/scripted.ts';
import { TYPES } from './bytes.ts';
import type { Transport } from './transport.ts';

export const TLS12 = 0x0303;

/** Changes a handshake message, header included, on its way out; it is hashed as it was changed. */
export type Edit = (message: Uint8Array) => Uint8Array;

export const same: Edit = (message) => message;

export interface Half {
  readonly protection: RecordProtection;
  sequence: number;
}

export class RecordClient {
  readonly transport: Transport;
  /** Changes protected records, header included, before they go out. */
  tamper: Edit = same;
  protected readonly random = new Random(1);
  protected readonly transcript = new Transcript();
  protected out: Half | undefined;
  protected in: Half | undefined;
  private readonly messages: Uint8Array[] = [];

  constructor(transport: Transport) {
    this.transport = transport;
  }

  raw(bytes: Uint8Array): void {
    this.transport.send(bytes);
  }

  /** One record, protected if keys are on. */
  record(type: number, fragment: Uint8Array, version = TLS12): void {
    const contentType = contentTypeByCode(type)!;
    if (this.out === undefined || this.out.protection.leavesClear?.(contentType)) {
      this.raw(record(type, fragment, version));
      return;
    }
    const sequence = sequenceBytes(this.out.sequence++);
    const sealed = this.out.protection.seal(sequence, { type: contentType, bytes: fragment }, version);
    const outer = sealed.type === 'application_data' ? TYPES.applicationData : type;
    this.raw(this.tamper(record(outer, sealed.fragment, version)));
  }

  /** A handshake message in a record, or in records of `size` bytes. */
  handshake(message: Uint8Array, size = 16_384): void {
    this.transcript.add(message);
    for (let at = 0; at < message.length; at += size) {
      this.record(TYPES.handshake, message.subarray(at, at + size));
    }
  }

  data(text: string): void {
    this.record(TYPES.applicationData, Buffer.from(text, 'latin1'));
  }

  alert(level: number, code: number): void {
    this.record(TYPES.alert, Uint8Array.of(level, code));
  }

  /** The next alert, in words; what comes before it is passed over. Nothing but the end may follow a fatal one. */
  async heardAlert(): Promise<string> {
    for (;;) {
      const next = await this.nextOrEnd();
      if (next === undefined) return 'closed without an alert';
      if (next.type !== TYPES.alert) continue;
      const [level, code] = next.bytes;
      const words = `${level === 2 ? 'fatal' : 'warning'} ${alertByCode(code!) ?? code}`;
      if (level === 2) assert.equal(await this.transport.record(), undefined, `${words}, then more`);
      return words;
    }
  }

  /** Application data up to an alert or the end; handshake messages are passed over. */
  async heardData(): Promise<string> {
    let text = '';
    for (;;) {
      const next = await this.nextOrEnd();
      if (next === undefined || next.type === TYPES.alert) return text;
      if (next.type === TYPES.applicationData) text += Buffer.from(next.bytes).toString('latin1');
    }
  }

  protected async next(): Promise<{ type: number; bytes: Uint8Array }> {
    const next = await this.nextOrEnd();
    if (next === undefined) throw new Error('the server has closed');
    return next;
  }

  /** A handshake message, or another record. */
  private async nextOrEnd(): Promise<{ type: number; bytes: Uint8Array } | undefined> {
    const waiting = this.messages.shift();
    if (waiting !== undefined) return { type: TYPES.handshake, bytes: waiting };
    const bytes = await this.transport.record();
    if (bytes === undefined) return undefined;
    const { type, fragment } = this.open(bytes[0]!, bytes.subarray(5));
    if (type !== TYPES.handshake) return { type, bytes: fragment };
    for (let at = 0; at < fragment.length; ) {
      const end = at + 4 + ((fragment[at + 1]! << 16) | (fragment[at + 2]! << 8) | fragment[at + 3]!);
      this.messages.push(fragment.slice(at, end));
      at = end;
    }
    return this.nextOrEnd();
  }

  protected async message(): Promise<Uint8Array> {
    const next = await this.next();
    const problem = `instead of a handshake message: ${next.type} ${Buffer.from(next.bytes).toString('hex')}`;
    assert.equal(next.type, TYPES.handshake, problem);
    this.transcript.add(next.bytes);
    return next.bytes;
  }

  private open(type: number, fragment: Uint8Array): { type: number; fragment: Uint8Array } {
    const contentType = contentTypeByCode(type)!;
    if (this.in === undefined || this.in.protection.leavesClear?.(contentType)) return { type, fragment };
    const sequence = sequenceBytes(this.in.sequence++);
    const plaintext = this.in.protection.open(sequence, contentType, TLS12, fragment);
    return { type: CONTENT_TYPES[plaintext.type], fragment: plaintext.bytes };
  }
}

export function read<T>(codec: MessageCodec<T>, bytes: Uint8Array): T {
  const { message, error } = decodeMessage(codec, bytes);
  if (error !== undefined) throw error;
  return message as T;
}
