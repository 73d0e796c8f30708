/**
 * Calls that the worker answers itself. A closed world says with each answer until when nothing will happen in it
 * but for this device (`ResultMessage.quietUntil`): up to then a sleep only moves the clock, the radio's status
 * stays what it was, and of what a stream has received the next bytes are known. A program that waits for Wi-Fi makes
 * a hundred such calls, a handshake reads each record in two, and each would wake two threads.
 *
 * What the program did meanwhile travels with its next call to the world, which puts it into the trace as if it had
 * been asked, and takes what was read out of the stream: a run's trace is the same, byte for byte, with foresight
 * and without.
 */
import type { Nanoseconds } from '../../world/time.ts';
import type { ResultMessage } from '../protocol.ts';
import type { CallResult } from '../syscalls/call.ts';
import { LOOKS_AT_RADIO } from '../syscalls/kinds.ts';
import type { SystemCallName } from '../syscalls/table.ts';

/** So often in a row; then the world hears of it, whose watchdog counts wall time between calls. */
const MOST_UNHEARD = 500;

export interface Foreseen {
  readonly result: CallResult;
  readonly duration: Nanoseconds;
  /** It changes something in the world, which has to carry it out still. */
  readonly owed?: boolean;
}

/** What a stream has received, as far as it can be read in silence. */
interface Unread {
  readonly fd: number;
  bytes: Uint8Array;
}

const AT_ONCE: Foreseen = { result: { value: 0 }, duration: 0 };

export class Foresight {
  private quietUntil: Nanoseconds = 0;
  private readonly seen = new Map<SystemCallName, CallResult>();
  private unread: Unread | undefined;
  private unheard = 0;

  /** The world has answered a call. */
  learn(call: SystemCallName, args: readonly unknown[], answer: ResultMessage): void {
    const { quietUntil, value, data, look, unread } = answer;
    this.quietUntil = quietUntil ?? 0;
    this.unheard = 0;
    this.seen.clear();
    if (LOOKS_AT_RADIO.has(call)) this.seen.set(call, { value, data });
    if (look !== undefined) this.seen.set(look.call, look.result);
    this.unread = unread && { fd: args[0] as number, bytes: unread };
  }

  /** The device does something that others may react to: what the world said does not hold any more. */
  forget(): void {
    this.quietUntil = 0;
  }

  /** How a call made at `now` ends; undefined when only the world knows. */
  answer(call: SystemCallName, args: readonly unknown[], now: Nanoseconds): Foreseen | undefined {
    if (now >= this.quietUntil || this.unheard === MOST_UNHEARD) return undefined;
    if (call === 'time.yield') return AT_ONCE;
    const foreseen = this.foresee(call, args, now);
    if (foreseen !== undefined) this.unheard++;
    return foreseen;
  }

  private foresee(call: SystemCallName, args: readonly unknown[], now: Nanoseconds): Foreseen | undefined {
    if (call === 'time.sleep') return this.sleep(args[0] as Nanoseconds, now);
    if (call === 'socket.recv') return this.receive(args[0] as number, args[1] as number, args[3]);
    const result = this.seen.get(call);
    return result && { result, duration: 0 };
  }

  private sleep(asked: Nanoseconds, now: Nanoseconds): Foreseen | undefined {
    const duration = Math.max(0, Math.round(asked));
    return now + duration < this.quietUntil ? { result: { value: 0 }, duration } : undefined;
  }

  /** Only what is certain to be as long as was asked for: beyond the known bytes there may be more. */
  private receive(fd: number, limit: number, how: unknown): Foreseen | undefined {
    const { unread } = this;
    if (how !== 'read' || unread?.fd !== fd || limit > unread.bytes.length) return undefined;
    const data = unread.bytes.subarray(0, limit);
    unread.bytes = unread.bytes.subarray(limit);
    return { result: { value: limit, data }, duration: 0, owed: true };
  }
}
