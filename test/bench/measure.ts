/**
 * Times pieces of work against each other in one run. They take turns, so that a busy machine slows all alike,
 * and the median of the turns is what is told: it does not see a pause of the collector or another process.
 */

const TURNS = 21;
const TURN_MS = 5;
const WARM_UP_MS = 60;

export type Work = () => unknown;

/** Microseconds of one call, by name. */
export function medians<Name extends string>(works: Readonly<Record<Name, Work>>): Record<Name, number> {
  const runs = (Object.entries(works) as [Name, Work][]).map(([name, work]) => ({
    name,
    work,
    calls: callsPerTurn(work),
    times: [] as number[],
  }));
  for (let turn = 0; turn < TURNS; turn++) {
    for (const { work, calls, times } of runs) times.push(timeOf(work, calls) / calls);
  }
  return Object.fromEntries(runs.map(({ name, times }) => [name, median(times)])) as Record<Name, number>;
}

/** Warms up, and finds how many calls fill a turn. */
function callsPerTurn(work: Work): number {
  const end = performance.now() + WARM_UP_MS;
  let calls = 0;
  do {
    work();
    calls++;
  } while (performance.now() < end);
  return Math.max(1, Math.round((calls * TURN_MS) / WARM_UP_MS));
}

function timeOf(work: Work, calls: number): number {
  const start = process.hrtime.bigint();
  for (let i = 0; i < calls; i++) work();
  return Number(process.hrtime.bigint() - start) / 1000;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

/** Lines of text, the first column to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const cell = (text: string, column: number): string =>
    column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!);
  return rows.map((row) => row.map(cell).join('  ')).join('\n');
}
