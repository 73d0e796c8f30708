/**
 * Calls that the worker answers itself. A closed world says with each answer until when nothing will happen in it
 * but for this device (`ResultMessage.quietUntil`): up to then a sleep only moves the clock, and the radio's status
 * stays what it was. A program that waits for Wi-Fi makes a hundred such calls, and each would wake two threads.
 *
 * What the program did meanwhile travels with its next call to the world, which puts it into the trace as if it had
 * been asked: a run's trace is the same, byte for byte, with foresight and without.
 */
import type { Nanoseconds } from '../../world/time.ts';
import type { ResultMessage } from '../protocol.ts';
import type { CallResult } from '../syscalls/call.ts';
import type { SystemCallName } from '../syscalls/table.ts';

/** Calls that only look, at what nothing but an event of the world changes, or another call of this device. */
const LOOKS: ReadonlySet<SystemCallName> = new Set(['wifi.status', 'ap.status']);

/** So often in a row; then the world hears of it, whose watchdog counts wall time between calls. */
const MOST_UNHEARD = 500;

export interface Foreseen {
  readonly result: CallResult;
  readonly duration: Nanoseconds;
}

const AT_ONCE: Foreseen = { result: { value: 0 }, duration: 0 };

export class Foresight {
  private quietUntil: Nanoseconds = 0;
  private readonly seen = new Map<SystemCallName, CallResult>();
  private unheard = 0;

  /** The world has answered a call. */
  learn(call: SystemCallName, { quietUntil, value, data }: ResultMessage): void {
    this.quietUntil = quietUntil ?? 0;
    this.unheard = 0;
    this.seen.clear();
    if (LOOKS.has(call)) this.seen.set(call, { value, data });
  }

  /** The device does something that others may react to: what the world said does not hold any more. */
  forget(): void {
    this.quietUntil = 0;
  }

  /** How a call made at `now` ends; undefined when only the world knows. */
  answer(call: SystemCallName, args: readonly unknown[], now: Nanoseconds): Foreseen | undefined {
    if (now >= this.quietUntil || this.unheard === MOST_UNHEARD) return undefined;
    if (call === 'time.yield') return AT_ONCE;
    const foreseen = call === 'time.sleep' ? this.sleep(args[0] as Nanoseconds, now) : this.look(call);
    if (foreseen !== undefined) this.unheard++;
    return foreseen;
  }

  private sleep(asked: Nanoseconds, now: Nanoseconds): Foreseen | undefined {
    const duration = Math.max(0, Math.round(asked));
    return now + duration < this.quietUntil ? { result: { value: 0 }, duration } : undefined;
  }

  private look(call: SystemCallName): Foreseen | undefined {
    const result = this.seen.get(call);
    return result && { result, duration: 0 };
  }
}
