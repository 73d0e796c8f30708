import picocolors from 'picocolors';
import type { DrawOptions } from '../report/ladder.ts';

/** Wider lines are hard to read, and a report should look the same in every log. */
const WIDTH = 100;

/** How to draw on this standard output: as wide as the terminal, in colour where colour is wanted. */
export function drawOptions(): DrawOptions {
  return { color: picocolors.isColorSupported, width: Math.min(process.stdout.columns ?? WIDTH, WIDTH) };
}
