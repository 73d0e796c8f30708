/**
 * `SSLSocket` without its stream: the TLS engine, the memory mbedTLS would hold for it, and what goes wrong.
 * The firmware's Python moves the bytes.
 */
import type { CryptoProvider } from '../../../crypto/provider.ts';
import { createTlsClient } from '../../../tls/client.ts';
import type { TlsClientConfig, TlsServerConfig } from '../../../tls/config.ts';
import { createDtlsClient } from '../../../tls/dtls/client.ts';
import type { DtlsConnection, DtlsHost } from '../../../tls/dtls/engine.ts';
import { createDtlsServer } from '../../../tls/dtls/server.ts';
import { type PeerQuestion, type PeerVerdict, TlsError, type TlsHost } from '../../../tls/engine.ts';
import { createTlsServer } from '../../../tls/server.ts';
import { readCertificate } from '../../../x509/known-certificates.ts';
import { questionOf } from '../../../x509/question.ts';
import type { PythonObject } from '../../gc-heap.ts';
import type { Block } from '../../heap.ts';
import {
  CONNECTION,
  HANDSHAKE,
  IN_BUFFER,
  OUT_BUFFER,
  peerCertificate,
  peerKey,
  SSL_SOCKET,
} from '../../mbedtls-memory.ts';
import type { Session } from '../session.ts';
import { CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED, type TlsContext } from './context.ts';
import { deviceCrypto } from './crypto.ts';
import { DatagramEngine, type DeviceEngine } from './datagram-engine.ts';
import { exceptionOf, type PythonException, storedException } from './exception.ts';
import { CallbackRaised, type Judgement, judge } from './judge.ts';
import { AllocationError, type OsError, PK_ALLOC_FAILED, X509_ALLOC_FAILED } from './memory-error.ts';
import { withSignCallback } from './sign-callback.ts';

export interface TlsSocketOptions {
  readonly session: Session;
  readonly context: TlsContext;
  readonly serverName: string | undefined;
  /** Name of the connection below, for the trace. */
  readonly connection: string;
  /** `client_id` of wrap_socket: names the client to a DTLS server. */
  readonly clientId: Uint8Array | undefined;
  /** Whether wrap_socket does the handshake, not the first read or write. */
  readonly inWrap: boolean;
}

export class TlsSocket {
  readonly engine: DeviceEngine;
  private readonly options: TlsSocketOptions;
  private readonly crypto: CryptoProvider;
  /** The Python object: in MicroPython's heap, the rest in the IDF heap. */
  private readonly object: PythonObject;
  private readonly buffers: Block[];
  private handshake: Block[];
  private readonly certificates: Block[] = [];
  /** Decrypted and not yet read. */
  private plaintext: Uint8Array = new Uint8Array(0);
  private judgement: Judgement | undefined;
  private raised: PythonException | undefined;
  /** Of the step that failed: mbedTLS keeps its number. */
  private failure: TlsError | undefined;

  /** The socket, or which heap has no room for it. */
  static open(options: TlsSocketOptions): TlsSocket | 'IDF heap' | 'Python heap' {
    const { heap } = options.session;
    const object = heap.takePython(SSL_SOCKET);
    if (object === undefined) return 'Python heap';
    const socket = TlsSocket.withBuffers(options, object);
    if (socket !== undefined) return socket;
    heap.freePython(object);
    return 'IDF heap';
  }

  private static withBuffers(options: TlsSocketOptions, object: PythonObject): TlsSocket | undefined {
    const { heap } = options.session;
    const buffers = heap.take([IN_BUFFER, OUT_BUFFER, CONNECTION], 'TLS buffers');
    if (buffers === undefined) return undefined;
    const handshake = heap.take([HANDSHAKE], 'TLS handshake');
    if (handshake !== undefined) return new TlsSocket(options, object, buffers, handshake);
    heap.giveBack(buffers, 'TLS buffers not used');
    return undefined;
  }

  private constructor(options: TlsSocketOptions, object: PythonObject, buffers: Block[], handshake: Block[]) {
    this.options = options;
    this.object = object;
    options.context.openSockets++;
    this.crypto = withSignCallback(deviceCrypto(options.session), options.context);
    this.buffers = buffers;
    this.handshake = handshake;
    this.engine = options.context.usesDatagrams
      ? new DatagramEngine(
          () => options.session.now,
          (setTimer) => this.createDatagramEnd({ ...this.host(), setTimer }),
        )
      : this.createStreamEnd();
  }

  /**
   * Runs a step of the engine. False when it failed: `exception` then says what Python raises, and an alert
   * may wait to be sent.
   */
  step(action: (engine: DeviceEngine) => void): boolean {
    try {
      action(this.engine);
      return true;
    } catch (error) {
      this.raised = exceptionOf(error, this.judgement);
      if (error instanceof TlsError) this.failure = error;
      return false;
    } finally {
      if (this.engine.state !== 'handshaking') this.handshakeOver();
    }
  }

  /** Decrypted bytes that are there. */
  get readable(): number {
    if (this.plaintext.length === 0) this.plaintext = this.engine.read(IN_BUFFER);
    return this.plaintext.length;
  }

  read(limit: number): Uint8Array {
    const length = Math.min(limit, this.readable);
    const bytes = this.plaintext.subarray(0, length);
    this.plaintext = this.plaintext.subarray(bytes.length);
    return bytes;
  }

  /** The exception of the step that failed; of a later call: the number that mbedTLS kept. */
  takeException(): PythonException {
    const { raised } = this;
    this.raised = undefined;
    if (raised !== undefined) return raised;
    return storedException(this.failure ?? new TlsError('internal', 'no error was kept'));
  }

  /** Gives all memory back; the engine is of no use after that. To free it twice does no harm. */
  free(): void {
    const { heap } = this.options.session;
    if (this.buffers.length > 0) this.options.context.openSockets--;
    heap.freePython(this.object);
    heap.giveBack(
      [...this.buffers.splice(0), ...this.handshake.splice(0), ...this.certificates.splice(0)],
      'TLS closed',
    );
  }

  private createStreamEnd(): DeviceEngine {
    const host = this.host();
    return this.options.context.isServer
      ? createTlsServer(this.serverConfig(), host)
      : createTlsClient(this.clientConfig(), host);
  }

  private createDatagramEnd(host: DtlsHost): DtlsConnection {
    const { context, clientId } = this.options;
    if (!context.isServer) return createDtlsClient(this.clientConfig(), host);
    const cookies = { secret: context.cookieSecret, clientTransportId: clientId ?? new Uint8Array(0) };
    return createDtlsServer({ ...this.serverConfig(), cookies }, host);
  }

  private clientConfig(): TlsClientConfig {
    const { connection, serverName, context } = this.options;
    return {
      connection,
      profile: 'mbedtls',
      ...(serverName === undefined ? {} : { serverName }),
      ...(context.suites && { suites: context.suites }),
      ...(context.credentials && { credentials: context.credentials }),
      ...(context.psk && { psk: context.psk }),
    };
  }

  private serverConfig(): TlsServerConfig {
    const { connection, context } = this.options;
    const { preSharedKey } = context;
    return {
      connection,
      profile: 'mbedtls',
      credentials: context.credentials === undefined ? [] : [context.credentials],
      clientAuth: CLIENT_AUTH[context.verifyMode] ?? 'none',
      clientCaNames: context.anchors.map((der) => readCertificate(der).subject.raw),
      ...(context.suites && { suites: context.suites }),
      ...(preSharedKey && { preSharedKey }),
    };
  }

  private host(): TlsHost {
    const { session } = this.options;
    return {
      crypto: this.crypto,
      random: (length) => session.random.bytes(length),
      unixTime: () => Math.floor(session.rtc),
      emit: (event) => session.emit(event),
      verifyPeer: (question) => this.verifyPeer(question),
      tellsPeer: (error) => this.tellsPeer(error),
    };
  }

  /** A missing client certificate is the one error of which the port tells the peer itself, but not in wrap_socket. */
  private tellsPeer({ reason, cause }: TlsError): boolean {
    if (cause instanceof CallbackRaised) return false;
    return reason !== 'certificate-missing' || !this.options.inWrap;
  }

  private verifyPeer({ chain, purpose, keyUse }: PeerQuestion): PeerVerdict {
    const { session, context, serverName, connection } = this.options;
    this.keep(chain);
    const host = purpose === 'server' ? serverName : undefined;
    const time = Math.floor(session.rtc);
    const judgement = judge({ context, chain, purpose, keyUse, host, time, crypto: this.crypto });
    this.judgement = judgement;
    const { checks } = judgement.verdict;
    session.emit({
      type: 'x509.verdict',
      connection,
      profile: 'mbedtls',
      outcome: judgement.outcome,
      checks,
      question: questionOf({ chain, anchors: context.anchors, purpose, host, time }),
    });
    return judgement.verdict;
  }

  /** ESP-IDF's configuration keeps the peer's chain until the connection closes. */
  private keep(chain: readonly Uint8Array[]): void {
    for (const der of chain) {
      const key = readCertificate(der).publicKey;
      this.keepBlock(
        peerCertificate(der, key) - peerKey(key),
        'a certificate of the peer',
        X509_ALLOC_FAILED,
      );
      this.keepBlock(peerKey(key), 'a public key of the peer', PK_ALLOC_FAILED);
    }
  }

  private keepBlock(size: number, what: string, error: OsError): void {
    const blocks = this.options.session.heap.take([size], what);
    if (blocks === undefined) throw new AllocationError(what, error);
    this.certificates.push(...blocks);
  }

  private handshakeOver(): void {
    this.options.session.heap.giveBack(this.handshake, 'TLS handshake over');
    this.handshake = [];
  }
}

const CLIENT_AUTH: Readonly<Record<number, 'none' | 'require' | 'request'>> = {
  [CERT_NONE]: 'none',
  [CERT_OPTIONAL]: 'request',
  [CERT_REQUIRED]: 'require',
};
