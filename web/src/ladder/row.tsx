/** One row of the ladder: an arrow between two lanes, a note beside one, or a line across. */
import { formatBytes, formatClock } from '../../../src/report/format.ts';
import type { ArrowRow, NoteRow, Row, RuleRow } from '../../../src/report/ladder/model.ts';
import { traceEvents } from '../state/run.ts';
import { askWhy } from '../state/why.ts';
import { askedLine, canBeAsked } from '../why/asked-about.ts';
import { type Lanes, placeOf, roleOf } from './lanes.tsx';

export interface RowMarks {
  /** Place in the tab order: one row at a time is in it. */
  readonly stop: boolean;
  readonly selected: boolean;
  /** What the run stands at. */
  readonly current: boolean;
}

export function RowView({ row, lanes, marks }: { row: Row; lanes: Lanes; marks: RowMarks }) {
  const event = traceEvents()[row.order];
  const asks = canBeAsked(event);
  return (
    <li class={asks ? 'asks' : ''}>
      <button
        type="button"
        class={`row ${row.kind} ${row.pending ? 'pending' : ''}`}
        data-order={row.order}
        tabIndex={marks.stop ? 0 : -1}
        aria-pressed={marks.selected}
        aria-current={marks.current ? 'step' : undefined}
      >
        <span class="time">{formatClock(row.t)}</span>
        <Content row={row} lanes={lanes} />
      </button>
      {asks && (
        <button
          type="button"
          class="ask-why"
          aria-label={`Why? ${askedLine(event)}`}
          onClick={() => askWhy({ about: 'run', at: row.order })}
        >
          Why?
        </button>
      )}
    </li>
  );
}

function Content({ row, lanes }: { row: Row; lanes: Lanes }) {
  switch (row.kind) {
    case 'arrow':
      return <Arrow row={row} lanes={lanes} />;
    case 'rule':
      return <Rule row={row} lanes={lanes} />;
    case 'note':
      return <Note row={row} lanes={lanes} />;
  }
}

const CHANNELS = { thin: '', plain: 'readable', sealed: 'encrypted' } as const;

function Arrow({ row, lanes }: { row: ArrowRow; lanes: Lanes }) {
  const { from, to, stroke, tone, name, size, phrases, pending } = row;
  const [start, end] = [placeOf(lanes, from), placeOf(lanes, to)];
  const way = start <= end ? 'right' : 'left';
  const channel = CHANNELS[stroke];
  return (
    <span
      class={`body ${stroke} tone-${tone} ${way}`}
      style={{ '--at': Math.min(start, end), '--to': Math.max(start, end) }}
    >
      <span class="way">
        <Actor name={from} lanes={lanes} /> <span aria-hidden="true">→</span>
        <span class="unseen"> to </span> <Actor name={to} lanes={lanes} />
      </span>
      <span class="name">
        {name}
        {size !== undefined && <small class="size"> {formatBytes(size)}</small>}
        {channel && <small class="channel"> {channel}</small>}
        {pending && <small class="faint"> on its way</small>}
      </span>
      {phrases.length > 0 && <span class="phrases">{phrases.filter(Boolean).join(' · ')}</span>}
      <span class="line" aria-hidden="true" />
    </span>
  );
}

function Actor({ name, lanes }: { name: string; lanes: Lanes }) {
  return <span class={roleOf(lanes, name)}>{name}</span>;
}

function Rule({ row, lanes }: { row: RuleRow; lanes: Lanes }) {
  const places = row.between.map((actor) => placeOf(lanes, actor));
  return (
    <span class="body" style={{ '--at': Math.min(...places), '--to': Math.max(...places) }}>
      <span class="rule-text">{row.text}</span>
    </span>
  );
}

function Note({ row, lanes }: { row: NoteRow; lanes: Lanes }) {
  const { actor, mark, text, longest, tone, items } = row;
  const place = placeOf(lanes, actor);
  const isLast = lanes.all.length > 1 && place === 1;
  const line = (said: string) => (
    <span>
      <span class={`way ${isLast ? 'always' : ''}`}>
        <Actor name={actor} lanes={lanes} />{' '}
      </span>
      <span class="mark">{mark}</span> {said}
    </span>
  );
  return (
    <span class={`body tone-${tone} ${isLast ? 'last' : ''}`} style={{ '--at': place }}>
      <i class={`dot ${roleOf(lanes, actor)}`} />
      <span class="note-text">
        {longest === undefined ? (
          line(text)
        ) : (
          <span class="growing">
            {line(text)}
            <span class="room" aria-hidden="true">
              {line(longest)}
            </span>
          </span>
        )}
        {items.map((item, i) => (
          <span key={i} class={`item tone-${item.tone}`}>
            <span class="mark">{item.mark}</span> {item.label && <b>{item.label}</b>} {item.text}
          </span>
        ))}
      </span>
    </span>
  );
}
