/** A console behind a TCP port that carries nothing but its bytes. */
import { connect, type Socket } from 'node:net';
import { MirrorUsageError } from '../problem.ts';
import { called, EmitterTransport } from './emitter.ts';
import type { Transport } from './transport.ts';

/** Milliseconds. */
const CONNECT_PATIENCE = 5_000;
const CLOSE_PATIENCE = 200;

export async function openSocket(
  name: string,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Transport> {
  return new SocketTransport(name, await connectTo(name, host, port));
}

/** Throws MirrorUsageError that says why nobody is there. */
export function connectTo(name: string, host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    socket.setTimeout(CONNECT_PATIENCE, () =>
      socket.destroy(Object.assign(new Error('time-out'), { code: 'ETIMEDOUT' })),
    );
    socket.once('error', (error) => reject(notConnected(name, error)));
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

/** Where nobody takes the connection there is no port. */
export function notConnected(name: string, error: NodeJS.ErrnoException): MirrorUsageError {
  return new MirrorUsageError(`${name}: ${whyNot(error)}`);
}

function whyNot({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ECONNREFUSED')
    return 'nothing listens there: does tls-sandbox serial, or the server of the port, run?';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no host of that name';
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return 'no route leads there: is it on this network?';
  if (code === 'ETIMEDOUT') return `nobody answers within ${CONNECT_PATIENCE / 1000} s`;
  return message;
}

export class SocketTransport extends EmitterTransport {
  readonly survivesReset = true;
  protected readonly socket: Socket;

  constructor(name: string, socket: Socket) {
    super(name);
    this.socket = socket;
    this.follow(socket, 'the other side closed the connection');
  }

  get localAddress(): string | undefined {
    return this.socket.localAddress;
  }

  write(bytes: Uint8Array): Promise<void> {
    return called((done) => this.socket.write(bytes, done));
  }

  async close(): Promise<void> {
    this.forgetEnd();
    if (this.socket.destroyed) return;
    await called((done) => {
      this.socket.once('close', done);
      this.socket.end();
      setTimeout(() => this.socket.destroy(), CLOSE_PATIENCE).unref();
    });
  }
}
