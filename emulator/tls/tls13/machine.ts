/** What both roles of TLS 1.3 do once they are connected: new keys (RFC 8446 section 4.6.3). */
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

export abstract class Tls13Machine<State extends string> extends StateMachine<State | Connected> {
  override readonly isTls13 = true;
  protected readonly io: HandshakeIo;
  protected secrets: Tls13Secrets | undefined;
  private readonly ownSide: Side;
  private readonly peerSide: Side;

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

  protected onKeyUpdate(message: ReceivedMessage): void {
    const { requested } = this.io.read(keyUpdate, message);
    this.secrets!.updateApplication(this.peerSide);
    this.io.protectReceiving(this.secrets!.applicationKeys(this.peerSide));
    if (requested) this.state = 'SEND_KEY_UPDATE';
  }

  protected answerKeyUpdate(): void {
    this.updateKeys(false);
    this.state = 'CONNECTED';
  }
}
