/** What the wires of TLS and of DTLS tell the host alike: what passes, as trace events. */
import type { AnnotatedField, ConnectionId, Direction, TraceEventBody } from '../world/trace-events.ts';
import { alertByCode } from './alerts.ts';
import { Reader } from './codec/reader.ts';
import type { AlertName, TlsError, TlsHost, TlsSession } from './engine.ts';
import type { HandshakeMachine, ReceivedMessage } from './handshake-machine.ts';
import type { CodedMessage, DecodedMessage, MessageCodec } from './messages/handshake.ts';
import type { Profile } from './profiles.ts';

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

  constructor(connection: ConnectionId, profile: Profile, host: TlsHost) {
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

  sendWarning(alert: 'no_renegotiation' | 'close_notify'): void {
    this.sendAlert('warning', alert);
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

  emitFailed(role: Role, { state, reason, message: detail, alert }: TlsError): void {
    const sent = alert === undefined ? {} : { alert };
    this.emit({ type: 'tls.failed', role, state, reason, detail, ...sent });
  }

  abstract sendAlert(level: 'warning' | 'fatal', description: AlertName): void;

  protected abstract readonly encryptsSent: boolean;
  protected abstract readonly encryptsReceived: boolean;
  protected abstract decode<T>(codec: MessageCodec<T>, bytes: Uint8Array): DecodedMessage<T>;
  protected abstract describeHeader(bytes: Uint8Array): readonly AnnotatedField[];

  protected showSentAlert(bytes: Uint8Array): void {
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
