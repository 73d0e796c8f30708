/**
 * One DTLS connection, either role: takes datagrams apart, puts messages in order, runs the handshake machine and
 * has its flights sent until they are answered. Knows no message and no key exchange.
 */
import { readAlert } from '../alerts.ts';
import { type AlertName, asTlsError, TlsError, type TlsSession } from '../engine.ts';
import type { HandshakeIo, HandshakeMachine } from '../handshake-machine.ts';
import { HANDSHAKE_TYPES, handshakeName } from '../messages/handshake.ts';
import { PROFILES, type Profile } from '../profiles.ts';
import type { Plaintext } from '../record/protection.ts';
import type { DtlsClientConfig, DtlsServerConfig } from './config.ts';
import type { DtlsConnection, DtlsHost } from './engine.ts';
import { decodeFragments, encodeFragment, type Fragment } from './handshake-header.ts';
import { Reassembler } from './reassembler.ts';
import { type DtlsRecord, decodeDatagram } from './records.ts';
import { DTLS_RULES, type DtlsRules } from './rules.ts';
import { DtlsWire } from './wire.ts';

export interface DatagramConnectionOptions {
  readonly role: 'client' | 'server';
  readonly config: DtlsClientConfig | DtlsServerConfig;
  readonly serverName?: string;
  readonly host: DtlsHost;
  readonly machine: (io: HandshakeIo) => HandshakeMachine;
  /** Whether a client must first show that it can be reached. */
  readonly verifiesHello: boolean;
}

export class DatagramConnection implements DtlsConnection {
  state: DtlsConnection['state'] = 'handshaking';
  peerClosed = false;
  error: TlsError | undefined;
  session: TlsSession | undefined;

  private readonly options: DatagramConnectionOptions;
  private readonly profile: Profile;
  private readonly rules: DtlsRules;
  private readonly wire: DtlsWire;
  private machine: HandshakeMachine;
  private readonly messages: Reassembler;
  private readonly received: Uint8Array[] = [];
  private started = false;
  /** A server that has not chosen a client's hello yet: any hello may be the first. */
  private awaitsHello: boolean;
  /** The peer's flight that is coming, or came last, begins with this message_seq. */
  private flightStart = 0;
  /** Has no number of its own in the order of messages, so it is remembered until its turn. */
  private changeCipherSpec: Uint8Array | undefined;

  constructor(options: DatagramConnectionOptions) {
    const { config, host, role } = options;
    this.options = options;
    this.profile = PROFILES[config.profile];
    this.rules = DTLS_RULES[config.profile];
    this.wire = new DtlsWire(config.connection, this.profile, this.rules, host, config);
    this.messages = new Reassembler(this.rules);
    this.awaitsHello = role === 'server';
    this.wire.onEstablished = (session, peer) => this.establish(session, peer);
    this.wire.onHandOver = (machine) => {
      this.machine = machine;
      this.awaitsHello = false;
    };
    // What came in the clear is not taken for what must come under the new keys.
    this.wire.onReceivingKeys = () => this.messages.restartAt(this.messages.next);
    this.machine = options.machine(this.wire);
  }

  start(): void {
    if (this.started) return;
    this.started = true;
    const { role, serverName } = this.options;
    this.wire.emit({ type: 'tls.start', role, ...(serverName === undefined ? {} : { serverName }) });
    this.guard(() => this.run());
  }

  receive(datagram: Uint8Array): void {
    if (this.error !== undefined) throw this.error;
    if (this.peerClosed) return;
    this.guard(() => {
      for (const record of decodeDatagram(datagram)) {
        this.receiveRecord(record);
        this.run();
      }
    });
  }

  takeDatagram(): Uint8Array | undefined {
    return this.wire.takeDatagram();
  }

  send(bytes: Uint8Array): number {
    if (this.state !== 'established') return 0;
    this.wire.sendData(bytes);
    return bytes.length;
  }

  read(): Uint8Array | undefined {
    return this.received.shift();
  }

  timeout(): void {
    if (this.error !== undefined) throw this.error;
    this.guard(() => {
      if (this.wire.retransmission.timeout()) return;
      throw new TlsError('timeout', `the peer did not answer in state ${this.machine.state}`);
    });
  }

  sendAlert(description: AlertName): void {
    this.wire.sendAlert('fatal', description);
  }

  close(): void {
    if (this.state === 'failed' || this.state === 'closed') return;
    if (this.state === 'handshaking') this.wire.retransmission.finish();
    this.state = 'closed';
    this.wire.sendCloseNotify();
  }

  /** Goes on as far as the messages received allow. */
  private run(): void {
    while (this.started && !this.peerClosed) {
      if (this.machine.sends) {
        // A host that closes in the middle of a handshake has ended it.
        if (this.state === 'closed') return;
        this.machine.send();
      } else {
        this.sendFlight();
        if (!this.deliver()) return;
      }
    }
  }

  /** When the machine has said all of its flight. */
  private sendFlight(): void {
    const { retransmission } = this.wire;
    if (!retransmission.isPreparing) return;
    this.flightStart = this.messages.next;
    retransmission.send(this.session !== undefined);
    if (this.awaitsHello) this.forgetClient();
  }

  /** After a HelloVerifyRequest: it is not repeated, and the next hello may come under any number. */
  private forgetClient(): void {
    this.wire.retransmission.finish();
    this.wire.incoming.forget();
    if (!this.rules.endsAfterHelloVerify) return;
    throw new TlsError(
      'hello-verify-required',
      'the client was asked to repeat its hello: make a new connection for the answer',
    );
  }

  /** Gives the machine what it waits for; false when that is not there. */
  private deliver(): boolean {
    const early = this.wire.incoming.takeEarly();
    for (const record of early) this.receiveRecord(record);
    if (this.changeCipherSpec !== undefined && this.machine.mayReceive('ChangeCipherSpec')) {
      const bytes = this.changeCipherSpec;
      this.changeCipherSpec = undefined;
      this.wire.showChangeCipherSpec('received', bytes);
      this.machine.receive({ name: 'ChangeCipherSpec', bytes });
      return true;
    }
    const bytes = this.messages.take();
    if (bytes === undefined) return false;
    this.deliverMessage(bytes);
    return true;
  }

  private deliverMessage(bytes: Uint8Array): void {
    const name = handshakeName(bytes[0]!);
    if (name !== undefined && this.machine.mayReceive(name)) {
      this.machine.receive({ name, bytes });
      return;
    }
    const { state } = this.machine;
    if (name !== undefined) this.wire.showUnread({ name, bytes }, 'out of turn');
    throw new TlsError(
      this.profile.wrongMessage[state] ?? 'unexpected-message',
      `${name ?? `a message of type ${bytes[0]}`} in state ${state}`,
    );
  }

  private receiveRecord(record: DtlsRecord): void {
    const opened = this.wire.incoming.open(record);
    if (opened === 'bad-mac') this.refuseBadMac();
    if (typeof opened === 'string') return;
    this.wire.showRecord(record);
    const { plaintext } = opened;
    switch (plaintext.type) {
      case 'handshake':
        for (const fragment of decodeFragments(plaintext.bytes)) this.receiveFragment(fragment, record);
        break;
      case 'change_cipher_spec':
        this.receiveChangeCipherSpec(plaintext);
        break;
      case 'alert':
        this.receiveAlert(record, plaintext);
        break;
      case 'application_data':
        this.receiveData(plaintext);
        break;
    }
  }

  /** RFC 6347 section 4.1.2.7 lets it be dropped; mbedTLS takes it for a handshake gone wrong at its end. */
  private refuseBadMac(): void {
    if (!this.rules.badMacEndsFinished || !this.machine.mayReceive('Finished')) return;
    throw new TlsError('bad-record-mac', 'the record was changed on its way, or the keys differ');
  }

  private receiveFragment(fragment: Fragment, record: DtlsRecord): void {
    if (this.awaitsHello) this.receiveHello(fragment, record);
    else if (this.session !== undefined) this.receiveAfterHandshake(fragment);
    else if (fragment.messageSeq < this.messages.next) this.receiveRepeated(fragment);
    else this.messages.push(fragment);
  }

  private receiveHello(fragment: Fragment, record: DtlsRecord): void {
    if (fragment.type !== HANDSHAKE_TYPES.ClientHello) return;
    // To put fragments together would be to keep something of a client that nobody has verified.
    if (this.options.verifiesHello && !isWhole(fragment)) return;
    if (fragment.messageSeq !== this.messages.next) this.messages.restartAt(fragment.messageSeq);
    this.wire.answer(fragment.messageSeq, record);
    this.messages.push(fragment);
  }

  /** A wish to renegotiate begins a new count (RFC 6347 section 4.2.2); all else is from the handshake that was. */
  private receiveAfterHandshake(fragment: Fragment): void {
    const name = handshakeName(fragment.type);
    if (name !== undefined && isWhole(fragment) && this.machine.mayReceive(name)) {
      this.machine.receive({ name, bytes: encodeFragment(fragment) });
    } else if (fragment.messageSeq < this.messages.next) {
      this.receiveRepeated(fragment);
    }
  }

  /** The end of the peer's last flight once more: ours was lost. Only the end, so as to answer once. */
  private receiveRepeated({ type, messageSeq, offset, bytes, length }: Fragment): void {
    const isEnd = messageSeq === this.flightStart - 1 && offset + bytes.length === length;
    if (isEnd && type !== HANDSHAKE_TYPES.HelloVerifyRequest) this.wire.retransmission.peerRepeats();
  }

  private receiveChangeCipherSpec({ bytes }: Plaintext): void {
    if (bytes.length === 1 && bytes[0] === 1) this.changeCipherSpec = bytes;
  }

  private receiveData({ bytes }: Plaintext): void {
    if (this.session === undefined) return;
    // Only a peer that has seen our last flight speaks of anything else.
    this.wire.retransmission.finish();
    if (bytes.length === 0) return;
    this.wire.emit({ type: 'tls.data', direction: 'received', bytes });
    this.received.push(bytes);
  }

  private receiveAlert({ epoch }: DtlsRecord, { bytes }: Plaintext): void {
    if (this.awaitsHello || !isAlert(bytes)) return;
    const { level, code, name, description } = readAlert(bytes);
    const encrypted = epoch > 0;
    this.wire.emit({ type: 'tls.alert', direction: 'received', level, description, code, encrypted });
    if (level === 'fatal') {
      throw new TlsError('peer-alert', `the peer sent the alert ${description}`, { peerAlert: name });
    }
    if (name === 'close_notify') this.receiveCloseNotify();
  }

  private receiveCloseNotify(): void {
    if (this.session === undefined) throw new TlsError('peer-closed', 'the peer closed in the handshake');
    this.peerClosed = true;
    this.wire.retransmission.finish();
    if (this.profile.answersCloseNotify) this.close();
    this.wire.emit({ type: 'tls.closed', closeNotify: true });
  }

  private establish(session: TlsSession, peer: string | undefined): void {
    this.session = session;
    // A host that has closed meanwhile hears the peer out, and no more.
    if (this.state !== 'closed') this.state = 'established';
    // The peer has said the last word unless there is a flight of ours to be sent.
    if (!this.wire.retransmission.isPreparing) this.wire.retransmission.finish();
    this.wire.emitEstablished(this.options.role, session, peer);
  }

  /** Runs a part of the engine; whatever goes wrong in it ends the connection with a TlsError. */
  private guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      throw this.fail(asTlsError(error));
    }
  }

  private fail(found: TlsError): TlsError {
    const { state } = this.machine;
    const alert = this.wire.alertAgainst(found, state);
    const error = found.inState(state, alert);
    this.error = error;
    this.state = 'failed';
    this.wire.retransmission.finish();
    this.machine.forget?.();
    if (alert !== undefined) this.wire.sendAlert('fatal', alert);
    this.wire.emitFailed(this.options.role, error);
    return error;
  }
}

function isWhole({ bytes, length }: Fragment): boolean {
  return bytes.length === length;
}

/** Of a level that exists; anything else is noise. */
function isAlert(bytes: Uint8Array): boolean {
  return bytes.length === 2 && (bytes[0] === 1 || bytes[0] === 2);
}
