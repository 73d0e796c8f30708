/** Two runs line by line, with a mark each: equal, different, not comparable. */
import './parity.css';
import { useSignal } from '@preact/signals';
import { MARKS, type ParityLine, totalsInWords, totalsOf } from '../../../src/mirror/parity/report.ts';
import { VerdictRow } from './verdict-row.tsx';

export interface ParityTableProps {
  /** For those who hear the page. */
  readonly label: string;
  readonly lines: readonly ParityLine[];
}

export function ParityTable({ label, lines }: ParityTableProps) {
  const onlyDifferences = useSignal(false);
  const shown = onlyDifferences.value ? lines.filter(({ verdict }) => verdict === 'different') : lines;
  const sections = [...new Set(shown.map(({ section }) => section))];
  return (
    <>
      <table class="parity" aria-label={label}>
        <caption>
          <div class="parity-totals">
            <span>{totalsInWords(totalsOf({ lines }))}</span>
            <label>
              <input
                type="checkbox"
                checked={onlyDifferences.value}
                onChange={({ currentTarget }) => {
                  onlyDifferences.value = currentTarget.checked;
                }}
              />{' '}
              only differences
            </label>
          </div>
        </caption>
        {sections.map((section) => (
          <tbody key={section}>
            <tr class="parity-section">
              <th colSpan={3} scope="rowgroup">
                {section}
              </th>
            </tr>
            {shown
              .filter((line) => line.section === section)
              .map((line) => (
                <Row key={line.what} line={line} />
              ))}
          </tbody>
        ))}
      </table>
      {shown.length === 0 && <p class="faint">No line differs.</p>}
    </>
  );
}

function Row({ line: { what, verdict, emulated, board, note } }: { line: ParityLine }) {
  const pair = [
    ['emulator', emulated],
    ['board', board],
  ] as const;
  return (
    <VerdictRow
      mark={MARKS[verdict]}
      verdict={verdict}
      what={what}
      values={emulated === board ? emulated : pair}
      note={note}
      stands={verdict === 'different'}
    />
  );
}
