/** A board's clock, set and set back. */
import { pythonString } from '../raw-repl/python-text.ts';
import type { RawRepl } from '../raw-repl/raw-repl.ts';
import type { Capabilities } from './capabilities.ts';

/** What `machine.RTC().datetime` takes: year, month, day, weekday (Monday is 0), hours, minutes, seconds, subseconds. */
export function datetimeOf(unixSeconds: number): string {
  const date = new Date(unixSeconds * 1000);
  const weekday = (date.getUTCDay() + 6) % 7;
  const parts = [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    weekday,
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
    0,
  ];
  return `(${parts.join(',')})`;
}

/** The clock as it would be by now if nobody had touched it. */
export class KeptClock {
  private readonly board: Capabilities;
  private readonly since = Date.now();

  /** Made when the board has just been probed. */
  constructor(board: Capabilities) {
    this.board = board;
  }

  /** Unix seconds; undefined for a board without a clock. */
  get now(): number | undefined {
    const { clock } = this.board;
    return clock === undefined ? undefined : clock + Math.round((Date.now() - this.since) / 1000);
  }

  async restore(repl: RawRepl): Promise<void> {
    const { now } = this;
    if (now === undefined || !this.board.canSetClock) return;
    await repl.ask(`import machine;machine.RTC().datetime(${datetimeOf(now)})`);
  }
}

/** A dictionary literal of strings, numbers, and what is Python already. */
export function pythonDictionary(
  entries: Readonly<Record<string, string | number | { python: string }>>,
): string {
  const parts = Object.entries(entries).map(
    ([key, value]) =>
      `${pythonString(key)}:${typeof value === 'string' ? pythonString(value) : typeof value === 'number' ? value : value.python}`,
  );
  return `{${parts.join(',')}}`;
}
