/**
 * What a handshake is to the connection that carries it, and the other way round. A machine is a table of
 * states; each either has one thing to send or names the messages it may receive, with the method for each.
 */
import { TlsError, type TlsHost, type TlsSession } from './engine.ts';
import type { HandshakeName, MessageCodec } from './messages/handshake.ts';
import type { Profile } from './profiles.ts';
import type { RecordProtection } from './record/protection.ts';
import type { Transcript } from './transcript.ts';
import type { Tls12Name } from './versions.ts';

/** ChangeCipherSpec is a record of its own type, not a handshake message, but it has its turn. */
export type MessageName = HandshakeName | 'ChangeCipherSpec';

export interface ReceivedMessage {
  readonly name: MessageName;
  /** With its header. */
  readonly bytes: Uint8Array;
}

/** What a machine can do on its connection. */
export interface HandshakeIo {
  readonly host: TlsHost;
  readonly profile: Profile;
  /** What TLS 1.2 is called on this wire. */
  readonly tls12: Tls12Name;
  /** Writes, shows and sends a message, and adds it to the transcript if one is given. */
  send<T>(codec: MessageCodec<T>, message: T, transcript?: Transcript): void;
  sendChangeCipherSpec(): void;
  sendWarning(alert: 'no_renegotiation'): void;
  /** Reads and shows a message. Throws TlsError "decode-error". */
  read<T>(codec: MessageCodec<T>, received: ReceivedMessage): T;
  /** What a ServerHello says, before it is looked at. */
  hearVersion(version: number): void;
  agreeOnVersion(version: number): void;
  /** Octets of plaintext in a record, both ways, from now on (RFC 6066 section 4). */
  limitFragments(octets: number): void;
  protectSending(protection: RecordProtection): void;
  protectReceiving(protection: RecordProtection): void;
  /** See IncomingRecords. */
  passOverEarlyData(octets: number): void;
  secret(label: string, clientRandom: Uint8Array, secret: Uint8Array): void;
  established(session: TlsSession, peer: string | undefined): void;
  /** Lets another machine go on with the handshake: the one of the version that was agreed. */
  handOver(machine: HandshakeMachine): void;
}

export interface HandshakeMachine {
  readonly state: string;
  /** Whether the rules of TLS 1.3 for ChangeCipherSpec and alerts hold (RFC 8446 sections 5 and 6). */
  readonly isTls13: boolean;
  /** Whether the present state has something to send. */
  readonly sends: boolean;
  /** The connection failed: what it was to leave behind must be forgotten (RFC 5246 section 7.2.2). */
  forget?(): void;
  send(): void;
  mayReceive(name: MessageName): boolean;
  receive(message: ReceivedMessage): void;
  /** See TlsConnection; undefined where there is no such thing. */
  updateKeys?(requestPeer: boolean): void;
}

export type StateSpec =
  | { readonly send: () => void }
  | { readonly receive: Readonly<Partial<Record<MessageName, (message: ReceivedMessage) => void>>> };

export type StateTable<State extends string> = Readonly<Record<State, StateSpec>>;

/** Runs a table of states. */
export abstract class StateMachine<State extends string> implements HandshakeMachine {
  state: State;
  readonly isTls13: boolean = false;
  protected abstract readonly states: StateTable<State>;

  constructor(initial: State) {
    this.state = initial;
  }

  get sends(): boolean {
    return 'send' in this.states[this.state];
  }

  send(): void {
    const spec = this.states[this.state];
    if (!('send' in spec)) throw new Error(`nothing to send in state ${this.state}`);
    spec.send();
  }

  mayReceive(name: MessageName): boolean {
    const spec = this.states[this.state];
    return 'receive' in spec && spec.receive[name] !== undefined;
  }

  receive(message: ReceivedMessage): void {
    const spec = this.states[this.state];
    const handler = 'receive' in spec ? spec.receive[message.name] : undefined;
    if (handler === undefined) {
      throw new TlsError('unexpected-message', `${message.name} in state ${this.state}`);
    }
    handler(message);
  }
}
