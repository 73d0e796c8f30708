/** One device's serial line: the person at the terminal has it, or, for a moment, the page's own raw REPL. */
import { CTRL_C } from '../../../emulator/device/console.ts';
import type { Device } from '../../../emulator/device/device.ts';
import { LentLine } from '../../../src/mirror/transport/lent.ts';
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
  /** Somebody has the line instead of the terminal. */
  private lent: LentLine | undefined;
  /** Typed while the line was taken. */
  private held: Uint8Array[] = [];

  constructor(options: ConsoleLineOptions) {
    this.options = options;
    this.device = options.device;
    this.interrupts = new InterruptWatch(options.device, options.enter);
    options.device.console.onOutput((bytes) =>
      this.lent === undefined ? options.onOutput(bytes) : this.lent.hear(bytes),
    );
  }

  get isTaken(): boolean {
    return this.lent !== undefined;
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

  /** For a program of the page's own; until it gives the line back, the terminal waits. */
  take(): LentLine {
    this.lent = new LentLine({
      name: this.device.name,
      write: async (bytes) => this.write(bytes),
      onReturn: () => this.release(),
    });
    return this.lent;
  }

  close(): void {
    this.interrupts.stop();
  }

  private write(bytes: Uint8Array): void {
    this.options.enter(() => this.device.console.write(bytes));
  }

  private release(): void {
    this.lent = undefined;
    const { held } = this;
    this.held = [];
    for (const bytes of held) this.type(bytes);
  }
}
