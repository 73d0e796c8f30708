/** A serial port of the browser (WICG Serial API) as the mirror's transport. */
import { BufferedTransport } from '../../../src/mirror/transport/buffered.ts';

/** MicroPython's. */
const BAUD = 115_200;

/** Bytes that the browser keeps ahead of the page: by default 255, of which a chip with USB of its own says more at once. */
const BUFFER = 16_384;

export class WebSerialTransport extends BufferedTransport {
  readonly name: string;
  readonly survivesReset = true;
  private readonly port: SerialPort;
  private reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  private readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  private readonly ended: Promise<void>;
  private closing = false;

  private constructor(port: SerialPort, name: string) {
    super();
    this.port = port;
    this.name = name;
    this.writer = port.writable!.getWriter();
    this.ended = this.read();
  }

  /** Rejected with the browser's error: the port is busy, or gone. */
  static async open(port: SerialPort, name: string): Promise<WebSerialTransport> {
    await port.open({ baudRate: BAUD, bufferSize: BUFFER });
    return new WebSerialTransport(port, name);
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.writer.write(bytes);
  }

  async close(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    this.onClose = undefined;
    await this.reader?.cancel().catch(() => {});
    await this.ended;
    await this.writer.close().catch(() => {});
    this.writer.releaseLock();
    await this.port.close().catch(() => {});
  }

  /**
   * What is not fatal (a break, a framing error while the board starts, bytes that came too fast) ends a stream and leaves a
   * new one; what is fatal leaves none.
   */
  private async read(): Promise<void> {
    let reason = 'the port has no more to say';
    while (this.port.readable !== null && !this.closing) {
      this.reader = this.port.readable.getReader();
      try {
        for (;;) {
          const { value, done } = await this.reader.read();
          if (done) break;
          this.received(value);
        }
      } catch (error) {
        reason = (error as Error).message;
      }
      this.reader.releaseLock();
    }
    if (!this.closing) this.lost(reason);
  }
}
