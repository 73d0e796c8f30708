/**
 * `SSLSocket` without its stream: the TLS engine, the memory mbedTLS would hold for it, and what goes wrong.
 * The firmware's Python moves the bytes.
 */
import type { CryptoProvider } from '../../../crypto/provider.ts';
import { createTlsClient } from '../../../tls/client.ts';
import {
  type PeerQuestion,
  type PeerVerdict,
  type TlsConnection,
  TlsError,
  type TlsHost,
} from '../../../tls/engine.ts';
import { createTlsServer } from '../../../tls/server.ts';
import { readCertificate } from '../../../x509/known-certificates.ts';
import type { Block } from '../../heap.ts';
import { CONNECTION, HANDSHAKE, IN_BUFFER, OUT_BUFFER, peerCertificate } from '../../mbedtls-memory.ts';
import type { Session } from '../session.ts';
import { CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED, type TlsContext } from './context.ts';
import { deviceCrypto } from './crypto.ts';
import { exceptionOf, type PythonException, storedException } from './exception.ts';
import { type Judgement, judge } from './judge.ts';
import { AllocationError, X509_ALLOC_FAILED } from './memory-error.ts';

export interface TlsSocketOptions {
  readonly session: Session;
  readonly context: TlsContext;
  readonly serverSide: boolean;
  readonly serverName: string | undefined;
  /** Name of the connection below, for the trace. */
  readonly connection: string;
}

export class TlsSocket {
  readonly engine: TlsConnection;
  private readonly options: TlsSocketOptions;
  private readonly crypto: CryptoProvider;
  private readonly buffers: Block[];
  private handshake: Block[];
  private readonly certificates: Block[] = [];
  /** Decrypted and not yet read. */
  private plaintext: Uint8Array = new Uint8Array(0);
  private judgement: Judgement | undefined;
  private raised: PythonException | undefined;

  /** Undefined when the heap has no room for the buffers. */
  static open(options: TlsSocketOptions): TlsSocket | undefined {
    const { heap } = options.session;
    const buffers = heap.take([IN_BUFFER, OUT_BUFFER, CONNECTION], 'TLS buffers');
    if (buffers === undefined) return undefined;
    const handshake = heap.take([HANDSHAKE], 'TLS handshake');
    if (handshake !== undefined) return new TlsSocket(options, buffers, handshake);
    heap.giveBack(buffers, 'TLS buffers not used');
    return undefined;
  }

  private constructor(options: TlsSocketOptions, buffers: Block[], handshake: Block[]) {
    this.options = options;
    this.crypto = deviceCrypto(options.session);
    this.buffers = buffers;
    this.handshake = handshake;
    this.engine = options.serverSide ? this.createServer() : this.createClient();
  }

  /**
   * Runs a step of the engine. False when it failed: `exception` then says what Python raises, and an alert
   * may wait to be sent.
   */
  step(action: (engine: TlsConnection) => void): boolean {
    try {
      action(this.engine);
      return true;
    } catch (error) {
      this.raised = exceptionOf(error, this.judgement);
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
    return storedException(this.engine.error ?? new TlsError('internal', 'no error was kept'));
  }

  /** Gives all memory back; the engine is of no use after that. */
  free(): void {
    const { heap } = this.options.session;
    heap.giveBack(
      [...this.buffers.splice(0), ...this.handshake.splice(0), ...this.certificates.splice(0)],
      'TLS closed',
    );
  }

  private createClient(): TlsConnection {
    const { connection, serverName, context } = this.options;
    return createTlsClient(
      {
        connection,
        profile: 'mbedtls',
        ...(serverName === undefined ? {} : { serverName }),
        ...(context.suites && { suites: context.suites }),
        ...(context.credentials && { credentials: context.credentials }),
      },
      this.host(),
    );
  }

  private createServer(): TlsConnection {
    const { connection, context } = this.options;
    return createTlsServer(
      {
        connection,
        profile: 'mbedtls',
        credentials: context.credentials === undefined ? [] : [context.credentials],
        clientAuth: CLIENT_AUTH[context.verifyMode] ?? 'none',
        clientCaNames: context.anchors.map((der) => readCertificate(der).subject.raw),
        ...(context.suites && { suites: context.suites }),
      },
      this.host(),
    );
  }

  private host(): TlsHost {
    const { session } = this.options;
    return {
      crypto: this.crypto,
      random: (length) => session.random.bytes(length),
      unixTime: () => Math.floor(session.rtc),
      emit: (event) => session.emit(event),
      verifyPeer: (question) => this.verifyPeer(question),
    };
  }

  private verifyPeer({ chain, purpose, keyUse }: PeerQuestion): PeerVerdict {
    const { session, context, serverName, connection } = this.options;
    this.keep(chain);
    const judgement = judge({
      context,
      chain,
      purpose,
      keyUse,
      host: purpose === 'server' ? serverName : undefined,
      time: Math.floor(session.rtc),
      crypto: this.crypto,
    });
    this.judgement = judgement;
    const { checks } = judgement.verdict;
    session.emit({
      type: 'x509.verdict',
      connection,
      profile: 'mbedtls',
      outcome: judgement.outcome,
      checks,
    });
    return judgement.verdict;
  }

  /** ESP-IDF's configuration keeps the peer's chain until the connection closes. */
  private keep(chain: readonly Uint8Array[]): void {
    const sizes = chain.map((der) => peerCertificate(der, readCertificate(der).publicKey));
    const blocks = this.options.session.heap.take(sizes, 'certificates of the peer');
    if (blocks === undefined) throw new AllocationError('a certificate of the peer', X509_ALLOC_FAILED);
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
