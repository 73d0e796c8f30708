import { formatClock } from '../report/format.ts';
import type { Failure } from '../scenario/expect.ts';

/** Lines that show a failed expectation: what was expected, what came, and when. */
export function failureLines({ what, expected, observed, moment }: Failure): string[] {
  return [
    what,
    `  expected  ${indented(expected)}`,
    `  observed  ${indented(observed.trimEnd())}`,
    ...(moment === undefined
      ? []
      : [`  at        ${formatClock(moment.t)} s, ${moment.actor} ${moment.type}`]),
  ];
}

/** Output of several lines stands in a column of its own. */
function indented(text: string): string {
  return text.split('\n').join(`\n${' '.repeat(12)}`);
}
