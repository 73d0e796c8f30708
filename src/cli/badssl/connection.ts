/** One client's connection to a case: our TLS on a real socket, and what came of it. */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { nodeProvider } from '../../../emulator/crypto/node.node.ts';
import type { ByteStream } from '../../../emulator/hosts/byte-stream.ts';
import { speakHttp } from '../../../emulator/hosts/http-connection.ts';
import { tampering } from '../../../emulator/hosts/mallory/tamper.ts';
import { TlsStream } from '../../../emulator/hosts/tls-stream.ts';
import type { TlsHost } from '../../../emulator/tls/engine.ts';
import { createTlsServer } from '../../../emulator/tls/server.ts';
import type { TraceEventBody } from '../../../emulator/world/trace-events.ts';
import type { Case } from '../../badssl/case.ts';
import type { Seen } from '../../badssl/judge.ts';
import { RISKS } from '../../badssl/risks-data.ts';
import { SocketStream } from '../tls-server/socket-stream.ts';

/** A connection that says nothing is not kept for longer. */
const IDLE_MS = 60_000;

/** Octets of the last piece of an answer: within the body. */
const LAST_PIECE = 16;

/** What is done to the first record of an answer is met only by a client that reads on: so there is a second one. */
function inSeveralRecords(stream: ByteStream): void {
  const write = stream.write.bind(stream);
  stream.write = (bytes) => {
    write(bytes.subarray(0, -LAST_PIECE));
    write(bytes.subarray(-LAST_PIECE));
  };
}

/** Somebody stands before the server and changes what it sends. */
function meddle(transport: ByteStream, handle: ReturnType<typeof tampering>): void {
  const write = transport.write.bind(transport);
  let cut = false;
  transport.write = (bytes) => {
    const passed = cut ? [] : handle(bytes);
    if (passed === 'cut') {
      cut = true;
      transport.end();
      return;
    }
    for (const piece of passed) write(piece);
  };
}

export class CaseConnection {
  private readonly case: Case;
  private readonly socket: Socket;
  private readonly transport: SocketStream;
  private readonly alerts: string[] = [];
  private hello = false;
  private established: string | undefined;
  private data = 0;
  private reset = false;
  private failure: string | undefined;

  constructor(served: Case, socket: Socket) {
    this.case = served;
    this.socket = socket;
    this.transport = new SocketStream(socket);
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'ECONNRESET') this.reset = true;
    });
  }

  start(): void {
    if (this.case.endpoint === undefined) {
      this.serve(this.transport);
      this.transport.start();
      return;
    }
    const { credentials, tls } = this.case.endpoint;
    const engine = createTlsServer(
      {
        ...tls,
        connection: `${this.socket.remoteAddress}:${this.socket.remotePort}`,
        profile: 'modern',
        credentials,
        clientAuth: 'none',
        applicationProtocols: ['http/1.1'],
      },
      this.host(),
    );
    if (this.case.meddling.length > 0)
      meddle(
        this.transport,
        tampering(this.case.meddling, () => {}),
      );
    const stream = new TlsStream(engine, this.transport);
    this.serve(stream);
    stream.start();
  }

  /** What is known up to now. */
  get seen(): Seen {
    const { hello, established, alerts, data, reset, failure } = this;
    return { hello, established, alerts: [...alerts], data, reset, failure };
  }

  destroy(): void {
    this.socket.destroy();
  }

  private serve(stream: ByteStream): void {
    speakHttp(stream, { now: () => new Date(), answer: () => ({ status: 200, body: this.page() }) });
    inSeveralRecords(stream);
    const take = stream.onData;
    stream.onData = (bytes) => {
      this.data += bytes.length;
      take?.(bytes);
    };
    stream.onError = () => {};
  }

  private page(): string {
    const { id, title, kind, expected } = this.case;
    const means = expected === 'accept' ? 'All is well with this server.' : `${RISKS[kind].means}.`;
    return `${id}: ${title}.\nThis client has gone on.\n${means}\n`;
  }

  private host(): TlsHost {
    return {
      crypto: nodeProvider,
      random: (length) => new Uint8Array(randomBytes(length)),
      unixTime: () => Math.floor(Date.now() / 1000),
      emit: (event) => this.note(event),
      verifyPeer: () => {
        throw new Error('no client is asked for a certificate here');
      },
    };
  }

  private note(event: TraceEventBody): void {
    if (event.type === 'tls.alert' && event.direction === 'received') this.alerts.push(event.description);
    if (event.type === 'tls.established') this.established = event.version;
    if (event.type === 'tls.failed') this.failure = event.reason;
    if (event.type === 'tls.message' && event.direction === 'received') this.hello = true;
  }
}
