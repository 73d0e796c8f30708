/**
 * A terminal, or a pipe, at a board's serial console. The board edits its lines itself, so a terminal hands over
 * each key as it is typed; two keys are the tool's own, as in mpremote.
 */
import type { ReadStream } from 'node:tty';
import { CTRL_C } from '../../emulator/device/console.ts';
import type { Device } from '../../emulator/device/device.ts';
import type { Nanoseconds } from '../../emulator/world/time.ts';
import { InterruptWatch } from './interrupt-watch.ts';

/** Ctrl-] and Ctrl-X. */
const EXIT_KEYS: ReadonlySet<number> = new Set([0x1d, 0x18]);
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Milliseconds between two looks whether a board has done all that a pipe told it. */
const DRAIN_INTERVAL = 5;

export interface TerminalOptions {
  readonly device: Device;
  /** How something from outside comes into the world. */
  readonly enter: (action: () => void) => void;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** How long a program that a pipe waits for may make no call. */
  readonly patience: Nanoseconds;
}

/** How a session ended: as somebody wished, or because the program makes no more calls. */
export type SessionEnd = 'done' | 'hung';

export class Terminal {
  private readonly options: TerminalOptions;
  private readonly isTerminal: boolean;
  private readonly interrupts: InterruptWatch;
  private finish: ((end: SessionEnd) => void) | undefined;

  constructor(options: TerminalOptions) {
    this.options = options;
    this.isTerminal = options.stdin.isTTY === true;
    this.interrupts = new InterruptWatch(options.device, options.enter);
  }

  /** Fulfilled when an exit key was pressed, or a pipe has ended and the board has done what it said. */
  async run(): Promise<SessionEnd> {
    const { device, enter, stdin, stdout } = this.options;
    device.console.onOutput((bytes) => stdout.write(bytes));
    const ended = await new Promise<SessionEnd>((resolve) => {
      this.finish = resolve;
      const leave = () => resolve('done');
      this.setRaw(true);
      stdin.on('data', (bytes: Buffer) => enter(() => this.receive(bytes)));
      stdin.on('end', () => this.drain());
      stdin.on('error', leave);
      // A terminal that is gone, or a kill: the process shall end in the ordinary way.
      for (const signal of ['SIGHUP', 'SIGTERM'] as const) process.once(signal, leave);
      if (!this.isTerminal) process.once('SIGINT', leave);
    });
    this.interrupts.stop();
    this.setRaw(false);
    stdin.pause();
    return ended;
  }

  private setRaw(raw: boolean): void {
    if (!this.isTerminal) return;
    const terminal = this.options.stdin as ReadStream;
    terminal.setRawMode(raw);
    // An error that ends the process must not leave the shell without its echo.
    if (raw) process.once('exit', () => terminal.setRawMode(false));
  }

  private receive(bytes: Buffer): void {
    const { device } = this.options;
    if (!this.isTerminal) {
      device.console.write(bytes.map((byte) => (byte === NEWLINE ? RETURN : byte)));
      return;
    }
    const exit = bytes.findIndex((byte) => EXIT_KEYS.has(byte));
    device.console.write(exit < 0 ? bytes : bytes.subarray(0, exit));
    if (exit >= 0) this.finish?.('done');
    else if (bytes.includes(CTRL_C)) this.interrupts.start();
  }

  private drain(): void {
    const { device, enter, patience } = this.options;
    const look = () => {
      const hangs = device.silence >= patience;
      if (!hangs && !device.console.waitsForInput) return;
      clearInterval(timer);
      this.finish?.(hangs ? 'hung' : 'done');
    };
    const timer = setInterval(() => enter(look), DRAIN_INTERVAL);
  }
}
