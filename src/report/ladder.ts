/**
 * The ladder diagram of a run: actors as columns, virtual time downwards, what passed between them as arrows.
 * Told for someone who sees a handshake for the first time, so it says what was checked and what was not.
 */
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { painter } from './canvas.ts';
import { buildLadder } from './ladder/build.ts';
import { drawHeader, drawRow, layOut, mostLanes, type Panel, rowTime } from './ladder/draw.ts';
import type { Ladder, Lane, Row } from './ladder/model.ts';

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
  const drawings = panelsOf(ladder.lanes, ladder, mostLanes(width)).map((lanes) => {
    const panel = layOut(lanes, width);
    return drawPanel(
      panel,
      ladder.rows.filter((row) => belongs(row, lanes)),
    )
      .map((line) => `${line.render(paint)}\n`)
      .join('');
  });
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

/** All lanes on one page when they fit; else a page for each device with its peers, so many at a time. */
function panelsOf(lanes: readonly Lane[], ladder: Ladder, most: number): Lane[][] {
  if (lanes.length <= most) return [[...lanes]];
  const devices = lanes.filter((lane) => lane.isDevice);
  const centres = devices.length > 0 ? devices : lanes.slice(0, 1);
  return centres.flatMap((centre) => {
    const peers = lanes.filter((lane) => lane !== centre && meets(ladder.rows, centre, lane));
    const pages: Lane[][] = [];
    for (let i = 0; i < Math.max(1, peers.length); i += most - 1) {
      pages.push([centre, ...peers.slice(i, i + most - 1)]);
    }
    return pages;
  });
}

function meets(rows: readonly Row[], a: Lane, b: Lane): boolean {
  return rows.some(
    (row) =>
      row.kind === 'arrow' &&
      ((row.from === a.actor && row.to === b.actor) || (row.from === b.actor && row.to === a.actor)),
  );
}

function belongs(row: Row, lanes: readonly Lane[]): boolean {
  const actors = row.kind === 'arrow' ? [row.from, row.to] : row.kind === 'rule' ? row.between : [row.actor];
  return actors.every((actor) => lanes.some((lane) => lane.actor === actor));
}
