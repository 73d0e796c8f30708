/** Rows as lines of toned text that fit a given number of columns. */
import type { Tone } from '../canvas.ts';
import { formatBytes } from '../format.ts';
import { clean, displayWidth, pad, padLeft, truncate, wrap } from '../text.ts';
import type { ArrowRow, NoteItem, NoteRow } from './model.ts';

export interface Piece {
  readonly text: string;
  readonly tone: Tone;
}

export type PieceLine = readonly Piece[];

const NAME_WIDTH = 21;
const SIZE_WIDTH = 8;
const SEPARATOR = ' · ';
/** A column of labels wider than this would leave too little for what is said about them. */
const MAX_LABEL_WIDTH = 20;

/**
 * What stands on an arrow: name, size and as many phrases as there is room for; the others are in the lines
 * that follow. `tabular`: names and sizes in columns of their own, so that arrows can be compared.
 */
export function arrowLabel(row: ArrowRow, room: number, tabular: boolean): PieceLine[] {
  const size = row.size === undefined ? '' : formatBytes(row.size);
  const name = truncate(clean(row.name), room - displayWidth(size) - 1);
  const inColumns = tabular && size !== '' && displayWidth(name) <= NAME_WIDTH;
  const phrases = row.phrases.map(clean).filter((phrase) => phrase !== '');
  const nameText = inColumns ? pad(name, NAME_WIDTH) : name;
  const sizeText = inColumns ? padLeft(size, SIZE_WIDTH) : size === '' ? '' : ` ${size}`;
  const used = displayWidth(nameText) + displayWidth(sizeText) + 2;
  const fitting = joinFitting(phrases, room - used);
  const indent = inColumns ? NAME_WIDTH + SIZE_WIDTH + 2 : 2;
  const first: Piece[] = [
    { text: nameText, tone: row.tone === 'plain' ? 'strong' : row.tone },
    { text: sizeText, tone: 'plain' },
  ];
  if (fitting.count > 0) {
    first.push({ text: `  ${fitting.text}`, tone: 'quiet' });
  }
  const below = joinLines(phrases.slice(fitting.count), room - indent);
  return [first, ...below.map((text): PieceLine => [{ text: ' '.repeat(indent) + text, tone: 'quiet' }])];
}

/** Phrases from the first on, as many as fit. */
function joinFitting(phrases: readonly string[], room: number): { text: string; count: number } {
  let text = '';
  let count = 0;
  for (const phrase of phrases) {
    const longer = count === 0 ? phrase : text + SEPARATOR + phrase;
    if (displayWidth(longer) > room) break;
    text = longer;
    count++;
  }
  return { text, count };
}

/** All phrases, on as many lines as they need. */
function joinLines(phrases: readonly string[], room: number): string[] {
  const lines: string[] = [];
  let rest = phrases;
  while (rest.length > 0) {
    const { text, count } = joinFitting(rest, room);
    if (count > 0) lines.push(text);
    else lines.push(...wrap(rest[0]!, room));
    rest = rest.slice(Math.max(1, count));
  }
  return lines;
}

/** A note's sentence and, indented below it, its items. */
export function noteLines(row: NoteRow, text: string, room: number): PieceLine[] {
  const labels = row.items
    .map((item) => displayWidth(item.label))
    .filter((width) => width <= MAX_LABEL_WIDTH);
  const labelWidth = Math.max(0, ...labels);
  return [
    ...marked(row.mark, clean(text), row.tone, row.tone, room),
    ...row.items.flatMap((item) =>
      itemLines(item, labelWidth, room - 2).map(
        (line): PieceLine => [{ text: '  ', tone: 'plain' }, ...line],
      ),
    ),
  ];
}

function itemLines(item: NoteItem, labelWidth: number, room: number): PieceLine[] {
  const text = clean(item.text);
  if (item.label === '') return marked(item.mark, text, item.tone, item.tone, room);
  const label = pad(item.label, labelWidth);
  // A pass is told by its mark; only what failed is coloured throughout.
  const tone = item.tone === 'bad' ? 'bad' : 'quiet';
  const indent = displayWidth(label) + 2;
  if (room - indent < MAX_LABEL_WIDTH)
    return marked(item.mark, `${item.label}: ${text}`, item.tone, tone, room);
  return wrap(text, room - indent - 2).map((line, i): PieceLine => {
    if (i > 0) return [{ text: ' '.repeat(indent + 2) + line, tone }];
    return [
      { text: `${item.mark} `, tone: item.tone },
      { text: `${label}  `, tone: item.tone === 'bad' ? 'bad' : 'plain' },
      { text: line, tone },
    ];
  });
}

/** A mark and a wrapped text that hangs beside it. */
function marked(mark: string, text: string, markTone: Tone, tone: Tone, room: number): PieceLine[] {
  const lead = mark === '' ? '' : `${mark} `;
  const indent = displayWidth(lead);
  return wrap(text, room - indent).map(
    (line, i): PieceLine => [
      { text: i === 0 ? lead : ' '.repeat(indent), tone: markTone },
      { text: line, tone },
    ],
  );
}
