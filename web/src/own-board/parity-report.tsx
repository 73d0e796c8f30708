/** What came of a mirror: which board, what has to be known, where the two runs agree; and all of it as a file. */
import { useEffect, useRef } from 'preact/hooks';
import { hasParity, networkInWords } from '../../../src/mirror/parity/report.ts';
import type { TimedRow } from '../../../src/mirror/parity/row.ts';
import { download } from '../shell/download.ts';
import { ExpectationTable } from './expectation-table.tsx';
import { ParityTable } from './parity-table.tsx';

export function ParityReportView({ row }: { row: TimedRow }) {
  const place = useRef<HTMLElement>(null);
  // Somebody has waited for it.
  useEffect(() => place.current?.scrollIntoView({ block: 'start' }), [row]);
  const { name, report } = row;
  if (report === undefined) return null;
  const isGood = hasParity(report);
  return (
    <section ref={place} class="parity-report" aria-label={`${name} on the board`}>
      <div class="parity-head">
        <h2>
          {name}: <span class={isGood ? 'good' : 'bad'}>{isGood ? 'parity' : 'no parity'}</span>
        </h2>
        <button type="button" onClick={() => void save(row, 'json')}>
          Export JSON
        </button>
        <button type="button" onClick={() => void save(row, 'html')}>
          Export HTML
        </button>
      </div>
      <dl class="parity-facts">
        <dt>board</dt>
        <dd>{report.boardIs}</dd>
        <dt>device</dt>
        <dd>{report.device}</dd>
        <dt>network</dt>
        <dd>{networkInWords(report.network)}</dd>
        <dt>emulator</dt>
        <dd>board profile {report.profile}</dd>
        {report.remarks.map((remark) => (
          <>
            <dt>note</dt>
            <dd>{remark}</dd>
          </>
        ))}
      </dl>
      <ParityTable label="Where emulator and board agree" lines={report.lines} />
      <ExpectationTable lines={report.expectations} />
    </section>
  );
}

/** As `mirror --json` and `mirror --html` write them. */
async function save(row: TimedRow, format: 'json' | 'html'): Promise<void> {
  const name = `${row.name}-parity.${format}`;
  if (format === 'json') {
    const { parityJson } = await import('../../../src/mirror/parity/row.ts');
    download({ name, type: 'application/json', contents: `${JSON.stringify(parityJson(row))}\n` });
  } else {
    const { renderParityPage } = await import('../../../src/mirror/parity/render-html.ts');
    download({ name, type: 'text/html', contents: renderParityPage([row]) });
  }
}
