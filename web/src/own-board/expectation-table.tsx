/** What the scenario expects, held against the board's run: beside parity. */
import {
  EXPECTATION_MARKS,
  EXPECTED_ON_BOARD,
  type ExpectationLine,
  expectationsInWords,
} from '../../../src/mirror/parity/report.ts';
import { VerdictRow } from './verdict-row.tsx';

export function ExpectationTable({ lines }: { lines: readonly ExpectationLine[] }) {
  if (lines.length === 0) return null;
  return (
    <table class="parity" aria-label={EXPECTED_ON_BOARD}>
      <caption>
        <b>{EXPECTED_ON_BOARD}</b>: {expectationsInWords(lines)}
      </caption>
      <tbody>
        {lines.map(({ what, verdict, expected, observed, note }) => (
          <VerdictRow
            key={what}
            mark={EXPECTATION_MARKS[verdict]}
            verdict={verdict}
            what={what}
            values={
              observed === undefined
                ? expected
                : [
                    ['expected', expected],
                    ['observed', observed],
                  ]
            }
            note={note}
            stands={verdict === 'not met'}
          />
        ))}
      </tbody>
    </table>
  );
}
