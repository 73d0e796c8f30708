/**
 * The wire as a handshake machine sees it: messages, alerts and keys go in, records come out, and everything that
 * passes is told to the host as trace events.
 */
import type { AnnotatedField, ConnectionId } from '../world/trace-events.ts';
import type { TlsHost } from './engine.ts';
import { type Parcel, TLS_HEADER } from './fault-injector.ts';
import type { Fault } from './faults.ts';
import type { HandshakeIo, HandshakeMachine } from './handshake-machine.ts';
import {
  type DecodedMessage,
  decodeMessage,
  describeHeader,
  type EncodedMessage,
  encodeMessage,
  type HandshakeName,
  type MessageCodec,
} from './messages/handshake.ts';
import type { Profile } from './profiles.ts';
import { type IncomingRecord, IncomingRecords } from './record/incoming.ts';
import { OutgoingRecords } from './record/outgoing.ts';
import type { RecordProtection } from './record/protection.ts';
import { TLS12, TLS12_IN_STREAM } from './versions.ts';
import { WireBase } from './wire-base.ts';

interface WireOptions {
  readonly faults?: readonly Fault[] | undefined;
  readonly recordsPerKey?: number | undefined;
}

export class Wire extends WireBase implements HandshakeIo {
  readonly tls12 = TLS12_IN_STREAM;
  readonly incoming: IncomingRecords;
  readonly outgoing: OutgoingRecords;
  /** Called when what is received changes keys. Throws TlsError where that may not be. */
  onReceivingKeys: (() => void) | undefined;
  private helloSent = false;
  private version: number = TLS12;

  constructor(
    connection: ConnectionId,
    profile: Profile,
    host: TlsHost,
    { faults, recordsPerKey }: WireOptions,
  ) {
    super(connection, profile, host, TLS_HEADER, faults);
    this.incoming = new IncomingRecords(profile);
    this.outgoing = new OutgoingRecords(profile.record.maxOutgoing, recordsPerKey);
    this.outgoing.onRecord = ({ type, ...record }) =>
      this.emit({ type: 'tls.record', direction: 'sent', contentType: type, ...record });
  }

  protected encode<T>(codec: MessageCodec<T>, message: T): EncodedMessage<T> {
    return encodeMessage(codec, message);
  }

  protected put({ contentType, bytes, message, corrupt }: Parcel): void {
    this.outgoing.send(contentType, this.recordVersion(message?.codec.name), bytes, corrupt);
  }

  /** RFC 8446 section 5.1: the first ClientHello may say less, for servers that stumble over more. */
  private recordVersion(message: HandshakeName | undefined): number {
    if (message !== 'ClientHello' || this.helloSent) return this.version;
    this.helloSent = true;
    return this.profile.record.helloVersion;
  }

  /** The next record, shown; undefined when there is no whole one. */
  nextRecord(): IncomingRecord | undefined {
    const record = this.incoming.next();
    if (record === undefined) return undefined;
    const { outerType: contentType, version, length, encrypted } = record;
    this.emit({ type: 'tls.record', direction: 'received', contentType, version, length, encrypted });
    return record;
  }

  hearVersion(version: number): void {
    if (this.profile.record.takesOverVersion) this.version = version;
  }

  agreeOnVersion(version: number): void {
    this.incoming.agreeOn(version);
  }

  limitFragments(octets: number): void {
    this.incoming.limitPlaintext(octets);
    this.outgoing.limitPlaintext(octets);
  }

  passOverEarlyData(octets: number): void {
    this.incoming.passOverEarlyData(octets);
  }

  protectSending(protection: RecordProtection): void {
    this.outgoing.protect(protection);
  }

  protectReceiving(protection: RecordProtection): void {
    this.onReceivingKeys?.();
    this.incoming.protect(protection);
  }

  override handOver(machine: HandshakeMachine): void {
    if (machine.isTls13) this.changeCipherSpecMeaning = 'for middleboxes, means nothing';
    super.handOver(machine);
  }

  protected get encryptsSent(): boolean {
    return this.outgoing.encrypted;
  }

  protected get encryptsReceived(): boolean {
    return this.incoming.encrypted;
  }

  protected decode<T>(codec: MessageCodec<T>, bytes: Uint8Array): DecodedMessage<T> {
    return decodeMessage(codec, bytes);
  }

  protected describeHeader(bytes: Uint8Array): readonly AnnotatedField[] {
    return describeHeader(bytes);
  }
}
