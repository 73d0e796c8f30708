/** One device's serial line: the person at the terminal has it, or, for a moment, the page's own raw REPL. */
import { CTRL_C } from '../../../emulator/device/console.ts';
import type { Device } from '../../../emulator/device/device.ts';
import { InterruptWatch } from '../../../src/repl/interrupt-watch.ts';

export interface ConsoleLineOptions {
  readonly device: Device;
  /** How something from outside comes into the world. */
  readonly enter: (action: () => void) => void;
  /** Hears what the device prints, unless the line is taken. */
  readonly onOutput: (bytes: Uint8Array) => void;
}

export class ConsoleLine {
  readonly device: Device;
  private readonly options: ConsoleLineOptions;
  private readonly interrupts: InterruptWatch;
  /** Who has the line instead of the terminal. */
  private taker: ((bytes: Uint8Array) => void) | undefined;
  /** Typed while the line was taken. */
  private held: Uint8Array[] = [];

  constructor(options: ConsoleLineOptions) {
    this.options = options;
    this.device = options.device;
    this.interrupts = new InterruptWatch(options.device, options.enter);
    options.device.console.onOutput((bytes) => (this.taker ?? options.onOutput)(bytes));
  }

  get isTaken(): boolean {
    return this.taker !== undefined;
  }

  /** Somebody types at the terminal. */
  type(bytes: Uint8Array): void {
    if (this.isTaken) {
      this.held.push(bytes);
      return;
    }
    this.write(bytes);
    if (bytes.includes(CTRL_C)) this.interrupts.start();
  }

  write(bytes: Uint8Array): void {
    this.options.enter(() => this.device.console.write(bytes));
  }

  /** From now on `taker` hears what the device prints, and the terminal waits. */
  take(taker: (bytes: Uint8Array) => void): void {
    this.taker = taker;
  }

  release(): void {
    this.taker = undefined;
    const { held } = this;
    this.held = [];
    for (const bytes of held) this.type(bytes);
  }

  close(): void {
    this.interrupts.stop();
  }
}
