/** A program at the other end of the line, as tools for boards are written: it types, reads, and speaks the raw REPL. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';

/** Milliseconds after which something that should come is given up. */
const PATIENCE = 20_000;

export const CTRL_A = '\x01';
export const CTRL_B = '\x02';
export const CTRL_C = '\x03';
export const CTRL_D = '\x04';
export const CTRL_E = '\x05';
export const RAW_PROMPT = 'raw REPL; CTRL-B to exit\r\n>';
export const PROMPT = '>>> ';

export interface Executed {
  readonly output: string;
  readonly error: string;
}

export class LineClient {
  /** What came and was not asked for yet. */
  private heard = Buffer.alloc(0);
  private readonly socket: Socket;
  private ended = false;
  private notify: () => void = () => {};

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => this.hear(bytes));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.ended = true;
      this.notify();
    });
  }

  static async open(port: number): Promise<LineClient> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new LineClient(socket);
  }

  /** Bytes that have arrived. */
  protected hear(bytes: Uint8Array): void {
    this.heard = Buffer.concat([this.heard, bytes]);
    this.notify();
  }

  type(text: string | Uint8Array): void {
    this.socket.write(text);
  }

  async close(): Promise<void> {
    this.socket.end();
    this.socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** All up to and with `mark`. */
  async until(mark: string | Uint8Array, patience = PATIENCE): Promise<Buffer> {
    const bytes = Buffer.from(mark as string);
    return await this.take(
      () => {
        const at = this.heard.indexOf(bytes);
        return at < 0 ? undefined : at + bytes.length;
      },
      `${JSON.stringify(bytes.toString())}`,
      patience,
    );
  }

  async bytes(count: number): Promise<Buffer> {
    return await this.take(
      () => (this.heard.length >= count ? count : undefined),
      `${count} bytes`,
      PATIENCE,
    );
  }

  /** Everything until the other end hangs up. */
  async rest(): Promise<string> {
    const bytes = await this.take(() => (this.ended ? this.heard.length : undefined), 'the end', PATIENCE);
    return bytes.toString();
  }

  /** What comes in this time, in milliseconds. */
  async during(time: number): Promise<Buffer> {
    await new Promise((resolve) => setTimeout(resolve, time));
    const { heard } = this;
    this.heard = Buffer.alloc(0);
    return heard;
  }

  private async take(length: () => number | undefined, what: string, patience: number): Promise<Buffer> {
    const deadline = Date.now() + patience;
    for (let end = length(); ; end = length()) {
      if (end !== undefined) {
        const taken = this.heard.subarray(0, end);
        this.heard = this.heard.subarray(end);
        return taken;
      }
      const said = JSON.stringify(this.heard.subarray(-300).toString());
      assert.ok(!this.ended, `the line ended before ${what}; it said ${said}`);
      assert.ok(Date.now() < deadline, `no ${what} in ${patience} ms; the line said ${said}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 200);
        this.notify = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Ends what runs, and asks for the raw prompt. */
  async enterRaw(): Promise<void> {
    this.type(`\r${CTRL_C}`);
    await this.during(50);
    this.type(`\r${CTRL_A}`);
    await this.until(RAW_PROMPT);
  }

  /** Runs a program in the raw REPL, handed over by raw paste. */
  async execute(program: string | Uint8Array): Promise<Executed> {
    await this.paste(program);
    return await this.outcome();
  }

  /** Hands a program over by raw paste, no faster than the board asks for it. */
  async paste(program: string | Uint8Array): Promise<void> {
    this.type(`${CTRL_E}A${CTRL_A}`);
    assert.equal((await this.bytes(2)).toString(), 'R\x01');
    const window = (await this.bytes(2)).readUInt16LE();
    const bytes = Buffer.from(program as string);
    let credit = 0;
    for (let sent = 0; sent < bytes.length; ) {
      if (credit === 0) {
        assert.equal((await this.bytes(1)).toString(), CTRL_A);
        credit = window;
      }
      const part = bytes.subarray(sent, sent + credit);
      this.type(part);
      sent += part.length;
      credit -= part.length;
    }
    this.type(CTRL_D);
    // Windows that were freed meanwhile may stand before it.
    assert.equal((await this.until(CTRL_D)).toString().replaceAll(CTRL_A, ''), CTRL_D);
  }

  async outcome(): Promise<Executed> {
    const output = (await this.until(CTRL_D)).subarray(0, -1).toString();
    const error = (await this.until(CTRL_D)).subarray(0, -1).toString();
    await this.until('>');
    return { output, error };
  }

  /** What a program prints that goes well. */
  async print(program: string): Promise<string> {
    const { output, error } = await this.execute(program);
    assert.equal(error, '');
    return output;
  }
}
