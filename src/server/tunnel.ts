/** One connection of a simulated device's to a real host, behind a WebSocket. */
import { connect, type Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import { TUNNEL_CLOSE, TUNNEL_WINDOW } from '../gateway/tunnel-protocol.ts';
import type { TokenBucket } from './token-bucket.ts';

export interface TunnelOptions {
  readonly websocket: WebSocket;
  readonly address: string;
  readonly port: number;
  /** All tunnels share them. */
  readonly messages: TokenBucket;
}

/** Milliseconds until a real host must have answered, and until a tunnel through which nothing goes is ended. */
const CONNECT_TIMEOUT = 15_000;
const IDLE_TIMEOUT = 300_000;

/** Bytes of a close frame's reason, RFC 6455 section 5.5. */
const LONGEST_REASON = 123;

export class Tunnel {
  private readonly options: TunnelOptions;
  private readonly socket: Socket;
  /** Bytes sent to the page that the device has not taken. */
  private ahead = 0;
  private readonly idle: NodeJS.Timeout;
  private readonly slow: NodeJS.Timeout;

  constructor(options: TunnelOptions) {
    this.options = options;
    const { websocket, address, port } = options;
    this.socket = connect({ host: address, port, allowHalfOpen: true, noDelay: true });
    this.idle = setTimeout(
      () => this.close(TUNNEL_CLOSE.failed, 'nothing was said for 5 minutes'),
      IDLE_TIMEOUT,
    );
    this.slow = setTimeout(
      () => this.close(TUNNEL_CLOSE.failed, `${address}:${port} does not answer`),
      CONNECT_TIMEOUT,
    );
    this.socket.once('connect', () => {
      clearTimeout(this.slow);
      websocket.send('open');
    });
    this.socket.on('data', (bytes) => this.fromHost(bytes));
    this.socket.on('end', () => websocket.send('end'));
    this.socket.on('drain', () => websocket.resume());
    this.socket.on('error', (error: NodeJS.ErrnoException) => this.failed(error));
    this.socket.on('close', () => websocket.close(1000));
    websocket.on('message', (data, isBinary) => this.fromPage(data, isBinary));
    websocket.on('close', () => this.end());
    // A message that is too long, or no WebSocket at all: ws closes by itself.
    websocket.on('error', () => this.end());
  }

  /** Ends it from the server's side. */
  close(code: number, reason: string): void {
    this.options.websocket.close(code, reason.slice(0, LONGEST_REASON));
    this.end();
  }

  private end(): void {
    clearTimeout(this.idle);
    clearTimeout(this.slow);
    if (!this.socket.destroyed) this.socket.resetAndDestroy();
    // It may stand still for a host that did not take more; the page's last word is still to be read.
    this.options.websocket.resume();
  }

  private fromHost(bytes: Uint8Array): void {
    this.idle.refresh();
    this.options.websocket.send(bytes);
    this.ahead += bytes.length;
    if (this.ahead >= TUNNEL_WINDOW) this.socket.pause();
  }

  private fromPage(data: RawData, isBinary: boolean): void {
    if (this.socket.destroyed) return;
    this.idle.refresh();
    if (!this.options.messages.take()) {
      this.close(TUNNEL_CLOSE.tooFast, 'too many messages: the gateway has closed the connection');
      return;
    }
    if (isBinary) {
      if (!this.socket.write(data as Buffer)) this.options.websocket.pause();
      return;
    }
    const [word, count] = String(data).split(' ');
    if (word === 'end') this.socket.end();
    if (word === 'taken') this.taken(Number(count));
  }

  private taken(count: number): void {
    if (!Number.isSafeInteger(count) || count < 0) return;
    this.ahead = Math.max(0, this.ahead - count);
    if (this.ahead < TUNNEL_WINDOW) this.socket.resume();
  }

  private failed({ code, message }: NodeJS.ErrnoException): void {
    const { address, port } = this.options;
    if (code === 'ECONNREFUSED')
      this.close(TUNNEL_CLOSE.refused, `${address}:${port} refuses the connection`);
    else if (code === 'ECONNRESET' || code === 'EPIPE') {
      this.close(TUNNEL_CLOSE.reset, `${address}:${port} has reset the connection`);
    } else this.close(TUNNEL_CLOSE.failed, `${address}:${port}: ${message}`);
  }
}
