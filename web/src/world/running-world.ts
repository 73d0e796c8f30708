import type { Bench } from '../../../src/scenario/simulate.ts';
import type { ConsoleLine } from './console-line.ts';
import type { Verdict } from './protocol.ts';

/** A world at work, closed or live, as the page drives it. */
export interface RunningWorld {
  /** Undefined until the world is built. */
  readonly bench: Bench | undefined;
  /** Fulfilled when it is over; without a verdict where it was stopped, or has none. */
  run(): Promise<Verdict | undefined>;
  pause(): void;
  continue(): void;
  step(): void;
  stop(): void;
  /** Somebody types at a device's console. */
  type(device: string, bytes: Uint8Array): void;
  /** A device's serial line, where there is a prompt at its other end. */
  line(device: string): ConsoleLine | undefined;
}
