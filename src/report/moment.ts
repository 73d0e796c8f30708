/** The place in the ladder at which something was seen: the rows just before it, and the one that shows it. */
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { painter } from './canvas.ts';
import { buildLadder } from './ladder/build.ts';
import { drawHeader, drawRow, layOut, rowTime } from './ladder/draw.ts';
import type { Lane, Row } from './ladder/model.ts';
import { actorsOf } from './ladder/panels.ts';
import type { DrawOptions } from './ladder.ts';

/** Enough to recognise the place, little enough for a list of failures. */
const ROWS_BEFORE = 3;

/** Lines without an end; none when the moment is not in the trace or nobody drew anything there. */
export function renderMoment(
  events: readonly TraceEvent[],
  moment: TraceEvent,
  { color, width }: DrawOptions,
): string[] {
  const index = events.indexOf(moment);
  const ladder = buildLadder(events);
  const lanes = lanesAround(ladder.lanes, ladder.rows, moment.actor);
  const shown = ladder.rows.filter((row) =>
    actorsOf(row).every((actor) => lanes.some((lane) => lane.actor === actor)),
  );
  const last = shown.findLastIndex((row) => row.order <= index);
  if (index < 0 || last < 0) return [];
  const panel = layOut(lanes, width);
  const paint = painter(color);
  const rows = shown.slice(Math.max(0, last - ROWS_BEFORE), last + 1);
  return [...drawHeader(panel), ...rows.flatMap((row) => drawRow(panel, row, rowTime(row)))].map((line) =>
    line.render(paint).trimEnd(),
  );
}

/** Whose moment it is, and whom they last spoke with. */
function lanesAround(lanes: readonly Lane[], rows: readonly Row[], actor: string): Lane[] {
  const own = rows.filter((row) => row.kind === 'arrow').findLast((row) => actorsOf(row).includes(actor));
  const names = own === undefined ? [actor] : actorsOf(own);
  const chosen = lanes.filter((lane) => names.includes(lane.actor));
  return chosen.length > 0 ? chosen : lanes.slice(0, 2);
}
