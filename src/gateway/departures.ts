/**
 * When what a device has sent goes out into the real world: as soon as the device waits or looks at what has come.
 *
 * A program in a simulated device takes milliseconds for what takes a native one microseconds. Between an alert and
 * the reset that follows it a real peer's answer would fit, and the device would see what no board sees. So its
 * sending is put off until nothing follows at once.
 */
import type { Device } from '../../emulator/device/device.ts';

/** Milliseconds of wall time that a program may compute before what it has sent leaves all the same. */
const LONGEST_HOLD = 50;

export class Departures {
  private readonly enter: (action: () => void) => void;
  private device: Device | undefined;
  private readonly held = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `enter` brings what happens later into the world: `OpenWorld.enter`. */
  constructor(enter: (action: () => void) => void) {
    this.enter = enter;
  }

  /** Whose sending it is. */
  watch(device: Device): void {
    this.device = device;
    device.onPause = () => this.release();
  }

  /** Does it now, or when the device pauses; the same action is done once. */
  add(action: () => void): void {
    if (this.device?.computes !== true) {
      action();
      return;
    }
    this.held.add(action);
    this.timer ??= setTimeout(() => this.enter(() => this.release()), LONGEST_HOLD);
  }

  private release(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const actions = [...this.held];
    this.held.clear();
    for (const action of actions) action();
  }
}
