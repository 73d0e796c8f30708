/** Two runs line by line, with a mark each: equal, different, not comparable. */
import './parity.css';
import { useSignal } from '@preact/signals';
import { MARKS, type ParityLine, totalsInWords, totalsOf } from '../../../src/mirror/parity/report.ts';

/** Characters of a value that stands there open. */
const LONGEST = 160;

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
  const { mark, tone } = MARKS[verdict];
  return (
    <tr class={verdict === 'different' ? 'parity-different' : undefined}>
      <td class={`parity-mark ${tone}`}>
        <span aria-hidden="true">{mark}</span>
        <span class="unseen">{verdict}</span>
      </td>
      <th scope="row">{what}</th>
      <td>
        {emulated === board ? (
          <Value text={emulated} />
        ) : (
          <dl>
            <dt>emulator</dt>
            <dd>
              <Value text={emulated} />
            </dd>
            <dt>board</dt>
            <dd>
              <Value text={board} />
            </dd>
          </dl>
        )}
        {note !== undefined && <small>{note}</small>}
      </td>
    </tr>
  );
}

/** A long list is folded: the note says where it differs. */
function Value({ text }: { text: string }) {
  if (text.length <= LONGEST) return <>{text}</>;
  return (
    <details>
      <summary>{text.slice(0, LONGEST)}…</summary>
      {text}
    </details>
  );
}
