/** What Ctrl-C cannot reach is ended, as a board that hangs is by its watchdog. */
import type { Device } from '../../emulator/device/device.ts';

/** Milliseconds that a program has to see Ctrl-C before the board's watchdog is taken to bite. */
const INTERRUPT_PATIENCE = 2_000;

export class InterruptWatch {
  private readonly device: Device;
  private readonly enter: (action: () => void) => void;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `enter` is how something from outside comes into the world. */
  constructor(device: Device, enter: (action: () => void) => void) {
    this.device = device;
    this.enter = enter;
  }

  /** Ctrl-C has just been typed. */
  start(): void {
    this.stop();
    this.timer = setTimeout(
      () => this.enter(() => this.device.hasPendingInterrupt && this.device.resetByWatchdog()),
      INTERRUPT_PATIENCE,
    );
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
