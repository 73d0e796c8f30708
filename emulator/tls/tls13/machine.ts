/** What both roles of TLS 1.3 do once they are connected: new keys (RFC 8446 section 4.6.3). */
import { TlsError } from '../engine.ts';
import {
  type HandshakeIo,
  type MessageName,
  type ReceivedMessage,
  StateMachine,
} from '../handshake-machine.ts';
import { keyUpdate } from '../messages/key-update.ts';
import type { Tls13Secrets } from './secrets.ts';

type Connected = 'CONNECTED' | 'SEND_KEY_UPDATE';
type Side = 'client' | 'server';

/** Each costs the peer a record and us a derivation, and perhaps an answer: a stream of them is an attack. */
const MAX_UPDATES_IN_A_ROW = 32;

export abstract class Tls13Machine<State extends string> extends StateMachine<State | Connected> {
  override readonly isTls13 = true;
  protected readonly io: HandshakeIo;
  protected secrets: Tls13Secrets | undefined;
  private readonly ownSide: Side;
  private readonly peerSide: Side;
  /** KeyUpdates received since the last data. */
  private updatesInARow = 0;

  constructor(initial: State, io: HandshakeIo, side: Side) {
    super(initial);
    this.io = io;
    this.ownSide = side;
    this.peerSide = side === 'client' ? 'server' : 'client';
  }

  /** States in which the peer's Finished is still to come. */
  protected abstract readonly waitsForFinished: boolean;

  override mayReceive(name: MessageName): boolean {
    return name === 'ChangeCipherSpec' ? this.waitsForFinished : super.mayReceive(name);
  }

  updateKeys(requestPeer: boolean): void {
    this.io.send(keyUpdate, { requested: requestPeer });
    this.secrets!.updateApplication(this.ownSide);
    this.io.protectSending(this.secrets!.applicationKeys(this.ownSide));
  }

  onData(): void {
    this.updatesInARow = 0;
  }

  protected onKeyUpdate(message: ReceivedMessage): void {
    const { requested } = this.io.read(keyUpdate, message);
    this.updatesInARow++;
    if (this.updatesInARow > MAX_UPDATES_IN_A_ROW) {
      throw new TlsError('illegal-parameter', `${this.updatesInARow} KeyUpdates in a row without data`);
    }
    this.secrets!.updateApplication(this.peerSide);
    this.io.protectReceiving(this.secrets!.applicationKeys(this.peerSide));
    if (requested) this.state = 'SEND_KEY_UPDATE';
  }

  protected answerKeyUpdate(): void {
    this.updateKeys(false);
    this.state = 'CONNECTED';
  }
}
