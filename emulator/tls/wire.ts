/**
 * The wire as a handshake machine sees it: messages, alerts and keys go in, records come out, and everything that
 * passes is told to the host as trace events.
 */
import type { AnnotatedField, ConnectionId, Direction, TraceEventBody } from '../world/trace-events.ts';
import { Reader } from './codec/reader.ts';
import { Writer } from './codec/writer.ts';
import { ALERT_CODES, type AlertName, type TlsHost, type TlsSession } from './engine.ts';
import type { HandshakeIo, HandshakeMachine, ReceivedMessage } from './handshake-machine.ts';
import { decodeMessage, describeHeader, encodeMessage, type MessageCodec } from './messages/handshake.ts';
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
  private readonly connection: ConnectionId;
  private helloSent = false;

  constructor(connection: ConnectionId, profile: Profile, host: TlsHost) {
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
    const coded = encodeMessage(codec, message);
    transcript?.add(coded.bytes);
    this.show('sent', coded.name, coded.bytes, coded.fields, coded.summary);
    this.outgoing.send('handshake', this.recordVersion(codec), coded.bytes);
  }

  /** RFC 8446 section 5.1: the first ClientHello may say less, for servers that stumble over more. */
  private recordVersion<T>({ name }: MessageCodec<T>): number {
    if (name !== 'ClientHello' || this.helloSent) return TLS12;
    this.helloSent = true;
    return this.profile.record.helloVersion;
  }

  /** `meaning`: what the reader of the trace is told. */
  sendChangeCipherSpec(meaning = NEXT_ENCRYPTED): void {
    const writer = new Writer();
    writer.u8('type', 1, 'change_cipher_spec');
    const { bytes, fields } = writer.finish();
    this.show('sent', 'ChangeCipherSpec', bytes, fields, [meaning], false);
    this.outgoing.send('change_cipher_spec', TLS12, bytes);
  }

  sendWarning(alert: 'no_renegotiation' | 'close_notify'): void {
    this.sendAlert('warning', alert);
  }

  sendAlert(level: 'warning' | 'fatal', description: AlertName): void {
    const code = ALERT_CODES[description];
    const encrypted = this.outgoing.encrypted;
    this.emit({ type: 'tls.alert', direction: 'sent', level, description, code, encrypted });
    this.outgoing.send('alert', TLS12, Uint8Array.of(level === 'warning' ? 1 : 2, code));
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

  showChangeCipherSpec(bytes: Uint8Array, meaning = NEXT_ENCRYPTED): void {
    const reader = new Reader(bytes);
    reader.u8('type', (type) => (type === 1 ? 'change_cipher_spec' : `unknown ${type}`));
    this.show('received', 'ChangeCipherSpec', bytes, reader.fields(), [meaning], false);
  }

  /** A message that is refused before it is read. */
  showUnread(message: ReceivedMessage, problem: string): void {
    this.show('received', message.name, message.bytes, describeHeader(message.bytes), [problem]);
  }

  agreeOnVersion(version: number): void {
    this.incoming.agreeOn(version);
  }

  protectSending(protection: RecordProtection): void {
    this.outgoing.protect(protection);
  }

  protectReceiving(protection: RecordProtection): void {
    this.onReceivingKeys?.();
    this.incoming.protect(protection);
  }

  passOverEarlyData(octets: number): void {
    this.incoming.passOverEarlyData(octets);
  }

  secret(label: string, clientRandom: Uint8Array, secret: Uint8Array): void {
    this.emit({ type: 'tls.secret', label, clientRandom, secret });
  }

  established(session: TlsSession, peer: string | undefined): void {
    this.onEstablished?.(session, peer);
  }

  handOver(machine: HandshakeMachine): void {
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

/** In TLS 1.2. */
const NEXT_ENCRYPTED = 'what follows is encrypted';
