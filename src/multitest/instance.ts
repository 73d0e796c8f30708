/** One device of a test, as the computer on its serial line sees it. */
import type { Device } from '../../emulator/device/device.ts';
import type { SerialLine } from '../../emulator/device/serial-line.ts';
import type { Timer } from '../../emulator/world/event-queue.ts';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';

export interface ConsoleLine {
  readonly text: string;
  /** A traceback, which the raw REPL tells apart. */
  readonly error: boolean;
}

export class Instance {
  readonly device: Device;
  readonly serial: SerialLine;
  /** What belongs to the test's output. */
  readonly output: string[] = [];
  /** Fires when the device has been silent for too long. */
  silence: Timer | undefined;
  private readonly unread: ConsoleLine[] = [];
  private partial = '';
  private resume: string | undefined;
  private running = false;
  private ended = false;

  constructor(device: Device, serial: SerialLine) {
    this.device = device;
    this.serial = serial;
  }

  start(program: string): void {
    this.running = true;
    this.serial.run(program);
  }

  /** After the reset that the program is about to make, this runs instead of it. */
  resumeWith(program: string): void {
    this.resume = program;
  }

  /** The device has booted and waits for a program. */
  prompted(): void {
    if (this.resume === undefined) return;
    const program = this.resume;
    this.resume = undefined;
    this.start(program);
  }

  /** Takes in what the trace tells of this device. Only its program's words count, not those of boot.py. */
  hear(event: TraceEvent): void {
    switch (event.type) {
      case 'device.boot':
        this.running = false;
        this.partial = '';
        return;
      case 'device.output':
        if (this.running) this.print(event.text);
        return;
      case 'device.exception':
        this.endLine();
        this.unread.push({ text: event.traceback.trimEnd(), error: true });
        return;
      case 'device.exit':
        this.endLine();
        this.ended = true;
        return;
    }
  }

  read(): ConsoleLine | undefined {
    return this.unread.shift();
  }

  /** The program has ended, and everything that it said is read. */
  get finished(): boolean {
    return this.ended && this.unread.length === 0;
  }

  private print(text: string): void {
    const lines = (this.partial + text).split('\n');
    this.partial = lines.pop()!;
    this.unread.push(...lines.map((line) => ({ text: line.trimEnd(), error: false })));
  }

  private endLine(): void {
    if (this.partial !== '') this.print('\n');
  }
}
