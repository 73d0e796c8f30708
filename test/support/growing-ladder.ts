/** The ladder of a run as somebody sees it grow. */
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { LiveLadder } from '../../src/report/ladder/live.ts';
import type { Ladder, Moment, Row } from '../../src/report/ladder/model.ts';

/** The ladder after each batch of so many events; the last time when the run is over. */
export function grow(events: readonly TraceEvent[], batch: number, moment: Moment = 'running'): Ladder[] {
  const trace: TraceEvent[] = [];
  const live = new LiveLadder(trace);
  const seen: Ladder[] = [];
  for (let i = 0; i < events.length; i += batch) {
    trace.push(...events.slice(i, i + batch));
    seen.push(live.update(moment));
  }
  return [...seen, live.update('over')];
}

/** Rows by which what somebody reads would move, from one state to the next. */
export function moving(states: readonly Ladder[]): string[] {
  return states.flatMap(({ rows }, i) => (i === 0 ? [] : movingBetween(states[i - 1]!.rows, rows)));
}

/** Those that came above one that stood already, those that went there, and those that grew taller there. */
function movingBetween(before: readonly Row[], after: readonly Row[]): string[] {
  if (before === after) return [];
  const [old, now] = [new Set(before), new Set(after)];
  const lastKept = after.findLastIndex((row) => old.has(row));
  const come = after.slice(0, Math.max(0, lastKept)).filter((row) => !old.has(row));
  const stood = before.slice(0, before.findLastIndex((row) => now.has(row)) + 1);
  const gone = stood.filter((row) => !now.has(row));
  // One in the place of another, with more to say.
  const replaces = come.length === gone.length && come.every((row, i) => isInPlaceOf(row, gone[i]!));
  return replaces ? [] : [...come, ...gone].map((row) => JSON.stringify(row));
}

/** As tall, and between the same lanes; an end may be known by its address alone at first. */
function isInPlaceOf(row: Row, before: Row): boolean {
  if (lines(row) !== lines(before)) return false;
  if (row.kind !== 'arrow' || before.kind !== 'arrow') return row.kind === before.kind;
  const same = (now: string, then: string) => now === then || /^[\d.]+(:\d+)?$/.test(then);
  return same(row.from, before.from) && same(row.to, before.to);
}

function lines(row: Row): number {
  if (row.kind === 'note') return 1 + row.items.length;
  return row.kind === 'arrow' && row.phrases.some((phrase) => phrase !== '') ? 2 : 1;
}
