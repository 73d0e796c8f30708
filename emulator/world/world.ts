import { EventQueue, type Timer } from './event-queue.ts';
import { Random } from './random.ts';
import { type Nanoseconds, SECOND, type UnixSeconds } from './time.ts';
import { Trace } from './trace.ts';

export interface WorldOptions {
  /** Names the run: same scenario and seed, same trace. */
  seed: number;
  /** What a correct clock shows when the world begins. */
  startTime: UnixSeconds;
}

/** A discrete-event world: a clock that jumps from event to event, and the trace of what happened. */
export class World {
  readonly trace: Trace;
  readonly random: Random;
  readonly startTime: UnixSeconds;
  private readonly queue = new EventQueue();
  private time: Nanoseconds = 0;

  constructor(options: WorldOptions) {
    this.startTime = options.startTime;
    this.random = new Random(options.seed);
    this.trace = new Trace(() => this.time);
  }

  /** Virtual time since the world began. */
  get now(): Nanoseconds {
    return this.time;
  }

  /** What a correct clock shows now, in whole seconds since 1970. */
  get unixTime(): UnixSeconds {
    return this.startTime + Math.floor(this.time / SECOND);
  }

  /** Runs `action` after `delay` (rounded to whole nanoseconds; never before now). */
  after(delay: Nanoseconds, action: () => void): Timer {
    return this.queue.add(this.time + Math.max(0, Math.round(delay)), action);
  }

  /** When the next event is due, or undefined when nothing is left to happen. */
  nextEventTime(): Nanoseconds | undefined {
    return this.queue.nextTime();
  }

  /** Moves the clock to the next event and runs it. False when nothing is left to happen. */
  step(): boolean {
    const event = this.queue.take();
    if (event === undefined) return false;
    this.time = event.at;
    event.action();
    return true;
  }

  /** Moves the clock on without an event. Used where real time drives the world; never moves it back. */
  advanceTo(time: Nanoseconds): void {
    this.time = Math.max(this.time, time);
  }
}
