import type { TcpSocket } from '../net/api.ts';

/**
 * A connection as a service sees it, over TCP or over TLS on TCP. Writes are queued without limit: the peers
 * of a sandbox are ours, and a service that had to wait for buffer space would read worse for no gain.
 */
export interface ByteStream {
  /** Begins: hands up what arrived before the call-backs were set, and over TLS starts the handshake. */
  start(): void;
  write(bytes: Uint8Array): void;
  /** Sends what is queued, then ends this direction. */
  end(): void;
  onData: ((bytes: Uint8Array) => void) | undefined;
  onEnd: (() => void) | undefined;
  /** The connection broke; nothing more will come. */
  onError: ((message: string) => void) | undefined;
}

/** Largest piece taken from a receive buffer at once, bytes. */
const READ_SIZE = 65_536;

export class TcpStream implements ByteStream {
  onData: ((bytes: Uint8Array) => void) | undefined;
  onEnd: (() => void) | undefined;
  onError: ((message: string) => void) | undefined;
  private readonly queue: Uint8Array[] = [];
  private readonly socket: TcpSocket;
  private ending = false;
  private endSeen = false;

  constructor(socket: TcpSocket) {
    this.socket = socket;
    socket.onReadable = () => this.drain();
    socket.onConnect = () => this.flush();
    socket.onWritable = () => this.flush();
    socket.onError = (errno) => this.onError?.(`connection lost (errno ${errno})`);
  }

  start(): void {
    this.drain();
  }

  write(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.queue.push(bytes);
    this.flush();
  }

  end(): void {
    this.ending = true;
    this.flush();
  }

  private flush(): void {
    while (this.queue.length > 0) {
      const head = this.queue[0]!;
      const sent = this.socket.send(head);
      if (sent < head.length) {
        this.queue[0] = head.subarray(sent);
        return;
      }
      this.queue.shift();
    }
    if (!this.ending) return;
    this.ending = false;
    // With the peer's FIN seen nothing more can arrive: give the socket back. Else only half-close.
    if (this.endSeen) this.socket.close();
    else this.socket.shutdown();
  }

  private drain(): void {
    while (this.socket.readable > 0) this.onData?.(this.socket.read(READ_SIZE));
    if (!this.socket.ended || this.endSeen) return;
    this.endSeen = true;
    this.onEnd?.();
  }
}
