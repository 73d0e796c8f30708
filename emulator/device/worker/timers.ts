/**
 * `machine.Timer`: when which is due. A callback is Python code, and the interpreter runs one thing at a time, so
 * timers are looked at when the program calls its firmware; a call that waits is cut where one becomes due.
 */
import { Errno } from '../../net/api.ts';
import type { Nanoseconds } from '../../world/time.ts';
import type { CallResult } from '../syscalls/call.ts';
import type { SystemCallName } from '../syscalls/table.ts';

interface Timer {
  due: Nanoseconds;
  /** Undefined: once. */
  readonly period: Nanoseconds | undefined;
}

export class Timers {
  private readonly timers = new Map<number, Timer>();

  /** Replaces the timer of that number. */
  start(id: number, due: Nanoseconds, period: Nanoseconds | undefined): void {
    this.timers.set(id, { due, period });
  }

  stop(id: number): void {
    this.timers.delete(id);
  }

  get next(): Nanoseconds | undefined {
    if (this.timers.size === 0) return undefined;
    return Math.min(...[...this.timers.values()].map(({ due }) => due));
  }

  /** The number of the timer that is due first, which then waits for its next time; undefined when none is due. */
  take(now: Nanoseconds): number | undefined {
    const { next } = this;
    if (next === undefined || next > now) return undefined;
    const [id, timer] = [...this.timers].find(([, { due }]) => due === next)!;
    if (timer.period === undefined) this.timers.delete(id);
    // Times that passed while the program made no call are one: the port's queue would lose them, too.
    else timer.due += timer.period * (Math.floor((now - timer.due) / timer.period) + 1);
    return id;
  }
}

interface Wait {
  /** Which argument is the time to wait. */
  readonly argument: number;
  /** The time has passed and nothing else has happened: the call can be made again for the rest. */
  isOver(result: CallResult): boolean;
}

const timedOut = ({ value }: CallResult) => value === -Errno.ETIMEDOUT;

/** The calls that can wait in pieces; the others have begun something that must not begin twice. */
export const WAITS: Partial<Readonly<Record<SystemCallName, Wait>>> = {
  'console.read': { argument: 1, isOver: ({ value }) => value === -Errno.EAGAIN },
  'time.sleep': { argument: 0, isOver: () => true },
  'socket.accept': { argument: 1, isOver: timedOut },
  'socket.recv': { argument: 2, isOver: timedOut },
  'socket.recvfrom': { argument: 2, isOver: timedOut },
  'socket.poll': { argument: 1, isOver: ({ value }) => value === 0 },
};
