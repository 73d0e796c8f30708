/** One handshake of our engine with a real server: what it said, down to where it ended. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import { createTlsClient, type TlsClientConfig } from '../../emulator/tls/client.ts';
import {
  type Credentials,
  type TlsConnection,
  TlsError,
  type TlsHost,
  type TlsSession,
} from '../../emulator/tls/engine.ts';
import { decodeMessage } from '../../emulator/tls/messages/handshake.ts';
import { selectedVersion, serverHello } from '../../emulator/tls/messages/server-hello.ts';
import { describeSuite } from '../../emulator/tls/suites.ts';
import { versionName } from '../../emulator/tls/versions.ts';
import type { TraceEventBody } from '../../emulator/world/trace-events.ts';
import { readable } from './readable.ts';
import type { Target } from './target.ts';

export interface DialOptions extends Pick<TlsClientConfig, 'profile' | 'versions' | 'suites' | 'groups'> {
  readonly target: Target;
  readonly credentials?: Credentials | undefined;
  /** For the whole connection, milliseconds. */
  readonly timeoutMs: number;
}

/** How far a connection came that failed: no address, no TCP connection, no TLS, no end of the handshake in time. */
export type FailureStage = 'name' | 'connect' | 'tls';

export interface DialFailure {
  readonly stage: FailureStage;
  /** The operating system's ("ECONNREFUSED"), the engine's reason ("peer-alert"), or "timeout". */
  readonly code: string;
  readonly detail: string;
  readonly alertReceived?: string | undefined;
  readonly alertSent?: string | undefined;
}

export interface Dial {
  /** The server's address, once there was a connection. */
  readonly address: string | undefined;
  /** From the first packet to the TCP connection, milliseconds: one round trip. */
  readonly connectMs: number | undefined;
  /** From the ClientHello to the end of the handshake, milliseconds. */
  readonly handshakeMs: number | undefined;
  /** What the server chose, also where the handshake failed later: "TLSv1.2", IANA's name, "secp256r1". */
  readonly version: string | undefined;
  readonly suite: string | undefined;
  readonly group: string | undefined;
  /** DER, leaf first, as the server sent it; empty when it came to none. */
  readonly chain: readonly Uint8Array[];
  readonly asksForCertificate: boolean;
  /** The beginning of what the server sent, at most 64 bytes. */
  readonly beginning: Uint8Array;
  readonly failure: DialFailure | undefined;
}

type Message = Extract<TraceEventBody, { type: 'tls.message' }>;

/** TLS 1.3 lets a client finish before the server has judged its certificate: what it then says is waited for. */
const AFTERWARDS_MS = 150;

const NOTHING_CHOSEN = { version: undefined, suite: undefined, group: undefined };

/** Never rejects: a failure is a result. */
export function dial(options: DialOptions): Promise<Dial> {
  return new Promise((resolve) => new Dialling(options, resolve).start());
}

class Dialling {
  private readonly options: DialOptions;
  private readonly resolve: (result: Dial) => void;
  private readonly engine: TlsConnection;
  private readonly began = performance.now();
  private socket: Socket | undefined;
  private looked = false;
  private connectedAt: number | undefined;
  private establishedAt: number | undefined;
  private chain: readonly Uint8Array[] = [];
  private asked = false;
  private chosen: Pick<Dial, 'version' | 'suite' | 'group'> = { ...NOTHING_CHOSEN };
  private beginning = new Uint8Array();
  private alertReceived: string | undefined;
  private alertSent: string | undefined;
  private done = false;

  constructor(options: DialOptions, resolve: (result: Dial) => void) {
    this.options = options;
    this.resolve = resolve;
    const { target, profile, versions, suites, groups, credentials } = options;
    const config: TlsClientConfig = {
      connection: `probe>${target.host}:${target.port}`,
      profile,
      serverName: target.name,
      ...(versions && { versions }),
      ...(suites && { suites }),
      ...(groups && { groups }),
      ...(credentials && { credentials }),
    };
    this.engine = createTlsClient(config, this.host());
  }

  start(): void {
    const { target, timeoutMs } = this.options;
    const socket = connect({ host: target.host, port: target.port, autoSelectFamily: true });
    this.socket = socket;
    const timer = setTimeout(() => this.timeOut(), timeoutMs);
    socket.once('close', () => {
      clearTimeout(timer);
      this.fail('tls', 'transport-closed', 'the server closed the connection');
    });
    socket.once('lookup', (error) => {
      this.looked = error === null;
    });
    socket.once('connect', () => this.connected());
    socket.on('data', (bytes) => this.step(() => this.received(bytes)));
    socket.once('end', () => this.step(() => this.engine.receiveEnd()));
    socket.on('error', (error: NodeJS.ErrnoException) => this.socketFailed(error));
  }

  private connected(): void {
    this.connectedAt = performance.now();
    this.step(() => this.engine.start());
  }

  private received(bytes: Uint8Array): void {
    if (this.beginning.length < 64) {
      this.beginning = new Uint8Array([...this.beginning, ...bytes.subarray(0, 64 - this.beginning.length)]);
    }
    this.engine.receive(bytes);
  }

  private step(action: () => void): void {
    if (this.done) return;
    try {
      action();
      this.socket!.write(this.engine.take());
    } catch (error) {
      if (!(error instanceof TlsError)) throw error;
      this.socket!.write(this.engine.take());
      this.fail('tls', error.reason, error.message);
      return;
    }
    if (this.engine.state !== 'established' || this.establishedAt !== undefined) return;
    this.establishedAt = performance.now();
    if (this.asked && this.engine.session?.version === 'TLSv1.3') {
      setTimeout(() => this.succeed(), AFTERWARDS_MS + (this.connectMs() ?? 0));
    } else {
      this.succeed();
    }
  }

  private socketFailed({ code = 'error', message }: NodeJS.ErrnoException): void {
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') this.fail('name', code, message);
    else this.fail(this.connectedAt === undefined ? 'connect' : 'tls', code, message);
  }

  private timeOut(): void {
    const stage = this.connectedAt !== undefined ? 'tls' : this.looked ? 'connect' : 'name';
    this.fail(stage, 'timeout', `no answer within ${this.options.timeoutMs / 1000} s`);
  }

  private succeed(): void {
    if (this.done) return;
    this.engine.close();
    this.socket!.write(this.engine.take());
    this.finish(undefined);
  }

  private fail(stage: FailureStage, code: string, detail: string): void {
    const { alertReceived, alertSent } = this;
    this.finish({ stage, code, detail, alertReceived, alertSent });
  }

  private finish(failure: DialFailure | undefined): void {
    if (this.done) return;
    this.done = true;
    const { session } = this.engine;
    const address = this.socket!.remoteAddress;
    this.socket!.end();
    this.socket!.destroySoon();
    this.resolve({
      address,
      connectMs: this.connectMs(),
      handshakeMs: this.establishedAt && this.establishedAt - this.connectedAt!,
      ...(session === undefined ? this.chosen : choiceOf(session)),
      chain: this.chain,
      asksForCertificate: this.asked,
      beginning: this.beginning,
      failure,
    });
  }

  private connectMs(): number | undefined {
    return this.connectedAt && this.connectedAt - this.began;
  }

  private host(): TlsHost {
    return {
      crypto: nodeProvider,
      random: (length) => new Uint8Array(randomBytes(length)),
      unixTime: () => Math.floor(Date.now() / 1000),
      emit: (event) => this.note(event),
      // Whatever it shows is taken down; it is judged afterwards, as each board would.
      verifyPeer: ({ chain }) => {
        this.chain = chain;
        return {
          accepted: true,
          authenticated: false,
          checks: [],
          subject: readable(chain[0])?.subject.text ?? '',
        };
      },
    };
  }

  private note(event: TraceEventBody): void {
    if (event.type === 'tls.alert' && event.description !== 'close_notify') {
      if (event.direction === 'received') this.alertReceived = event.description;
      else this.alertSent = event.description;
    }
    if (event.type === 'tls.message' && event.direction === 'received') this.noteMessage(event);
  }

  private noteMessage({ message, bytes, summary }: Message): void {
    if (message === 'CertificateRequest') this.asked = true;
    if (message === 'ServerHello') {
      const { message: hello } = decodeMessage(serverHello, bytes);
      if (hello === undefined) return;
      const version = versionName(selectedVersion(hello) ?? hello.version).replace(' ', 'v');
      this.chosen = { ...this.chosen, version, suite: describeSuite(hello.suite) };
    }
    // Its first word is the named curve, where the suite agrees on a key so.
    if (message === 'ServerKeyExchange') this.chosen = { ...this.chosen, group: summary[0] };
  }
}

function choiceOf({ version, suite, group }: TlsSession): Pick<Dial, 'version' | 'suite' | 'group'> {
  return { version, suite, group };
}
