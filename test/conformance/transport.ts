/** Two ways to reach a server: its engine in memory, and a port of this computer. */
import assert from 'node:assert/strict';
import { createConnection, type Socket } from 'node:net';
import { type End, records } from '../tls/support.ts';

export interface Transport {
  send(bytes: Uint8Array): void;
  /** The next record that the server sent, header included; undefined when it has closed. Rejects for silence. */
  record(): Promise<Uint8Array | undefined>;
  close(): void;
}

/** An engine answers at once or not at all. */
export class MemoryTransport implements Transport {
  private readonly server: End;
  private readonly received: Uint8Array[] = [];

  constructor(server: End) {
    this.server = server;
    server.tls.start();
  }

  send(bytes: Uint8Array): void {
    this.server.receive(bytes);
    // As every host does; in TLS 1.3 the engine leaves it to the host when.
    if (this.server.tls.peerClosed) this.server.tls.close();
    this.received.push(...records(this.server.take()));
  }

  async record(): Promise<Uint8Array | undefined> {
    const record = this.received.shift();
    const { state } = this.server.tls;
    if (record === undefined)
      assert.ok(state === 'failed' || state === 'closed', `silence in state ${state}`);
    return record;
  }

  close(): void {}
}

const PATIENCE_MS = 5_000;

export class SocketTransport implements Transport {
  private readonly socket: Socket;
  private pending: Buffer = Buffer.alloc(0);
  private ended = false;
  private error: Error | undefined;
  private wake: (() => void) | undefined;

  constructor(port: number) {
    this.socket = createConnection({ port, host: '127.0.0.1', noDelay: true });
    this.socket.setTimeout(PATIENCE_MS, () => this.socket.destroy(new Error('silence')));
    this.socket.on('data', (data) => {
      this.pending = Buffer.concat([this.pending, data]);
      this.wake?.();
    });
    this.socket.on('end', () => {
      this.ended = true;
      this.wake?.();
    });
    this.socket.on('error', (error) => {
      this.error = error;
      this.wake?.();
    });
  }

  send(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  /** What is sent by `action` goes out at once. */
  together(action: () => void): void {
    this.socket.cork();
    action();
    this.socket.uncork();
  }

  async record(): Promise<Uint8Array | undefined> {
    for (;;) {
      const length = this.pending.length < 5 ? Number.POSITIVE_INFINITY : 5 + this.pending.readUInt16BE(3);
      if (this.pending.length >= length) {
        const record = Uint8Array.from(this.pending.subarray(0, length));
        this.pending = this.pending.subarray(length);
        return record;
      }
      if (this.error !== undefined) throw this.error;
      if (this.ended) return undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  close(): void {
    this.socket.destroy();
  }
}
