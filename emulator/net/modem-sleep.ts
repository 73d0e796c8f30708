import type { Timer } from '../world/event-queue.ts';
import { MILLISECOND, type Nanoseconds } from '../world/time.ts';
import type { World } from '../world/world.ts';

/** esp_wifi_set_ps: with MIN_MODEM a station listens at every DTIM, with MAX_MODEM at its listen interval. */
export const PowerSave = { NONE: 0, MIN_MODEM: 1, MAX_MODEM: 2 } as const;

/** ESP-IDF stays awake so long after a frame (CONFIG_ESP_WIFI_SLP_DEFAULT_MIN_ACTIVE_TIME). */
const ACTIVE_TIME: Nanoseconds = 50 * MILLISECOND;
/** Listen interval that MicroPython leaves as it is, in beacons; with a DTIM in each it is so much longer. */
const LISTEN_INTERVAL = 3;

/**
 * A station's modem that sleeps between beacons. What comes meanwhile waits at the access point, until the station
 * listens or sends something itself.
 */
export class ModemSleep {
  private readonly world: World;
  private readonly latency: () => Nanoseconds;
  private readonly deliver: (frame: Uint8Array) => void;
  private mode: number = PowerSave.NONE;
  private awakeUntil: Nanoseconds = 0;
  private waiting: Uint8Array[] = [];
  private timer: Timer | undefined;

  /** `latency`: how long the first frame waits that finds the modem asleep, with a DTIM in each beacon. */
  constructor(world: World, latency: () => Nanoseconds, deliver: (frame: Uint8Array) => void) {
    this.world = world;
    this.latency = latency;
    this.deliver = deliver;
  }

  /** A modem that is to sleep no more says so, and gets what waits. */
  setMode(mode: number): void {
    this.mode = mode;
    if (mode === PowerSave.NONE) this.sending();
  }

  /** A frame for the station has come to it, or to where it waits. */
  receive(frame: Uint8Array): void {
    if (!this.isAsleep) {
      this.stayAwake();
      this.deliver(frame);
      return;
    }
    this.waiting.push(frame);
    if (this.waiting.length > 1) return;
    const factor = this.mode === PowerSave.MAX_MODEM ? LISTEN_INTERVAL : 1;
    this.timer = this.world.after(factor * this.latency(), () => this.wake());
  }

  /** The station sends: the access point learns that it is awake. */
  sending(): void {
    this.stayAwake();
    if (this.waiting.length === 0) return;
    this.timer?.cancel();
    this.timer = this.world.after(0, () => this.wake());
  }

  /** The station has left: what waits for it is lost. */
  reset(): void {
    this.timer?.cancel();
    this.waiting = [];
    this.awakeUntil = 0;
  }

  private get isAsleep(): boolean {
    if (this.waiting.length > 0) return true;
    return this.mode !== PowerSave.NONE && this.world.now > this.awakeUntil;
  }

  private stayAwake(): void {
    this.awakeUntil = this.world.now + ACTIVE_TIME;
  }

  private wake(): void {
    const frames = this.waiting;
    this.waiting = [];
    this.stayAwake();
    for (const frame of frames) this.deliver(frame);
  }
}
