/** One accepted connection: TLS on a socket, HTTP in it, a report when it is over. */
import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { nodeProvider } from '../../../emulator/crypto/node.node.ts';
import { speakHttp } from '../../../emulator/hosts/http-connection.ts';
import { TlsStream } from '../../../emulator/hosts/tls-stream.ts';
import type { PeerVerdict, TlsConnection, TlsHost } from '../../../emulator/tls/engine.ts';
import { createTlsServer } from '../../../emulator/tls/server.ts';
import type { ServerSessions } from '../../../emulator/tls/server-sessions.ts';
import { toHex } from '../../../emulator/world/bytes.ts';
import type { TraceEventBody } from '../../../emulator/world/trace-events.ts';
import { parseCertificate } from '../../../emulator/x509/certificate.ts';
import { verifyChain } from '../../../emulator/x509/verify.ts';
import type { ConnectionReport } from './log.ts';
import { ConnectionObserver } from './observer.ts';
import { answer } from './page.ts';
import type { ServerSettings } from './settings.ts';
import { SocketStream } from './socket-stream.ts';

export class ServedConnection {
  /** Called once, when everything is sent. */
  onReport: ((report: ConnectionReport) => void) | undefined;
  private readonly settings: ServerSettings;
  private readonly socket: Socket;
  private readonly peer: string;
  private readonly accepted = performance.now();
  private readonly observer = new ConnectionObserver();
  private readonly requests: string[] = [];
  private readonly transport: SocketStream;
  private readonly engine: TlsConnection;
  private readonly stream: TlsStream;

  constructor(socket: Socket, settings: ServerSettings, sessions: ServerSessions) {
    this.settings = settings;
    this.socket = socket;
    this.peer = `${socket.remoteAddress}:${socket.remotePort}`;
    this.transport = new SocketStream(socket);
    const config = { ...engineConfig(settings), connection: `${this.peer}>${localName(socket)}`, sessions };
    this.engine = createTlsServer(config, this.host());
    this.stream = new TlsStream(this.engine, this.transport);
    this.speak();
    this.limitTime();
    this.transport.onDone = () => this.onReport?.(this.report());
  }

  start(): void {
    this.stream.start();
  }

  /** Says goodbye and ends. In the middle of a handshake there is nothing to say. */
  close(): void {
    if (this.engine.state === 'established') this.stream.end();
    else this.transport.end();
  }

  private speak(): void {
    let request = '';
    speakHttp(this.stream, {
      now: () => new Date(),
      answer: (asked) => {
        request = `${asked.method} ${asked.path}`;
        return answer(asked, this.observer);
      },
      onResponse: ({ status }) => {
        this.requests.push(`${request} ${status}`.trim());
        request = '';
      },
    });
    this.stream.onError = (message) => this.observer.fail('connection-lost', message);
  }

  /** A handshake has to be over, and an established connection to say something, within the time-out. */
  private limitTime(): void {
    const { timeoutMs } = this.settings;
    const deadline = setTimeout(() => this.giveUp('the handshake'), timeoutMs);
    this.stream.onEstablished = () => {
      clearTimeout(deadline);
      this.socket.setTimeout(timeoutMs, () => this.giveUp('the silence'));
    };
    this.socket.once('close', () => clearTimeout(deadline));
  }

  private giveUp(what: string): void {
    // Connections that are kept alive end so; that is no failure.
    if (this.requests.length === 0) {
      this.observer.fail('time-out', `${what} lasted ${this.settings.timeoutMs / 1000} s`);
    }
    this.close();
  }

  private host(): TlsHost {
    return {
      crypto: nodeProvider,
      random: (length) => new Uint8Array(randomBytes(length)),
      unixTime,
      emit: (event) => this.note(event),
      verifyPeer: ({ chain, purpose, keyUse }): PeerVerdict => {
        const verdict = verifyChain({
          chain,
          anchors: this.settings.clientAnchors,
          profile: 'rfc5280',
          purpose,
          time: unixTime(),
          keyExchange: keyUse,
          crypto: nodeProvider,
        });
        return { ...verdict, authenticated: verdict.accepted };
      },
    };
  }

  private note(event: TraceEventBody): void {
    this.observer.note(event);
    if (event.type === 'tls.secret' && this.settings.keylog !== undefined) {
      const { label, clientRandom, secret } = event;
      appendFileSync(this.settings.keylog, `${label} ${toHex(clientRandom)} ${toHex(secret)}\n`);
    }
  }

  private report(): ConnectionReport {
    const { serverName, negotiated, failure, alertSent, alertReceived } = this.observer;
    return {
      peer: this.peer,
      negotiated,
      serverName,
      requests: this.requests,
      failure,
      alertSent,
      alertReceived,
      received: this.socket.bytesRead,
      sent: this.socket.bytesWritten,
      milliseconds: Math.round(performance.now() - this.accepted),
    };
  }
}

function engineConfig(settings: ServerSettings) {
  const { profile, suites, versions, credentials, clientAuth, clientAnchors } = settings;
  return {
    profile,
    suites,
    ...(versions === undefined ? {} : { versions }),
    credentials,
    clientAuth,
    applicationProtocols: ['http/1.1'],
    clientCaNames: clientAnchors.map((der) => parseCertificate(der).subject.raw),
  };
}

function localName(socket: Socket): string {
  return `${socket.localAddress}:${socket.localPort}`;
}

function unixTime(): number {
  return Math.floor(Date.now() / 1000);
}
