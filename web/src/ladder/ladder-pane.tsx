/** What happened, in the order in which it happened: the rows of the ladder, a line each. */
import './ladder.css';
import { useComputed } from '@preact/signals';
import { SECOND } from '../../../emulator/world/time.ts';
import { buildLadder } from '../../../src/report/ladder/build.ts';
import type { Row } from '../../../src/report/ladder/model.ts';
import { eventCount, traceEvents, worldNumber } from '../state/run.ts';

export function LadderPane() {
  const rows = useComputed(() => {
    void worldNumber.value;
    return eventCount.value === 0 ? [] : buildLadder(traceEvents()).rows;
  });
  return (
    <ol class="ladder" aria-label="Messages">
      {rows.value.map((row) => (
        <li key={row.order} class={row.kind}>
          <time>{(row.t / SECOND).toFixed(4)}</time>
          <Line row={row} />
        </li>
      ))}
    </ol>
  );
}

function Line({ row }: { row: Row }) {
  switch (row.kind) {
    case 'arrow':
      return (
        <span class={row.stroke}>
          {row.from} → {row.to} <b>{row.name}</b>
          {row.size === undefined ? '' : ` ${row.size} B`} {row.phrases.join(' · ')}
        </span>
      );
    case 'rule':
      return <span class="faint">{row.text}</span>;
    case 'note':
      return (
        <span class={row.tone}>
          {row.actor}: {row.mark} {row.text}
        </span>
      );
  }
}
