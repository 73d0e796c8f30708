/**
 * What the wires of TLS and of DTLS have in common: messages become parcels, which faults may change on their way, and
 * what passes is told to the host as trace events.
 */
import type { AnnotatedField, ConnectionId, Direction, TraceEventBody } from '../world/trace-events.ts';
import { alertByCode, alertFor } from './alerts.ts';
import { Reader } from './codec/reader.ts';
import type { AlertName, TlsError, TlsHost, TlsSession } from './engine.ts';
import { FaultInjector, type MessageHeader, type Parcel } from './fault-injector.ts';
import { alertBytes, describeFault, type Fault, tellLie } from './faults.ts';
import type { HandshakeMachine, ReceivedMessage } from './handshake-machine.ts';
import type { CodedMessage, DecodedMessage, EncodedMessage, MessageCodec } from './messages/handshake.ts';
import type { Profile } from './profiles.ts';
import type { Transcript } from './transcript.ts';

type WithoutConnection<E> = E extends { connection: ConnectionId } ? Omit<E, 'connection'> : never;
export type TlsEvent = WithoutConnection<Extract<TraceEventBody, { type: `tls.${string}` }>>;

type Role = 'client' | 'server';

export abstract class WireBase {
  readonly host: TlsHost;
  readonly profile: Profile;
  onEstablished: ((session: TlsSession, peer: string | undefined) => void) | undefined;
  onHandOver: ((machine: HandshakeMachine) => void) | undefined;
  /** What the trace says of ChangeCipherSpec. */
  protected changeCipherSpecMeaning = 'what follows is encrypted';
  private readonly connection: ConnectionId;
  /** After close_notify nothing more is said (RFC 5246 section 7.2.1, RFC 8446 section 6.1). */
  hasClosed = false;
  /** Undefined in an honest peer. */
  private readonly faults: FaultInjector | undefined;

  constructor(
    connection: ConnectionId,
    profile: Profile,
    host: TlsHost,
    header: MessageHeader,
    faults: readonly Fault[] | undefined,
  ) {
    this.faults = faults && new FaultInjector(faults, header);
    this.connection = connection;
    this.profile = profile;
    this.host = host;
  }

  emit(event: TlsEvent): void {
    this.host.emit({ ...event, connection: this.connection } as TraceEventBody);
  }

  read<T>(codec: MessageCodec<T>, received: ReceivedMessage): T {
    const decoded = this.decode(codec, received.bytes);
    this.show('received', decoded);
    if (decoded.error !== undefined) throw decoded.error;
    return decoded.message as T;
  }

  send<T>(codec: MessageCodec<T>, message: T, transcript?: Transcript): void {
    const fault = this.faults?.due(codec.name);
    const coded = this.encode(codec, fault === undefined ? message : tellLie(message, fault));
    transcript?.add(coded.bytes);
    this.transmit({ contentType: 'handshake', bytes: coded.bytes, message: coded }, fault);
  }

  sendChangeCipherSpec(): void {
    const parcel: Parcel = { contentType: 'change_cipher_spec', bytes: Uint8Array.of(1) };
    this.transmit(parcel, this.faults?.due('ChangeCipherSpec'));
  }

  sendWarning(alert: 'no_renegotiation'): void {
    this.sendAlert('warning', alert);
  }

  sendCloseNotify(): void {
    this.sendAlert('warning', 'close_notify');
    this.hasClosed = true;
  }

  sendAlert(level: 'warning' | 'fatal', description: AlertName): void {
    const parcel: Parcel = { contentType: 'alert', bytes: alertBytes(level, description) };
    this.transmit(parcel, this.faults?.due('Alert'));
  }

  sendData(bytes: Uint8Array): void {
    this.transmit({ contentType: 'application_data', bytes }, this.faults?.due('ApplicationData'));
  }

  private transmit(parcel: Parcel, fault: Fault | undefined): void {
    if (this.hasClosed) return;
    if (fault !== undefined) {
      this.emit({ type: 'tls.fault', message: fault.at, fault: fault.fault, detail: describeFault(fault) });
    }
    const parcels = this.faults === undefined ? [parcel] : this.faults.deliver(parcel, fault);
    for (const each of parcels) {
      this.showParcel(each);
      this.put(each);
    }
  }

  private showParcel({ contentType, bytes, message }: Parcel): void {
    if (message !== undefined) {
      this.show('sent', bytes === message.bytes ? message : this.decode(message.codec, bytes));
    } else if (contentType === 'change_cipher_spec') this.showChangeCipherSpec('sent', bytes);
    else if (contentType === 'alert') this.showSentAlert(bytes);
  }

  showChangeCipherSpec(direction: Direction, bytes: Uint8Array): void {
    const reader = new Reader(bytes);
    reader.u8('type', (type) => (type === 1 ? 'change_cipher_spec' : `unknown ${type}`));
    const shown = {
      name: 'ChangeCipherSpec',
      bytes,
      fields: reader.fields(),
      summary: [this.changeCipherSpecMeaning],
    };
    this.show(direction, shown, false);
  }

  /** A message that is refused before it is read. */
  showUnread({ name, bytes }: ReceivedMessage, problem: string): void {
    this.show('received', { name, bytes, fields: this.describeHeader(bytes), summary: [problem] });
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

  emitEstablished(role: Role, session: TlsSession, peer: string | undefined): void {
    const { version, suite, group, peerAuthenticated, resumed } = session;
    this.emit({
      type: 'tls.established',
      role,
      version,
      suite,
      ...(group === undefined ? {} : { group }),
      peerAuthenticated,
      ...(peer === undefined ? {} : { peer }),
      resumed,
    });
  }

  /** The alert for an error, or none: after close_notify nothing is said, and a host may keep one to itself. */
  alertAgainst(error: TlsError, state: string): AlertName | undefined {
    if (this.hasClosed || this.host.tellsPeer?.(error) === false) return undefined;
    return alertFor(error, state, this.profile.alerts);
  }

  emitFailed(role: Role, { state, reason, message: detail, alert }: TlsError): void {
    const sent = alert === undefined ? {} : { alert };
    this.emit({ type: 'tls.failed', role, state, reason, detail, ...sent });
  }

  protected abstract readonly encryptsSent: boolean;
  protected abstract readonly encryptsReceived: boolean;
  protected abstract encode<T>(codec: MessageCodec<T>, message: T): EncodedMessage<T>;
  /** Puts it into records, under the present keys. */
  protected abstract put(parcel: Parcel): void;
  protected abstract decode<T>(codec: MessageCodec<T>, bytes: Uint8Array): DecodedMessage<T>;
  protected abstract describeHeader(bytes: Uint8Array): readonly AnnotatedField[];

  private showSentAlert(bytes: Uint8Array): void {
    const code = bytes[1]!;
    const level = bytes[0] === 1 ? 'warning' : 'fatal';
    const description = alertByCode(code) ?? `unknown alert ${code}`;
    const encrypted = this.encryptsSent;
    this.emit({ type: 'tls.alert', direction: 'sent', level, description, code, encrypted });
  }

  protected show(
    direction: Direction,
    coded: CodedMessage,
    encrypted = direction === 'sent' ? this.encryptsSent : this.encryptsReceived,
  ): void {
    this.host.emit({
      type: 'tls.message',
      direction,
      message: coded.name,
      bytes: coded.bytes,
      // Not made before the host looks.
      get fields() {
        return coded.fields;
      },
      encrypted,
      get summary() {
        return coded.summary;
      },
      connection: this.connection,
    });
  }
}
