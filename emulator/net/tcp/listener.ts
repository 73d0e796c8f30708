import type { Endpoint, TcpListener, TcpSocket } from '../api.ts';
import type { TcpConnection } from './connection.ts';

/** LISTEN: connections in their handshake, and those that wait for accept(). Together at most the backlog. */
export class Listener implements TcpListener {
  readonly local: Endpoint;
  onConnection: (() => void) | undefined;
  readonly opened = 0;
  onOpened: (() => void) | undefined;
  readonly reuse: boolean;
  private readonly backlog: number;
  private readonly unlisten: () => void;
  private readonly handshaking = new Set<TcpConnection>();
  private readonly ready: TcpConnection[] = [];

  constructor(local: Endpoint, backlog: number, reuse: boolean, unlisten: () => void) {
    this.local = local;
    this.reuse = reuse;
    this.backlog = Math.max(1, backlog);
    this.unlisten = unlisten;
  }

  get pending(): number {
    return this.ready.length;
  }

  /** A SYN that finds no room is dropped without an answer; the client will repeat it. */
  get hasRoom(): boolean {
    return this.handshaking.size + this.ready.length < this.backlog;
  }

  /** Takes charge of a connection that is about to answer a SYN. */
  adopt(connection: TcpConnection): void {
    this.handshaking.add(connection);
    connection.reuse = this.reuse;
    connection.onAbandoned = () => this.forget(connection);
    connection.onEstablished = () => {
      this.handshaking.delete(connection);
      this.ready.push(connection);
      this.onConnection?.();
    };
  }

  accept(): TcpSocket | undefined {
    const connection = this.ready.shift();
    if (connection === undefined) return undefined;
    connection.onAbandoned = undefined;
    return connection;
  }

  /** Connections not yet accepted are aborted. */
  close(): void {
    this.unlisten();
    this.onConnection = undefined;
    for (const connection of [...this.handshaking, ...this.ready]) connection.abort();
  }

  /** One that was established waits for accept() all the same, as in lwIP: whoever accepts it learns what broke it. */
  private forget(connection: TcpConnection): void {
    this.handshaking.delete(connection);
  }
}
