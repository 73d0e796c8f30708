/**
 * The wire as a handshake machine sees it: messages, alerts and keys go in, records come out, and everything that
 * passes is told to the host as trace events.
 */
import type { AnnotatedField, ConnectionId, Direction, TraceEventBody } from '../world/trace-events.ts';
import { alertByCode } from './alerts.ts';
import { Reader } from './codec/reader.ts';
import type { AlertName, TlsHost, TlsSession } from './engine.ts';
import { FaultInjector, type Parcel } from './fault-injector.ts';
import { alertBytes, describeFault, type Fault, tellLie } from './faults.ts';
import type { HandshakeIo, HandshakeMachine, ReceivedMessage } from './handshake-machine.ts';
import {
  decodeMessage,
  describeHeader,
  encodeMessage,
  type HandshakeName,
  type MessageCodec,
} from './messages/handshake.ts';
import type { Profile } from './profiles.ts';
import { type IncomingRecord, IncomingRecords } from './record/incoming.ts';
import { OutgoingRecords } from './record/outgoing.ts';
import type { RecordProtection } from './record/protection.ts';
import type { Transcript } from './transcript.ts';
import { TLS12 } from './versions.ts';

type WithoutConnection<E> = E extends { connection: ConnectionId } ? Omit<E, 'connection'> : never;
export type TlsEvent = WithoutConnection<Extract<TraceEventBody, { type: `tls.${string}` }>>;

export class Wire implements HandshakeIo {
  readonly host: TlsHost;
  readonly profile: Profile;
  readonly incoming: IncomingRecords;
  readonly outgoing: OutgoingRecords;
  onEstablished: ((session: TlsSession, peer: string | undefined) => void) | undefined;
  onHandOver: ((machine: HandshakeMachine) => void) | undefined;
  /** Called when what is received changes keys. Throws TlsError where that may not be. */
  onReceivingKeys: (() => void) | undefined;
  /** What the trace says of ChangeCipherSpec. */
  changeCipherSpecMeaning = 'what follows is encrypted';
  private readonly connection: ConnectionId;
  private helloSent = false;
  /** Undefined in an honest peer. */
  private readonly faults: FaultInjector | undefined;

  constructor(
    connection: ConnectionId,
    profile: Profile,
    host: TlsHost,
    faults: readonly Fault[] | undefined,
  ) {
    this.faults = faults && new FaultInjector(faults);
    this.connection = connection;
    this.profile = profile;
    this.host = host;
    this.incoming = new IncomingRecords(profile);
    this.outgoing = new OutgoingRecords(profile.record.maxOutgoing);
    this.outgoing.onRecord = ({ type, ...record }) =>
      this.emit({ type: 'tls.record', direction: 'sent', contentType: type, ...record });
  }

  emit(event: TlsEvent): void {
    this.host.emit({ ...event, connection: this.connection } as TraceEventBody);
  }

  send<T>(codec: MessageCodec<T>, message: T, transcript?: Transcript): void {
    const fault = this.faults?.due(codec.name);
    const coded = encodeMessage(codec, fault === undefined ? message : tellLie(message, fault));
    transcript?.add(coded.bytes);
    this.transmit({ contentType: 'handshake', bytes: coded.bytes, message: { ...coded, codec } }, fault);
  }

  sendChangeCipherSpec(): void {
    const parcel: Parcel = { contentType: 'change_cipher_spec', bytes: Uint8Array.of(1) };
    this.transmit(parcel, this.faults?.due('ChangeCipherSpec'));
  }

  sendWarning(alert: 'no_renegotiation' | 'close_notify'): void {
    this.sendAlert('warning', alert);
  }

  sendAlert(level: 'warning' | 'fatal', description: AlertName): void {
    const parcel: Parcel = { contentType: 'alert', bytes: alertBytes(level, description) };
    this.transmit(parcel, this.faults?.due('Alert'));
  }

  sendData(bytes: Uint8Array): void {
    this.transmit({ contentType: 'application_data', bytes }, this.faults?.due('ApplicationData'));
  }

  private transmit(parcel: Parcel, fault: Fault | undefined): void {
    if (fault !== undefined) {
      this.emit({ type: 'tls.fault', message: fault.at, fault: fault.fault, detail: describeFault(fault) });
    }
    const parcels = this.faults === undefined ? [parcel] : this.faults.deliver(parcel, fault);
    for (const each of parcels) this.put(each);
  }

  /** Shows what goes on the wire, and puts it there. */
  private put({ contentType, bytes, message, corrupt }: Parcel): void {
    if (message !== undefined) this.showSent(message, bytes);
    else if (contentType === 'change_cipher_spec') this.showChangeCipherSpec('sent', bytes);
    else if (contentType === 'alert') this.showSentAlert(bytes);
    this.outgoing.send(contentType, this.recordVersion(message?.codec.name), bytes, corrupt);
  }

  /** RFC 8446 section 5.1: the first ClientHello may say less, for servers that stumble over more. */
  private recordVersion(message: HandshakeName | undefined): number {
    if (message !== 'ClientHello' || this.helloSent) return TLS12;
    this.helloSent = true;
    return this.profile.record.helloVersion;
  }

  private showSent(message: NonNullable<Parcel['message']>, bytes: Uint8Array): void {
    const { name, fields, summary } = bytes === message.bytes ? message : decodeMessage(message.codec, bytes);
    this.show('sent', name, bytes, fields, summary);
  }

  private showSentAlert(bytes: Uint8Array): void {
    const code = bytes[1]!;
    const level = bytes[0] === 1 ? 'warning' : 'fatal';
    const description = alertByCode(code) ?? `unknown alert ${code}`;
    const { encrypted } = this.outgoing;
    this.emit({ type: 'tls.alert', direction: 'sent', level, description, code, encrypted });
  }

  read<T>(codec: MessageCodec<T>, received: ReceivedMessage): T {
    const decoded = decodeMessage(codec, received.bytes);
    this.show('received', decoded.name, decoded.bytes, decoded.fields, decoded.summary);
    if (decoded.error !== undefined) throw decoded.error;
    return decoded.message as T;
  }

  /** The next record, shown; undefined when there is no whole one. */
  nextRecord(): IncomingRecord | undefined {
    const record = this.incoming.next();
    if (record === undefined) return undefined;
    const { outerType: contentType, version, length, encrypted } = record;
    this.emit({ type: 'tls.record', direction: 'received', contentType, version, length, encrypted });
    return record;
  }

  showChangeCipherSpec(direction: Direction, bytes: Uint8Array): void {
    const reader = new Reader(bytes);
    reader.u8('type', (type) => (type === 1 ? 'change_cipher_spec' : `unknown ${type}`));
    this.show(direction, 'ChangeCipherSpec', bytes, reader.fields(), [this.changeCipherSpecMeaning], false);
  }

  /** A message that is refused before it is read. */
  showUnread(message: ReceivedMessage, problem: string): void {
    this.show('received', message.name, message.bytes, describeHeader(message.bytes), [problem]);
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

  secret(label: string, clientRandom: Uint8Array, secret: Uint8Array): void {
    this.emit({ type: 'tls.secret', label, clientRandom, secret });
  }

  established(session: TlsSession, peer: string | undefined): void {
    this.onEstablished?.(session, peer);
  }

  handOver(machine: HandshakeMachine): void {
    if (machine.isTls13) this.changeCipherSpecMeaning = 'for middleboxes, means nothing';
    this.onHandOver?.(machine);
  }

  private show(
    direction: Direction,
    message: string,
    bytes: Uint8Array,
    fields: readonly AnnotatedField[],
    summary: readonly string[],
    encrypted = direction === 'sent' ? this.outgoing.encrypted : this.incoming.encrypted,
  ): void {
    this.emit({ type: 'tls.message', direction, message, bytes, fields, encrypted, summary });
  }
}
