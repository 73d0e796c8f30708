/** A serial port of the browser (WICG Serial API) as the mirror's transport. */
import { BufferedTransport } from '../../../src/mirror/transport/buffered.ts';

/** MicroPython's. */
const BAUD = 115_200;

export class WebSerialTransport extends BufferedTransport {
  readonly name: string;
  readonly survivesReset = true;
  private readonly port: SerialPort;
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  private readonly ended: Promise<void>;
  private closing = false;

  private constructor(port: SerialPort, name: string) {
    super();
    this.port = port;
    this.name = name;
    this.reader = port.readable!.getReader();
    this.writer = port.writable!.getWriter();
    this.ended = this.read();
  }

  /** Rejected with the browser's error: the port is busy, or gone. */
  static async open(port: SerialPort, name: string): Promise<WebSerialTransport> {
    await port.open({ baudRate: BAUD });
    return new WebSerialTransport(port, name);
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.writer.write(bytes);
  }

  async close(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    this.onClose = undefined;
    await this.reader.cancel().catch(() => {});
    await this.ended;
    await this.writer.close().catch(() => {});
    this.writer.releaseLock();
    await this.port.close().catch(() => {});
  }

  private async read(): Promise<void> {
    let reason = 'the port has no more to say';
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
    if (!this.closing) this.lost(reason);
  }
}
