/** The ladder as a picture that needs nothing beside itself: an SVG, light or dark as its reader is. */
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { formatBytes, formatClock } from '../format.ts';
import { html, Markup } from '../html/markup.ts';
import { buildLadder } from '../ladder/build.ts';
import type { ArrowRow, Ladder, Lane, NoteRow, Row, RuleRow } from '../ladder/model.ts';
import { clean, displayWidth, wrap } from '../text.ts';
import { SVG_STYLE } from './style.css.ts';

// In pixels. The font has one width, so that text can be measured without a browser.
const CHARACTER = 7.3;
const LINE = 16;
const MARGIN = 84;
const GAP = 430;
const HEAD = 64;
/** Between the text and what it stands beside. */
const PAD = 10;
const ARROW_HEAD = 7;

/** One row, drawn at the height where it begins. */
interface Drawn {
  readonly picture: Markup;
  readonly height: number;
}

/** `style`: false where the page has SVG_STYLE already, once for many pictures. */
export function renderSvg(events: readonly TraceEvent[], { style = true } = {}): string {
  const ladder = buildLadder(events);
  const columns = new Map(ladder.lanes.map(({ actor }, i) => [actor, MARGIN + i * GAP]));
  const drawing = new Drawing(ladder, columns);
  const rows: Markup[] = [];
  let y = HEAD;
  let time = '';
  for (const row of ladder.rows) {
    const { picture, height } = drawing.row(row);
    const clock = formatClock(row.t);
    rows.push(
      html`<g transform="translate(0 ${y})">${clock === time ? '' : timeText(clock)}${picture}</g>\n`,
    );
    time = clock;
    y += height;
  }
  const width = MARGIN + Math.max(1, ladder.lanes.length - 1) * GAP + (ladder.lanes.length === 1 ? 0 : 60);
  const height = y + LINE;
  const title = `What ${ladder.lanes.map(({ actor }) => actor).join(', ')} said to each other`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${clean(title)}</title>
${style ? html`<style>${new Markup(SVG_STYLE)}</style>\n` : ''}<rect class="paper" width="${width}" height="${height}"/>
${ladder.lanes.map((lane) => laneHead(lane, columns.get(lane.actor)!, lane === ladder.lanes.at(-1), height))}
${rows}</svg>
`.text;
}

class Drawing {
  private readonly columns: ReadonlyMap<string, number>;
  private readonly lanes: Ladder['lanes'];

  constructor({ lanes }: Ladder, columns: ReadonlyMap<string, number>) {
    this.lanes = lanes;
    this.columns = columns;
  }

  row(row: Row): Drawn {
    switch (row.kind) {
      case 'arrow':
        return this.arrow(row);
      case 'rule':
        return this.rule(row);
      case 'note':
        return this.note(row);
    }
  }

  /** What it says stands over its line. */
  private arrow({ from, to, name, size, phrases, stroke, tone }: ArrowRow): Drawn {
    const [start, end] = [this.columns.get(from)!, this.columns.get(to)!];
    const left = Math.min(start, end);
    const head = size === undefined ? name : `${name} ${formatBytes(size)}`;
    const said =
      phrases.length === 0 ? [] : wrap(clean(phrases.join(' · ')), fitting(Math.abs(end - start) - 2 * PAD));
    const y = (1 + said.length) * LINE + 4;
    const tip = end + (start < end ? -ARROW_HEAD : ARROW_HEAD);
    return {
      height: y + 10,
      picture: html`<text class="name ${tone}" x="${left + PAD}" y="${LINE - 4}">${clean(head)}</text>${lines(said, left + PAD, 1, 'quiet')}<path class="${stroke} ${tone}" d="M${start} ${y}H${tip}"/><path class="head ${stroke} ${tone}" d="M${end} ${y}L${tip} ${y - 4}V${y + 4}Z"/>`,
    };
  }

  private rule({ between, text }: RuleRow): Drawn {
    const [a, b] = between.map((actor) => this.columns.get(actor)!) as [number, number];
    const left = Math.min(a, b);
    return {
      height: LINE + 14,
      picture: html`<rect class="rule" x="${left}" y="3" width="${Math.abs(b - a)}" height="${LINE + 4}"/><text class="sealed" x="${left + PAD}" y="${LINE + 1}">${clean(text)}</text>`,
    };
  }

  /** Beside its lane; of the last lane at the left, where there is room. */
  private note({ actor, mark, text, tone, items }: NoteRow): Drawn {
    const x = this.columns.get(actor)!;
    const isLast = this.lanes.length > 1 && actor === this.lanes.at(-1)!.actor;
    const room = fitting(GAP - 2 * PAD);
    const own = wrap(clean(`${mark} ${isLast ? `${actor}: ` : ''}${text}`.trim()), room);
    const all = [
      ...own.map((line) => ({ line, tone })),
      ...items.flatMap((item) =>
        wrap(clean(`${item.mark} ${item.label}  ${item.text}`.trim()), room - 2).map((line) => ({
          line: `  ${line}`,
          tone: item.tone,
        })),
      ),
    ];
    const widest = Math.max(...all.map(({ line }) => displayWidth(line))) * CHARACTER;
    const start = isLast ? x - PAD - widest : x + PAD;
    return {
      height: all.length * LINE + 6,
      picture: html`<circle class="dot ${tone}" cx="${x}" cy="${LINE - 8}" r="3"/>${all.map(({ line, tone: lineTone }, i) => lines([line], start, i, lineTone))}`,
    };
  }
}

function lines(texts: readonly string[], x: number, from: number, tone: string): Markup[] {
  return texts.map(
    (text, i) => html`<text class="${tone}" x="${x}" y="${(from + i + 1) * LINE - 4}">${text}</text>`,
  );
}

function timeText(clock: string): Markup {
  return html`<text class="quiet end" x="${MARGIN - PAD}" y="${LINE - 4}">${clock}</text>`;
}

/** The first name begins at its lane, the last ends there, the others stand in the middle. */
function laneHead({ actor, subtitle, isDevice }: Lane, x: number, isLast: boolean, height: number): Markup {
  const anchor = x === MARGIN ? '' : isLast ? 'end' : 'middle';
  return html`<text class="name ${isDevice ? 'actor' : 'strong'} ${anchor}" x="${x}" y="20">${clean(actor)}</text><text class="quiet ${anchor}" x="${x}" y="36">${clean(subtitle)}</text><path class="lane" d="M${x} 44V${height}"/>
`;
}

/** How many characters so many pixels hold. */
function fitting(pixels: number): number {
  return Math.floor(pixels / CHARACTER);
}
