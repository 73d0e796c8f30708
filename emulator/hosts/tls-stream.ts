import { type TlsConnection, TlsError, type TlsSession } from '../tls/engine.ts';
import type { ByteStream } from './byte-stream.ts';

/** Largest piece of application data handed up at once, bytes: one record's worth. */
const READ_SIZE = 16_384;

/** Runs a TLS engine over a stream and is itself a stream of application data. */
export class TlsStream implements ByteStream {
  onData: ((bytes: Uint8Array) => void) | undefined;
  onEnd: (() => void) | undefined;
  onError: ((message: string) => void) | undefined;
  onEstablished: (() => void) | undefined;
  private readonly engine: TlsConnection;
  private readonly transport: ByteStream;
  private readonly early: Uint8Array[] = [];
  private ending = false;
  private finished = false;

  constructor(engine: TlsConnection, transport: ByteStream) {
    this.engine = engine;
    this.transport = transport;
    transport.onData = (bytes) => this.step(() => engine.receive(bytes));
    transport.onEnd = () => this.transportEnded();
    transport.onError = (message) => this.fail(message);
  }

  /** After `onEstablished`. */
  get session(): TlsSession | undefined {
    return this.engine.session;
  }

  start(): void {
    this.step(() => this.engine.start());
    this.transport.start();
  }

  write(bytes: Uint8Array): void {
    if (this.finished) return;
    this.early.push(bytes);
    this.step(() => {});
  }

  end(): void {
    this.ending = true;
    this.step(() => {});
  }

  private step(action: () => void): void {
    if (this.finished) return;
    const handshaking = this.engine.state === 'handshaking';
    try {
      action();
      if (this.engine.state === 'established') {
        if (handshaking) this.onEstablished?.();
        this.sendQueued();
      }
      this.deliver();
      // A profile that makes each message when it is taken can fail here too.
      this.transport.write(this.engine.take());
    } catch (error) {
      if (!(error instanceof TlsError)) throw error;
      this.fail(error.message);
      return;
    }
    if (this.engine.peerClosed) this.finish();
  }

  private sendQueued(): void {
    while (this.early.length > 0) {
      const head = this.early[0]!;
      const sent = this.engine.send(head);
      if (sent === head.length) this.early.shift();
      else this.early[0] = head.subarray(sent);
    }
    if (!this.ending) return;
    this.ending = false;
    this.engine.close();
    this.transport.write(this.engine.take());
    this.transport.end();
  }

  private deliver(): void {
    for (;;) {
      const bytes = this.engine.read(READ_SIZE);
      if (bytes.length === 0) return;
      this.onData?.(bytes);
    }
  }

  private transportEnded(): void {
    if (this.finished) return;
    try {
      this.engine.receiveEnd();
    } catch (error) {
      if (!(error instanceof TlsError)) throw error;
      this.fail(error.message);
      return;
    }
    this.finish();
  }

  private finish(): void {
    if (this.finished) return;
    this.finished = true;
    this.engine.close();
    this.transport.write(this.engine.take());
    this.transport.end();
    this.onEnd?.();
  }

  /** The alert, if the engine made one, goes out before the connection is closed (RFC 8446 6.2). */
  private fail(message: string): void {
    if (this.finished) return;
    this.finished = true;
    this.transport.write(this.engine.take());
    this.transport.end();
    this.onError?.(message);
  }
}
