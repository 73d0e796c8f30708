/** Puts a ladder on a page of a given width: where the columns stand, what goes on which line. */
import { Line, type Tone } from '../canvas.ts';
import { formatClock } from '../format.ts';
import { clean, displayWidth, padLeft, truncate } from '../text.ts';
import type { ArrowRow, Lane, NoteRow, Row, RuleRow, Stroke } from './model.ts';
import { arrowLabel, noteLines, type PieceLine } from './pieces.ts';

/** Columns of the time at the left margin. */
const MARGIN = 10;
const FIRST_LANE = MARGIN + 2;
/** Columns between two lanes below which no message could be read. */
const MIN_GAP = 26;
/** From this gap on, names and sizes stand in columns of their own. */
const TABLE_GAP = 56;
/** Of an arrow's line at least this much shows, so that its stroke can be told. */
const MIN_STROKE = 4;

interface StrokeStyle {
  readonly line: string;
  readonly leftTail: string;
  readonly rightTail: string;
}

/** Only characters of the oldest terminal fonts (code page 437), which are one column wide everywhere. */
const STROKES: Readonly<Record<Stroke, StrokeStyle>> = {
  thin: { line: '·', leftTail: '│', rightTail: '│' },
  plain: { line: '─', leftTail: '├', rightTail: '┤' },
  sealed: { line: '═', leftTail: '╞', rightTail: '╡' },
};

const LANE = '│';

/** One drawing: some of the lanes, each with its column. */
export interface Panel {
  readonly width: number;
  readonly lanes: readonly Lane[];
  readonly columns: ReadonlyMap<string, number>;
}

export function mostLanes(width: number): number {
  return Math.max(2, Math.floor((width - 2 - FIRST_LANE) / MIN_GAP) + 1);
}

export function layOut(lanes: readonly Lane[], width: number): Panel {
  const last = width - 2;
  const gap = (last - FIRST_LANE) / Math.max(1, lanes.length - 1);
  return {
    width,
    lanes,
    columns: new Map(lanes.map(({ actor }, i) => [actor, Math.round(FIRST_LANE + i * gap)])),
  };
}

export function drawHeader(panel: Panel): Line[] {
  const names = new Line(panel.width);
  const subtitles = new Line(panel.width);
  names.put(0, padLeft('seconds', MARGIN - 1), 'quiet');
  for (const lane of panel.lanes) {
    putTitle(panel, names, lane, lane.actor, lane.isDevice ? 'actor' : 'strong');
    putTitle(panel, subtitles, lane, lane.subtitle, 'quiet');
  }
  return [names, subtitles, laneLine(panel)];
}

/** Over its lane: the first name begins there, the last ends there, the others stand in the middle. */
function putTitle(panel: Panel, line: Line, lane: Lane, title: string, tone: Tone): void {
  const column = panel.columns.get(lane.actor)!;
  const share = Math.floor((panel.width - FIRST_LANE) / panel.lanes.length) - 1;
  const text = truncate(clean(title), share);
  const width = displayWidth(text);
  const isFirst = lane === panel.lanes[0];
  const isLast = lane === panel.lanes.at(-1);
  const start = isFirst ? column : isLast ? panel.width - width : column - Math.floor(width / 2);
  line.put(start, text, tone);
}

/** The lines of one row. `time` is empty where it would repeat the row before. */
export function drawRow(panel: Panel, row: Row, time: string): Line[] {
  const lines = drawBody(panel, row);
  lines[0]!.put(0, padLeft(time, MARGIN - 1), 'quiet');
  return lines;
}

export function rowTime(row: Row): string {
  return formatClock(row.t);
}

function drawBody(panel: Panel, row: Row): Line[] {
  switch (row.kind) {
    case 'arrow':
      return drawArrow(panel, row);
    case 'rule':
      return drawRule(panel, row);
    case 'note':
      return drawNote(panel, row);
  }
}

function laneLine(panel: Panel): Line {
  const line = new Line(panel.width);
  for (const column of panel.columns.values()) line.put(column, LANE, 'quiet');
  return line;
}

function drawArrow(panel: Panel, row: ArrowRow): Line[] {
  const from = panel.columns.get(row.from)!;
  const to = panel.columns.get(row.to)!;
  const left = Math.min(from, to);
  const right = Math.max(from, to);
  const { line: stroke, leftTail, rightTail } = STROKES[row.stroke];
  const lineTone = row.tone === 'plain' ? 'quiet' : row.tone;

  const [label, ...more] = arrowLabel(row, right - left - 5 - MIN_STROKE, right - left >= TABLE_GAP);
  const line = laneLine(panel);
  line.fill(left + 1, right, stroke, lineTone);
  if (from < to) {
    line.put(left, leftTail, lineTone);
    line.put(right - 1, '►', lineTone);
  } else {
    line.put(left + 1, '◄', lineTone);
    line.put(right, rightTail, lineTone);
  }
  line.put(putPieces(line, line.put(left + 3, ' '), label!), ' ');
  return [line, ...more.map((pieces) => continuation(panel, left + 4, pieces))];
}

function continuation(panel: Panel, column: number, pieces: PieceLine): Line {
  const line = laneLine(panel);
  putPieces(line, column, pieces);
  return line;
}

function putPieces(line: Line, column: number, pieces: PieceLine): number {
  let at = column;
  for (const { text, tone } of pieces) at = line.put(at, text, tone);
  return at;
}

function drawRule(panel: Panel, row: RuleRow): Line[] {
  const [a, b] = row.between.map((actor) => panel.columns.get(actor)!) as [number, number];
  const left = Math.min(a, b);
  const right = Math.max(a, b);
  const line = laneLine(panel);
  line.fill(left + 1, right, '▒', 'sealed');
  const text = truncate(clean(row.text), right - left - 9);
  line.put(left + 4, ` ${text} `, 'sealed');
  return [line];
}

/** Room for a note: from beside its lane to the next one, or back to the one before for the last lane. */
function noteSpace(panel: Panel, actor: string): { start: number; end: number; atRight: boolean } {
  const columns = [...panel.columns.values()];
  const column = panel.columns.get(actor)!;
  const next = columns.find((other) => other > column);
  if (next !== undefined) return { start: column + 2, end: next - 1, atRight: false };
  const before = columns.findLast((other) => other < column);
  if (before === undefined) return { start: column + 2, end: panel.width, atRight: false };
  return { start: before + 2, end: column - 2, atRight: true };
}

function lineWidth(pieces: PieceLine): number {
  return displayWidth(pieces.map(({ text }) => text).join(''));
}

function drawNote(panel: Panel, row: NoteRow): Line[] {
  const { start, end, atRight } = noteSpace(panel, row.actor);
  // At the right edge a note stands left of its lane, so it has to say whose it is.
  const text = atRight ? `${row.actor}: ${row.text}` : row.text;
  const body = noteLines(row, text, end - start);
  const first = atRight ? Math.max(start, end - Math.max(...body.map(lineWidth))) : start;
  const lines = body.map((pieces) => continuation(panel, first, pieces));
  const tail = atRight ? '┤' : '├';
  lines[0]!.put(panel.columns.get(row.actor)!, tail, row.tone === 'plain' ? 'quiet' : row.tone);
  return lines;
}
