/** What is known of a scenario after it was run: plain data, which crosses threads and is what `merge` reads back. */

import type { RunOutcome } from '../../emulator/device/scheduler.ts';
import type { Nanoseconds } from '../../emulator/world/time.ts';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';

export interface TestFailure {
  readonly what: string;
  readonly expected: string;
  readonly observed: string;
  /** Line of the scenario that wants it. */
  readonly line?: number;
  readonly moment?: Pick<TraceEvent, 't' | 'actor' | 'type'>;
  /** The place in the ladder, drawn. */
  readonly excerpt: readonly string[];
}

export interface TestResult {
  readonly name: string;
  readonly title: string;
  /** Path of scenario.yaml. */
  readonly file: string;
  readonly tags: readonly string[];
  readonly passed: boolean;
  /** Why it was not run; it then counts as neither passed nor failed. */
  readonly skipped?: string;
  readonly outcome: RunOutcome['outcome'];
  readonly exitCode: 0 | 1 | 42;
  /** Wall time of the last attempt. */
  readonly milliseconds: number;
  readonly virtualTime: Nanoseconds;
  /** 1, or more with --retries. */
  readonly attempts: number;
  readonly failures: readonly TestFailure[];
  /** What else is to be said of it, line by line. */
  readonly notes?: readonly string[];
  /** The run as a piece of the HTML report, when that was asked for. */
  readonly html?: string;
}
