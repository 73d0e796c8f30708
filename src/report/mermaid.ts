/** The ladder as a Mermaid sequence diagram, for documentation that renders it (GitHub and GitLab do). */
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { buildLadder } from './ladder/build.ts';
import type { Row, Stroke } from './ladder/model.ts';
import { clean } from './text.ts';

const ARROWS: Readonly<Record<Stroke, string>> = { thin: '-->>', plain: '->>', sealed: '-)' };

export function renderMermaid(events: readonly TraceEvent[]): string {
  const { lanes, rows } = buildLadder(events);
  const ids = new Map(lanes.map(({ actor }, i) => [actor, `P${i}`]));
  const participants = lanes.map(({ actor }) => `    participant ${ids.get(actor)} as ${plain(actor)}`);
  const lines = rows.map((row) => `    ${line(row, (actor) => ids.get(actor)!)}`);
  return ['sequenceDiagram', ...participants, ...lines, ''].join('\n');
}

function line(row: Row, id: (actor: string) => string): string {
  switch (row.kind) {
    case 'arrow': {
      const said = row.phrases.length === 0 ? row.name : `${row.name} (${row.phrases.join(', ')})`;
      return `${id(row.from)}${ARROWS[row.stroke]}${id(row.to)}: ${plain(said)}`;
    }
    case 'rule':
      return `Note over ${row.between.map(id).join(',')}: ${plain(row.text)}`;
    case 'note':
      return `Note over ${id(row.actor)}: ${plain(`${row.mark} ${row.text}`.trim())}`;
  }
}

/** Characters that mean something to Mermaid are written as its entities. */
function plain(text: string): string {
  return clean(text).replace(/[#;<>]/g, (character) => `#${character.charCodeAt(0)};`);
}
