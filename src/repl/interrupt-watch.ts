/** What Ctrl-C cannot reach is ended, as a board that hangs is by its watchdog. */
import type { Device } from '../../emulator/device/device.ts';

/** Milliseconds that a program has to see Ctrl-C before the board's watchdog is taken to bite. */
const INTERRUPT_PATIENCE = 2_000;

export class InterruptWatch {
  private readonly device: Device;
  private readonly enter: (action: () => void) => void;
  private timer: NodeJS.Timeout | undefined;

  /** `enter`: how something from outside comes into the device's world. */
  constructor(device: Device, enter: (action: () => void) => void) {
    this.device = device;
    this.enter = enter;
  }

  /** Ctrl-C was typed. */
  begin(): void {
    this.end();
    this.timer = setTimeout(
      () => this.enter(() => this.device.hasPendingInterrupt && this.device.resetByWatchdog()),
      INTERRUPT_PATIENCE,
    );
  }

  /** Nobody is there any more. */
  end(): void {
    clearTimeout(this.timer);
  }
}
