import { Duplex } from 'node:stream';
import type { ByteStream } from '../../emulator/hosts/byte-stream.ts';

/** A simulated connection as a stream of Node's. `touched`: told whenever bytes have moved. */
export class Wire extends Duplex {
  private readonly transport: ByteStream;
  private readonly touched: () => void;
  /** Told of what goes out. */
  onSent: ((bytes: Uint8Array) => void) | undefined;
  /** Told of what comes in. */
  onReceived: ((bytes: Uint8Array) => void) | undefined;

  constructor(transport: ByteStream, touched: () => void) {
    super();
    this.transport = transport;
    this.touched = touched;
    transport.onData = (bytes) => {
      touched();
      this.onReceived?.(bytes);
      this.push(bytes);
    };
    transport.onEnd = () => {
      touched();
      this.push(null);
    };
    transport.onError = (message) => {
      touched();
      this.destroy(new Error(message));
    };
  }

  override _read(): void {}

  override _write(bytes: Uint8Array, _encoding: string, done: () => void): void {
    this.touched();
    // Copied: the buffer is Node's, and what is queued for a connection is not.
    const copy = Uint8Array.from(bytes);
    this.onSent?.(copy);
    this.transport.write(copy);
    done();
  }

  override _final(done: () => void): void {
    this.touched();
    this.transport.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.transport.end();
    done(error);
  }
}
