import type { Bench } from '../../../src/scenario/simulate.ts';
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
}
