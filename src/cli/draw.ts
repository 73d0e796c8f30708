import type { DrawOptions } from '../report/ladder.ts';

/** Wider lines are hard to read, and a report should look the same in every log. */
const WIDTH = 100;

/** How to draw on this standard output: as wide as the terminal, in colour where colour is wanted. */
export function drawOptions(): DrawOptions {
  return { color: hasColour(), width: Math.min(process.stdout.columns ?? WIDTH, WIDTH) };
}

/** Colours on a terminal that has them (NO_COLOR and TERM are looked at by Node), or where FORCE_COLOR asks. */
function hasColour(): boolean {
  const forced = process.env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return process.stdout.isTTY === true && process.stdout.hasColors();
}
