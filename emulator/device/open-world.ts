/**
 * The main loop of an open world: virtual time follows the wall clock, devices compute while the network goes
 * on, and what happens outside (a real socket, a person typing) enters as an event. It needs nothing but the
 * event loop of Node or a browser; a run of it is not repeatable.
 */
import { MILLISECOND, type Nanoseconds } from '../world/time.ts';
import type { World } from '../world/world.ts';
import type { Device } from './device.ts';

export interface OpenWorldOptions {
  readonly world: World;
  readonly devices: readonly Device[];
  /** Wall time since the world began. */
  readonly clock: () => Nanoseconds;
  /**
   * Asked again and again. While it is true nobody waits for what the world waits for: with no device at work, time goes
   * on to the next event at once. By default it never is.
   */
  readonly hurries?: () => boolean;
}

/** How far virtual time may run ahead: timers of the platform are no finer, and a link's latency is less. */
const AHEAD: Nanoseconds = MILLISECOND;

/** Milliseconds that a device's next request is waited for with everything else at rest; most come sooner. */
const PATIENCE = 0.5;

/** Keeps the process alive while a device computes; the longest interval there is, in milliseconds. */
const LONGEST_INTERVAL = 2 ** 31 - 1;

export class OpenWorld {
  private readonly options: OpenWorldOptions;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private turning = false;
  /** By how much virtual time is ahead of the wall clock, since there was a hurry. */
  private skipped: Nanoseconds = 0;
  private settle: { resolve: () => void; reject: (error: unknown) => void } | undefined;

  constructor(options: OpenWorldOptions) {
    this.options = options;
  }

  /** Fulfilled when every device has exited, and by `close()`; until that the world goes on. */
  async run(): Promise<void> {
    const alive = setInterval(() => {}, LONGEST_INTERVAL);
    try {
      await new Promise<void>((resolve, reject) => {
        this.settle = { resolve, reject };
        this.turn();
      });
    } finally {
      clearInterval(alive);
    }
  }

  close(): void {
    clearTimeout(this.timer);
    this.settle?.resolve();
    this.settle = undefined;
    for (const device of this.options.devices) device.close();
  }

  /** Something happens that comes from outside. The world is up to date when `action` runs. */
  enter(action: () => void): void {
    try {
      this.catchUp();
      action();
    } catch (error) {
      this.settle?.reject(error);
      return;
    }
    this.turn();
  }

  /** Does what is due, lets devices run that can, and sleeps until the next event. */
  private turn(): void {
    // What a device's request sets off may enter again; the loop below sees it.
    if (this.turning || this.settle === undefined) return;
    this.turning = true;
    try {
      do {
        this.catchUp();
        for (let device = this.nextDevice(); device !== undefined; device = this.nextDevice()) {
          this.resume(device);
          this.catchUp();
        }
      } while (this.skipsWait());
    } catch (error) {
      this.settle.reject(error);
      return;
    } finally {
      this.turning = false;
    }
    if (this.options.devices.every(({ state }) => state === 'exited')) this.settle.resolve();
    this.sleep();
  }

  private nextDevice(): Device | undefined {
    return this.options.devices.find(({ canRun }) => canRun);
  }

  private resume(device: Device): void {
    const request = device.resumeOpen(PATIENCE);
    void request?.then(() => this.enter(() => device.collect()));
  }

  private get now(): Nanoseconds {
    return this.options.clock() + this.skipped;
  }

  /** Lets happen what is due by the wall clock. */
  private catchUp(): void {
    const { world } = this.options;
    const isDue = () => (world.nextEventTime() ?? Infinity) <= this.now + AHEAD;
    while (isDue()) world.step();
    world.advanceTo(this.now);
  }

  /** In a hurry the next event is due now, unless a device may still do something before it. */
  private skipsWait(): boolean {
    const { world, devices, hurries } = this.options;
    const isHurry = hurries?.() ?? false;
    const next = world.nextEventTime();
    if (!isHurry || next === undefined) return false;
    if (devices.some(({ state }) => state === 'running')) return false;
    this.skipped += Math.max(0, next - this.now);
    return true;
  }

  private sleep(): void {
    clearTimeout(this.timer);
    const next = this.options.world.nextEventTime();
    if (next === undefined) return;
    const milliseconds = Math.max(0, (next - this.now - AHEAD) / MILLISECOND);
    this.timer = setTimeout(() => this.turn(), Math.min(Math.ceil(milliseconds), LONGEST_INTERVAL));
  }
}
