/**
 * A real client whose connection in the scenario's network is not open yet. This computer has accepted it already, so the
 * client speaks; over a network that answers late it would still wait, and nothing of that would ever leave it.
 */
import type { Socket } from 'node:net';

/** Milliseconds: a first SYN that is answered at all is answered before it is sent again (RFC 6298, 2.1). */
const PATIENT = 1000;

export class WaitingClient {
  private readonly socket: Socket;
  private readonly onGivenUp: () => void;
  private readonly patience: ReturnType<typeof setTimeout>;
  private readonly said: Buffer[] = [];

  /** `socket`: one that is not read yet. `onGivenUp`: it has closed after having waited longer than an answer takes. */
  constructor(socket: Socket, onGivenUp: () => void) {
    this.socket = socket;
    this.onGivenUp = onGivenUp;
    // Before that a client that has sent all it has and is gone already has been heard, as anywhere.
    this.patience = setTimeout(() => this.listen(), PATIENT);
    socket.once('close', () => clearTimeout(this.patience));
  }

  /** The connection is open: the socket is as if nobody had listened to it. */
  release(): void {
    const { socket, said } = this;
    clearTimeout(this.patience);
    socket.off('data', this.hear);
    socket.off('end', this.end);
    socket.pause();
    if (said.length > 0) socket.unshift(Buffer.concat(said));
  }

  private listen(): void {
    this.socket.on('data', this.hear);
    this.socket.on('end', this.end);
    this.socket.resume();
  }

  private readonly hear = (bytes: Buffer) => {
    this.said.push(bytes);
  };

  private readonly end = () => {
    this.socket.destroy();
    this.onGivenUp();
  };
}
