/** What came out differently from what was expected. */
import type { TraceEvent, TraceEventOf, TraceEventType } from '../../../emulator/world/trace-events.ts';

export interface Failure {
  /** What was looked at: "sensor: exit status". */
  readonly what: string;
  readonly expected: string;
  readonly observed: string;
  /** Where the scenario says so, as keys and indices; the nearest that is written counts. */
  readonly at: readonly PropertyKey[];
  /** The event that shows it; undefined when something did not happen at all. */
  readonly moment: TraceEvent | undefined;
}

/** Looks at the events of one type. */
export function all<T extends TraceEventType>(events: readonly TraceEvent[], type: T): TraceEventOf<T>[] {
  return events.filter((event): event is TraceEventOf<T> => event.type === type);
}

/** The last event of one type. */
export function last<T extends TraceEventType>(
  events: readonly TraceEvent[],
  type: T,
): TraceEventOf<T> | undefined {
  return events.findLast((event): event is TraceEventOf<T> => event.type === type);
}
