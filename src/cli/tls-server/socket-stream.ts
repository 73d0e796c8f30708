import type { Socket } from 'node:net';
import type { ByteStream } from '../../../emulator/hosts/byte-stream.ts';

/**
 * How long a peer may be silent, and how long it may take in all, to close its side after we closed ours. Until then
 * what it still sends is read and dropped: closing with bytes unread makes TCP send a reset, which can overtake the
 * alert just written.
 */
const LINGER_SILENCE_MS = 2_000;
const LINGER_MS = 30_000;

/** A socket of the operating system as a byte stream. */
export class SocketStream implements ByteStream {
  onData: ((bytes: Uint8Array) => void) | undefined;
  onEnd: (() => void) | undefined;
  onError: ((message: string) => void) | undefined;
  /** Called once, when all is sent that will be: the rest is TCP's. */
  onDone: (() => void) | undefined;
  private readonly socket: Socket;
  private linger: NodeJS.Timeout | undefined;

  /** `socket`: allows half-open, so that this side decides when it has said everything. */
  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => this.onData?.(bytes));
    socket.on('end', () => this.onEnd?.());
    socket.on('error', (error: NodeJS.ErrnoException) => this.onError?.(describe(error)));
    socket.on('drain', () => socket.resume());
    socket.once('finish', () => this.finish());
    socket.once('close', () => {
      clearTimeout(this.linger);
      this.done();
    });
  }

  start(): void {
    this.socket.resume();
  }

  write(bytes: Uint8Array): void {
    if (bytes.length === 0 || !this.socket.writable) return;
    // A peer that asks and does not read the answers is not read either.
    if (!this.socket.write(bytes)) this.socket.pause();
  }

  end(): void {
    if (!this.socket.writable) return;
    this.socket.end();
    // A peer that reads nothing keeps even the end from going out.
    this.linger = setTimeout(() => this.socket.destroy(), LINGER_MS);
  }

  private finish(): void {
    this.socket.resume();
    this.socket.setTimeout(LINGER_SILENCE_MS, () => this.socket.destroy());
    this.done();
  }

  private done(): void {
    this.onDone?.();
    this.onDone = undefined;
  }
}

function describe({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ECONNRESET') return 'the peer reset the connection';
  return code === 'EPIPE' ? 'the peer closed the connection' : message;
}
