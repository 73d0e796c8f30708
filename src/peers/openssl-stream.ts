/**
 * The server side of one connection as OpenSSL speaks it, through Node's `tls`, on a simulated TCP connection. OpenSSL
 * tells of a handshake only how it ended; alerts in clear are read on their way.
 */
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { TcpStream } from '../../emulator/hosts/byte-stream.ts';
import type { SecureStream } from '../../emulator/hosts/tls-engine.ts';
import type { TcpSocket } from '../../emulator/net/api.ts';
import { readAlert } from '../../emulator/tls/alerts.ts';
import { RecordSplitter } from '../../emulator/tls/record/splitter.ts';
import type { Direction, TraceEventBody } from '../../emulator/world/trace-events.ts';
import { parseCertificate } from '../../emulator/x509/certificate.ts';
import { Wire } from './wire.ts';

export interface OpensslStreamOptions {
  readonly socket: TcpSocket;
  readonly tls: TlsOptions;
  readonly emit: (event: TraceEventBody) => void;
  readonly touched: () => void;
}

export class OpensslStream implements SecureStream {
  onData: ((bytes: Uint8Array) => void) | undefined;
  onEnd: (() => void) | undefined;
  onError: ((message: string) => void) | undefined;
  private readonly options: OpensslStreamOptions;
  private readonly transport: TcpStream;
  private readonly wire: Wire;
  private secure: TLSSocket | undefined;
  private readonly early: Uint8Array[] = [];
  private ending = false;
  private over = false;

  constructor(options: OpensslStreamOptions) {
    this.options = options;
    this.transport = new TcpStream(options.socket);
    this.wire = new Wire(this.transport, options.touched);
    this.wire.onSent = alertReader((alert) => this.tellAlert('sent', alert));
    this.wire.onReceived = alertReader((alert) => this.tellAlert('received', alert));
  }

  start(): void {
    this.emit({ type: 'tls.start', role: 'server' });
    const server = createServer(this.options.tls);
    server.on('secureConnection', (secure: TLSSocket) => this.established(secure));
    server.on('tlsClientError', (error: Error) => this.failed(error));
    server.on('keylog', (line: Buffer) => this.tellSecret(line.toString('latin1')));
    server.emit('connection', this.wire);
    this.transport.start();
  }

  write(bytes: Uint8Array): void {
    this.options.touched();
    if (this.secure === undefined) this.early.push(bytes);
    else this.secure.write(bytes);
  }

  end(): void {
    this.options.touched();
    this.ending = true;
    this.secure?.end();
  }

  get verifiedPeer(): Uint8Array | undefined {
    return this.secure?.authorized === true ? this.secure.getPeerCertificate().raw : undefined;
  }

  private established(secure: TLSSocket): void {
    this.options.touched();
    this.secure = secure;
    const { standardName: suite } = secure.getCipher();
    const { raw } = secure.getPeerCertificate() as { raw?: Uint8Array };
    this.emit({
      type: 'tls.established',
      role: 'server',
      version: secure.getProtocol()!,
      suite,
      // Whoever could finish such a handshake holds the key (RFC 4279 section 7).
      peerAuthenticated: secure.authorized || suite.includes('_PSK_'),
      ...(raw && { peer: parseCertificate(raw).subject.text }),
      resumed: secure.isSessionReused(),
    });
    secure.on('data', (bytes: Uint8Array) => {
      this.options.touched();
      const data = Uint8Array.from(bytes);
      this.emit({ type: 'tls.data', direction: 'received', bytes: data });
      this.onData?.(data);
    });
    secure.on('end', () => this.finish(() => this.onEnd?.()));
    secure.on('error', (error: Error) => this.finish(() => this.onError?.(error.message)));
    for (const bytes of this.early.splice(0)) secure.write(bytes);
    if (this.ending) secure.end();
  }

  private failed(error: Error): void {
    this.finish(() => {
      this.emit({
        type: 'tls.failed',
        role: 'server',
        state: 'OpenSSL',
        reason: 'internal',
        detail: error.message.trim(),
      });
      this.onError?.(error.message);
    });
  }

  private finish(tell: () => void): void {
    this.options.touched();
    if (this.over) return;
    this.over = true;
    tell();
  }

  /** "LABEL hex-of-client-random hex-of-secret", as the NSS key log has it. */
  private tellSecret(line: string): void {
    const [label, clientRandom, secret] = line.trim().split(' ');
    if (secret === undefined) return;
    const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
    this.emit({
      type: 'tls.secret',
      label: label!,
      clientRandom: bytes(clientRandom!),
      secret: bytes(secret),
    });
  }

  private tellAlert(direction: Direction, fragment: Uint8Array): void {
    const { level, description, code } = readAlert(fragment);
    this.emit({ type: 'tls.alert', direction, level, description, code, encrypted: false });
  }

  private emit(event: Unconnected): void {
    this.options.emit({ ...event, connection: this.options.socket.connection } as TraceEventBody);
  }
}

type Unconnected = TraceEventBody extends infer E
  ? E extends { connection: string }
    ? Omit<E, 'connection'>
    : never
  : never;

/** Two bytes of an alert in clear; a sealed one is longer, and stays OpenSSL's secret. */
const CLEAR_ALERT = 2;

function alertReader(tell: (fragment: Uint8Array) => void): (bytes: Uint8Array) => void {
  const records = new RecordSplitter();
  return (bytes) => {
    for (const { type, fragment } of records.push(bytes)) {
      if (type === 'alert' && fragment.length === CLEAR_ALERT) tell(fragment);
    }
  };
}
