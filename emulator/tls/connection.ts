/**
 * One TLS connection, either role: takes records apart, runs the handshake machine, and keeps alerts, application
 * data and the end in order. Knows no message and no key exchange.
 */
import { concatAll } from '../world/bytes.ts';
import type { ConnectionId } from '../world/trace-events.ts';
import { readAlert } from './alerts.ts';
import { EMPTY } from './codec/bytes.ts';
import {
  type AlertName,
  asTlsError,
  type TlsConnection,
  TlsError,
  type TlsHost,
  type TlsSession,
} from './engine.ts';
import type { Fault } from './faults.ts';
import type { HandshakeIo, HandshakeMachine, ReceivedMessage } from './handshake-machine.ts';
import { handshakeName } from './messages/handshake.ts';
import type { Profile } from './profiles.ts';
import { MessageAssembler } from './record/message-assembler.ts';
import type { Plaintext } from './record/protection.ts';
import { Wire } from './wire.ts';

/** As OpenSSL has it since CVE-2016-8610. */
const MAX_WARNINGS = 4;
/** A client of TLS 1.3 sends one; that they are dropped is no leave to send them for ever (CVE-2020-25648). */
const MAX_CHANGE_CIPHER_SPECS = 32;
/** A KeyUpdate costs the peer a record and us a derivation, and perhaps an answer. */
const MAX_IDLE_MESSAGES = 32;

export interface ConnectionOptions {
  readonly connection: ConnectionId;
  readonly role: 'client' | 'server';
  readonly profile: Profile;
  readonly serverName?: string;
  readonly faults?: readonly Fault[] | undefined;
  /** See CommonConfig. */
  readonly recordsPerKey?: number | undefined;
  readonly host: TlsHost;
  readonly machine: (io: HandshakeIo) => HandshakeMachine;
}

export class Connection implements TlsConnection {
  state: TlsConnection['state'] = 'handshaking';
  peerClosed = false;
  error: TlsError | undefined;
  session: TlsSession | undefined;

  private readonly options: ConnectionOptions;
  private readonly profile: Profile;
  private readonly wire: Wire;
  private machine: HandshakeMachine;
  private readonly messages: MessageAssembler;
  private readonly received: Uint8Array[] = [];
  private started = false;
  private endReported = false;
  /** Warnings in a row: one costs the peer nothing, and nobody has reason to send many. */
  private warnings = 0;
  /** Messages in a row that led nowhere, without data between them. */
  private idleMessages = 0;
  /** Of TLS 1.3, in the handshake. */
  private changeCipherSpecs = 0;

  constructor(options: ConnectionOptions) {
    this.options = options;
    this.profile = options.profile;
    this.wire = new Wire(options.connection, options.profile, options.host, options);
    this.wire.onEstablished = (session, peer) => this.establish(session, peer);
    this.wire.onHandOver = (machine) => {
      this.machine = machine;
    };
    this.wire.outgoing.onKeysSpent = () => this.machine.updateKeys?.(false);
    // RFC 8446 section 5.1: a message may not begin under one key and end under another.
    this.wire.onReceivingKeys = () => this.checkNoMessageBegun('a change of keys');
    this.machine = options.machine(this.wire);
    this.messages = new MessageAssembler(options.profile.maxMessageLength);
  }

  start(): void {
    if (this.started) return;
    this.started = true;
    const { role, serverName } = this.options;
    this.wire.emit({ type: 'tls.start', role, ...(serverName === undefined ? {} : { serverName }) });
    this.guard(() => this.run());
  }

  receive(bytes: Uint8Array): void {
    if (this.error !== undefined) throw this.error;
    // RFC 5246 section 7.2.1: data after a closure alert is ignored.
    if (this.peerClosed) return;
    this.wire.incoming.push(bytes);
    this.guard(() => this.run());
    this.wire.incoming.keepRest();
  }

  receiveEnd(): void {
    if (this.error !== undefined) throw this.error;
    if (this.state === 'handshaking') {
      const error = new TlsError('transport-closed', 'the peer closed the transport in the handshake');
      throw this.fail(error);
    }
    this.reportEnd(this.peerClosed);
  }

  send(bytes: Uint8Array): number {
    if (this.state !== 'established') return 0;
    this.wire.emit({ type: 'tls.data', direction: 'sent', bytes: bytes.slice() });
    this.wire.sendData(bytes);
    return bytes.length;
  }

  read(limit: number): Uint8Array {
    const parts: Uint8Array[] = [];
    let wanted = limit;
    while (wanted > 0 && this.received.length > 0) {
      const head = this.received[0]!;
      const part = head.subarray(0, wanted);
      parts.push(part);
      wanted -= part.length;
      if (part.length === head.length) this.received.shift();
      else this.received[0] = head.subarray(part.length);
    }
    return parts.length > 1 ? concatAll(parts) : (parts[0] ?? EMPTY);
  }

  take(): Uint8Array {
    while (this.hasTurn()) this.guard(() => this.takeTurn());
    return this.wire.outgoing.takeAll();
  }

  takeRecord(): Uint8Array | undefined {
    // A turn may pass without a record, so go on until there is one.
    while (this.wire.outgoing.isEmpty && this.hasTurn()) this.guard(() => this.takeTurn());
    return this.wire.outgoing.takeRecord();
  }

  get bytesWanted(): number {
    return this.wire.incoming.bytesWanted;
  }

  sendAlert(description: AlertName): void {
    this.wire.sendAlert('fatal', description);
  }

  close(): void {
    if (this.state === 'failed' || this.state === 'closed') return;
    this.state = 'closed';
    this.wire.sendCloseNotify();
  }

  updateKeys(requestPeer: boolean): void {
    const { machine } = this;
    if (this.state !== 'established' || machine.updateKeys === undefined) {
      throw new Error(`there are no keys to update: ${this.session?.version ?? 'no session'}, ${this.state}`);
    }
    this.guard(() => machine.updateKeys!(requestPeer));
  }

  /** The machine's turn to speak, in a profile that makes each message when the one before it was taken. */
  private hasTurn(): boolean {
    return this.mayGoOn() && this.machine.sends;
  }

  /** A host that closes in the middle of a handshake has ended it; after it, the wire keeps what is said to itself. */
  private mayGoOn(): boolean {
    return (
      this.started && this.error === undefined && (this.state !== 'closed' || this.session !== undefined)
    );
  }

  private takeTurn(): void {
    this.machine.send();
    this.run();
  }

  /** Goes on as far as the bytes received allow. */
  private run(): void {
    while (!this.peerClosed) {
      if (this.machine.sends) {
        if (this.profile.flush === 'record' || !this.mayGoOn()) return;
        this.machine.send();
      } else if (!this.receiveMessage() && !this.receiveRecord()) {
        return;
      }
    }
  }

  private receiveMessage(): boolean {
    const type = this.messages.pendingType;
    if (type === undefined) return false;
    const name = handshakeName(type);
    const inTurn = name !== undefined && this.machine.mayReceive(name);
    if (!inTurn && this.profile.refusesEarly) this.refuse(type, this.messages.take());
    const bytes = this.messages.next();
    if (bytes === undefined) return false;
    if (!inTurn) this.refuse(type, bytes);
    else this.hear({ name, bytes });
    return true;
  }

  /** KeyUpdates, tickets, HelloRequests and wishes to renegotiate lead nowhere: a stream of them is an attack. */
  private hear(message: ReceivedMessage): void {
    const { machine, session } = this;
    const { state } = machine;
    machine.receive(message);
    const isIdle = session !== undefined || (this.machine === machine && machine.state === state);
    this.idleMessages = isIdle ? this.idleMessages + 1 : 0;
    if (this.idleMessages <= MAX_IDLE_MESSAGES) return;
    const count = this.idleMessages;
    throw new TlsError('unexpected-message', `${message.name}: ${count} messages in a row that lead nowhere`);
  }

  /** Refuses a message out of turn; it is shown if all of it is there. */
  private refuse(type: number, bytes: Uint8Array | undefined): never {
    const name = handshakeName(type);
    if (bytes !== undefined && name !== undefined) this.wire.showUnread({ name, bytes }, 'out of turn');
    throw new TlsError(
      this.profile.wrongMessage[this.machine.state] ?? 'unexpected-message',
      `${name ?? `a message of type ${type}`} in state ${this.machine.state}`,
    );
  }

  private receiveRecord(): boolean {
    const record = this.wire.nextRecord();
    if (record === undefined) return false;
    if (record.plaintext !== undefined) this.receivePlaintext(record.plaintext, record.encrypted);
    return true;
  }

  private receivePlaintext({ type, bytes }: Plaintext, encrypted: boolean): void {
    if (type !== 'alert') this.warnings = 0;
    switch (type) {
      case 'handshake':
        this.messages.push(bytes);
        break;
      case 'change_cipher_spec':
        this.receiveChangeCipherSpec(bytes);
        break;
      case 'alert':
        this.receiveAlert(bytes, encrypted);
        break;
      case 'application_data':
        this.receiveData(bytes);
        break;
    }
  }

  private receiveChangeCipherSpec(bytes: Uint8Array): void {
    this.checkNoMessageBegun('ChangeCipherSpec');
    if (this.machine.isTls13) {
      this.dropChangeCipherSpec(bytes);
      return;
    }
    if (bytes.length !== 1) throw new TlsError('bad-record', `a ChangeCipherSpec of ${bytes.length} bytes`);
    this.wire.showChangeCipherSpec('received', bytes);
    if (bytes[0] !== 1) {
      throw new TlsError('bad-record', `ChangeCipherSpec says ${bytes[0]}`, { alert: 'illegal_parameter' });
    }
    const message: ReceivedMessage = { name: 'ChangeCipherSpec', bytes };
    this.machine.receive(message);
  }

  /** RFC 8446 section 5: until the handshake is over it may come, and means nothing. */
  private dropChangeCipherSpec(bytes: Uint8Array): void {
    this.wire.showChangeCipherSpec('received', bytes);
    this.changeCipherSpecs++;
    const isRight = bytes.length === 1 && bytes[0] === 1 && this.changeCipherSpecs <= MAX_CHANGE_CIPHER_SPECS;
    if (isRight && this.machine.mayReceive('ChangeCipherSpec')) return;
    throw new TlsError('unexpected-message', `a ChangeCipherSpec in state ${this.machine.state}`);
  }

  private receiveData(bytes: Uint8Array): void {
    this.checkNoMessageBegun('application data');
    if (this.session === undefined) {
      throw new TlsError('unexpected-message', `application data in state ${this.machine.state}`);
    }
    if (bytes.length === 0) return;
    this.idleMessages = 0;
    this.wire.emit({ type: 'tls.data', direction: 'received', bytes });
    this.received.push(bytes);
  }

  /** RFC 5246 section 6.2.1: nothing may stand between the fragments of one message. */
  private checkNoMessageBegun(what: string): void {
    if (this.messages.isEmpty) return;
    throw new TlsError('unexpected-message', `${what} in the middle of a handshake message`);
  }

  private receiveAlert(bytes: Uint8Array, encrypted: boolean): void {
    const { level, code, name, description } = readAlert(bytes);
    this.wire.emit({ type: 'tls.alert', direction: 'received', level, description, code, encrypted });
    if (level === 'fatal' || this.isErrorAlert(name)) {
      throw new TlsError('peer-alert', `the peer sent the alert ${description}`, { peerAlert: name });
    }
    // RFC 8446 section 5.1; RFC 5246 does not forbid it.
    if (this.machine.isTls13) this.checkNoMessageBegun('an alert');
    if (name === 'close_notify') this.receiveCloseNotify();
    else this.countWarning();
  }

  /** Warnings leave the connection as it is (RFC 5246 section 7.2.2), but a stream of them is an attack. */
  private countWarning(): void {
    this.warnings++;
    if (this.warnings <= MAX_WARNINGS) return;
    throw new TlsError('unexpected-message', `${this.warnings} warnings in a row`);
  }

  /** RFC 8446 section 6: the level is ignored, all but two alerts are errors. */
  private isErrorAlert(name: AlertName | undefined): boolean {
    return this.machine.isTls13 && name !== 'close_notify' && name !== 'user_canceled';
  }

  private receiveCloseNotify(): void {
    if (this.session === undefined) throw new TlsError('peer-closed', 'the peer closed in the handshake');
    this.peerClosed = true;
    // RFC 5246 section 7.2.1: at once. RFC 8446 section 6.1: this side may still say what it has to say.
    if (this.profile.answersCloseNotify && !this.machine.isTls13) this.close();
    this.reportEnd(true);
  }

  private establish(session: TlsSession, peer: string | undefined): void {
    this.session = session;
    // A host that has closed meanwhile hears the peer out, and no more.
    if (this.state !== 'closed') this.state = 'established';
    this.wire.emitEstablished(this.options.role, session, peer);
  }

  private reportEnd(closeNotify: boolean): void {
    if (this.endReported) return;
    this.endReported = true;
    this.wire.emit({ type: 'tls.closed', closeNotify });
  }

  /** Runs a part of the engine; whatever goes wrong in it ends the connection with a TlsError. */
  private guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      throw this.fail(error);
    }
  }

  private fail(cause: unknown): TlsError {
    const { state } = this.machine;
    const found = asTlsError(cause);
    const alert = this.wire.alertAgainst(found, state);
    const error = found.inState(state, alert);
    this.error = error;
    this.state = 'failed';
    this.machine.forget?.();
    if (alert !== undefined) this.wire.sendAlert('fatal', alert);
    this.wire.emitFailed(this.options.role, error);
    return error;
  }
}
