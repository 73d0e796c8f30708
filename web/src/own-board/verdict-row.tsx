/** A line of a report: its mark, what it is about, and what was seen of it, in one text or in two. */
import type { Mark } from '../../../src/mirror/parity/report.ts';

/** Characters of a value that stands there open. */
const LONGEST = 160;

export interface VerdictRowProps {
  readonly mark: Mark;
  /** The mark in a word. */
  readonly verdict: string;
  readonly what: string;
  /** A pair that says the same is shown once. */
  readonly values: string | readonly (readonly [label: string, text: string])[];
  readonly note: string | undefined;
  /** It wants to be seen. */
  readonly stands: boolean;
}

export function VerdictRow({ mark: { mark, tone }, verdict, what, values, note, stands }: VerdictRowProps) {
  return (
    <tr class={stands ? 'parity-different' : undefined}>
      <td class={`parity-mark ${tone}`}>
        <span aria-hidden="true">{mark}</span>
        <span class="unseen">{verdict}</span>
      </td>
      <th scope="row">{what}</th>
      <td>
        {typeof values === 'string' ? (
          <Value text={values} />
        ) : (
          <dl>
            {values.map(([label, text]) => (
              <>
                <dt>{label}</dt>
                <dd>
                  <Value text={text} />
                </dd>
              </>
            ))}
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
