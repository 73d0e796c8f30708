/**
 * Times pieces of work against each other in one run. They take turns, so that a busy machine slows all alike,
 * and the median of the turns is what is told. Time is that of the processor, the collector's threads included:
 * what other processes do meanwhile does not count.
 */

const TURNS = 21;
const WARM_UP_MS = 60;

/** Does something so many times. */
export type Batch = (calls: number) => void | Promise<void>;

export function repeated(work: () => unknown): Batch {
  return (calls) => {
    for (let i = 0; i < calls; i++) work();
  };
}

/** Microseconds of one call: what the processor worked, and what a clock on the wall showed. */
export interface Times {
  readonly processor: number;
  readonly wall: number;
}

/** Medians, by name. `turnMs` is about how long one has its turn. */
export async function measure<Name extends string>(
  batches: Readonly<Record<Name, Batch>>,
  turnMs = 5,
): Promise<Record<Name, Times>> {
  const runs: { name: Name; batch: Batch; calls: number; times: Times[] }[] = [];
  for (const [name, batch] of Object.entries(batches) as [Name, Batch][]) {
    runs.push({ name, batch, calls: await callsPerTurn(batch, turnMs), times: [] });
  }
  for (let turn = 0; turn < TURNS; turn++) {
    for (const { batch, calls, times } of runs) times.push(await timeOf(batch, calls));
  }
  const middle = ({ calls, times }: (typeof runs)[number]): Times => ({
    processor: median(times.map(({ processor }) => processor)) / calls,
    wall: median(times.map(({ wall }) => wall)) / calls,
  });
  return Object.fromEntries(runs.map((run) => [run.name, middle(run)])) as Record<Name, Times>;
}

/** The same of the processor alone. */
export async function medians<Name extends string>(
  batches: Readonly<Record<Name, Batch>>,
  turnMs = 5,
): Promise<Record<Name, number>> {
  const times = Object.entries<Times>(await measure(batches, turnMs));
  return Object.fromEntries(times.map(([name, { processor }]) => [name, processor])) as Record<Name, number>;
}

/** Warms up, and finds how many calls fill a turn. */
async function callsPerTurn(batch: Batch, turnMs: number): Promise<number> {
  const end = performance.now() + Math.max(WARM_UP_MS, 5 * turnMs);
  let calls = 1;
  let time = await timeOf(batch, calls);
  while (performance.now() < end) {
    if (time.processor < 1000 * turnMs) calls *= 2;
    time = await timeOf(batch, calls);
  }
  return Math.max(1, Math.round((calls * 1000 * turnMs) / time.processor));
}

/** Of all the calls together. */
async function timeOf(batch: Batch, calls: number): Promise<Times> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await batch(calls);
  const { user, system } = process.cpuUsage(before);
  return { processor: Math.max(1, user + system), wall: 1000 * (performance.now() - start) };
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

/** Handshakes or connections a second, and how many times faster ours are. */
export function rates(their: string, times: Readonly<Record<'theirs' | 'node' | 'noble', Times>>): Row {
  const { theirs, node, noble } = times;
  return {
    [`${their} /s`]: 1e6 / theirs.processor,
    'node /s': 1e6 / node.processor,
    ratio: theirs.processor / node.processor,
    'by the clock': theirs.wall / node.wall,
    'noble /s': 1e6 / noble.processor,
    'ratio ': theirs.processor / noble.processor,
  };
}

export type Row = Readonly<Record<string, string | number>>;

/** A table with a heading; with `--json` an object a row, the heading in each. */
export function report(heading: string, rows: readonly Row[]): void {
  if (process.argv.includes('--json')) {
    for (const row of rows) console.log(JSON.stringify({ heading, ...row }));
    return;
  }
  const cells = rows.map((row) =>
    Object.values(row).map((cell) => (typeof cell === 'number' ? figure(cell) : cell)),
  );
  console.log(`\n${heading}\n${table([Object.keys(rows[0]!), ...cells])}`);
}

function figure(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(0);
}
