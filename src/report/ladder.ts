/**
 * The ladder diagram of a run: actors as columns, virtual time downwards, what passed between them as arrows.
 * Told for someone who sees a handshake for the first time, so it says what was checked and what was not.
 */
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { painter } from './canvas.ts';
import { buildLadder } from './ladder/build.ts';
import { drawHeader, drawRow, layOut, mostLanes, type Panel, rowTime } from './ladder/draw.ts';
import type { Row } from './ladder/model.ts';
import { panelsOf } from './ladder/panels.ts';

export interface DrawOptions {
  /** ANSI colours; without them the text is the same. */
  readonly color: boolean;
  /** Columns; no line is longer. Fewer than MIN_WIDTH are not enough to draw in. */
  readonly width: number;
}

const MIN_WIDTH = 60;
/** What the strokes mean. */
const LEGEND = '··► TCP   ──► TLS, readable   ══► TLS, encrypted';

/** The diagram as lines, each ended by "\\n"; empty when nobody did anything. */
export function renderLadder(events: readonly TraceEvent[], options: DrawOptions): string {
  const width = Math.max(MIN_WIDTH, options.width);
  const paint = painter(options.color);
  const ladder = buildLadder(events);
  if (ladder.lanes.length === 0) return '';
  const drawings = panelsOf(ladder, mostLanes(width)).map(({ lanes, rows }) =>
    drawPanel(layOut(lanes, width), rows)
      .map((line) => `${line.render(paint)}\n`)
      .join(''),
  );
  // A lesson about keys has arrows that are neither.
  if (!events.some((event) => 'connection' in event)) return drawings.join('\n');
  return `${drawings.join('\n')}${paint(LEGEND.padStart((width + LEGEND.length) >> 1), 'quiet')}\n`;
}

function drawPanel(panel: Panel, rows: readonly Row[]) {
  let shown = '';
  const body = rows.flatMap((row) => {
    const time = rowTime(row);
    const lines = drawRow(panel, row, time === shown ? '' : time);
    shown = time;
    return lines;
  });
  return [...drawHeader(panel), ...body];
}
