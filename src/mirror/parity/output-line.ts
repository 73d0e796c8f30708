/** Two lines of output that tell of times: what a clock shows and how long something took are measured, not said. */
import type { ParityLine } from './report.ts';

type Line = Omit<ParityLine, 'section'>;

/** Seconds that two runs may be apart: joining Wi-Fi takes as long as it takes. */
const CLOCK_TOLERANCE = 60;

const CLOCK = /\d{1,2}:\d{2}(?::\d{2})?/g;
const DURATION = /\d+(?:\.\d+)?(?= ?(?:ms|s|us)\b)/g;

/** What stands for a time while the rest is compared. */
const PLACE = '\u0000';

export function compareLine(what: string, emulated: string | undefined, board: string | undefined): Line {
  const line = { what, emulated: emulated ?? 'none', board: board ?? 'none' };
  if (emulated === board) return { ...line, verdict: 'equal' };
  if (emulated === undefined || board === undefined) return { ...line, verdict: 'different' };
  if (emulated.replace(CLOCK, PLACE) === board.replace(CLOCK, PLACE)) {
    const apart = differences(emulated, board);
    const verdict = apart.every((seconds) => seconds <= CLOCK_TOLERANCE) ? 'equal' : 'different';
    return {
      ...line,
      verdict,
      note: `the clocks show times ${Math.max(...apart)} s apart; ${CLOCK_TOLERANCE} s are allowed`,
    };
  }
  if (emulated.replace(DURATION, PLACE) === board.replace(DURATION, PLACE))
    return { ...line, verdict: 'not comparable', note: 'the program tells how long something took' };
  return { ...line, verdict: 'different' };
}

function differences(emulated: string, board: string): number[] {
  const mine = [...emulated.matchAll(CLOCK)].map(([text]) => secondsOf(text));
  const its = [...board.matchAll(CLOCK)].map(([text]) => secondsOf(text));
  return mine.map((seconds, i) => Math.abs(seconds - its[i]!));
}

function secondsOf(clock: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return 3600 * hours + 60 * minutes + seconds;
}
