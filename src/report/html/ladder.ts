/** The ladder as a list that a narrow page can hold: who to whom, what, and what it says. */
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { formatBytes, formatClock } from '../format.ts';
import { buildLadder } from '../ladder/build.ts';
import type { ArrowRow, Ladder, NoteRow, Row } from '../ladder/model.ts';
import { renderSvg } from '../svg/ladder.ts';
import { messageBytes } from './bytes.ts';
import { html, Markup } from './markup.ts';

export function ladderHtml(events: readonly TraceEvent[]): Markup {
  const ladder = buildLadder(events);
  const places = new Map(ladder.lanes.map(({ actor }, place) => [actor, place]));
  return html`<p class="lanes">${laneNames(ladder)}</p>
<details class="diagram"><summary>as a diagram</summary><div>${new Markup(renderSvg(events, { style: false }))}</div></details>
<ol class="ladder">${ladder.rows.map((row) => rowItem(row, events, places))}</ol>`;
}

function laneNames({ lanes }: Ladder): Markup[] {
  return lanes.map(
    ({ actor, subtitle, isDevice }) =>
      html`<span class="${isDevice ? 'device' : 'host'}"><b>${actor}</b> <small>${subtitle}</small></span> `,
  );
}

function rowItem(row: Row, events: readonly TraceEvent[], places: ReadonlyMap<string, number>): Markup {
  const time = html`<time>${formatClock(row.t)}</time>`;
  switch (row.kind) {
    case 'arrow':
      return html`<li class="arrow ${row.stroke} ${row.tone} ${places.get(row.from)! < places.get(row.to)! ? 'out' : 'in'}">${time}${arrow(row, events)}</li>`;
    case 'rule':
      return html`<li class="rule">${time}<div>${row.text}</div></li>`;
    case 'note':
      return html`<li class="note ${row.tone}">${time}${note(row)}</li>`;
  }
}

function arrow(row: ArrowRow, events: readonly TraceEvent[]): Markup {
  const event = events[row.order];
  return html`<div><span class="way">${row.from} → ${row.to}</span>
<b>${row.name}</b>${row.size === undefined ? '' : html` <small>${formatBytes(row.size)}</small>`}
${row.phrases.length === 0 ? '' : html`<div class="phrases">${row.phrases.join(' · ')}</div>`}
${event?.type === 'tls.message' ? messageBytes(event) : ''}</div>`;
}

function note({ actor, mark, text, items }: NoteRow): Markup {
  const list = items.map(
    (item) => html`<li class="${item.tone}">${item.mark} <b>${item.label}</b> ${item.text}</li>`,
  );
  return html`<div><span class="way">${actor}</span> ${mark} ${text}
${list.length === 0 ? '' : html`<ul class="items">${list}</ul>`}</div>`;
}
