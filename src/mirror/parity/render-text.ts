/** The parity report on a terminal: what is equal in one line, what differs with both sides under one another. */
import { type Paint, painter, type Tone } from '../../report/canvas.ts';
import type { DrawOptions } from '../../report/ladder.ts';
import { clean, cleanLines, displayWidth, pad, truncate, wrap } from '../../report/text.ts';
import {
  hasParity,
  type ParityLine,
  type ParityReport,
  totalsInWords,
  totalsOf,
  type Verdict,
} from './report.ts';

const MARKS: Readonly<Record<Verdict, { mark: string; tone: Tone }>> = {
  equal: { mark: '=', tone: 'good' },
  different: { mark: '≠', tone: 'bad' },
  'not comparable': { mark: '?', tone: 'quiet' },
};

/** Where the values stand. */
const WHAT_WIDTH = 38;
const INDENT = '      ';

export function renderParity(report: ParityReport, { color, width }: DrawOptions): string {
  const paint = painter(color);
  const sections = [...new Set(report.lines.map(({ section }) => section))];
  return [
    `${paint(report.name, 'strong')}  ${clean(report.title)}`,
    ...field('board', report.boardIs, width),
    ...field('device', report.device, width),
    ...field('emulator', `board profile ${report.profile}`, width),
    ...report.remarks.flatMap((remark) => field('note', remark, width).map((line) => paint(line, 'warning'))),
    ...sections.flatMap((section) => [
      '',
      paint(clean(section), 'strong'),
      ...report.lines.filter((line) => line.section === section).flatMap((line) => rows(line, paint, width)),
    ]),
    '',
    verdictLine(report, paint),
    '',
  ].join('\n');
}

export function verdictLine(report: ParityReport, paint: Paint): string {
  const totals = totalsInWords(totalsOf(report));
  return hasParity(report)
    ? `${paint('parity', 'good')}: ${totals}`
    : `${paint('no parity', 'bad')}: ${totals}`;
}

function field(label: string, text: string, width: number): string[] {
  const head = pad(label, 10);
  return wrap(clean(text), width - head.length).map(
    (line, i) => (i === 0 ? head : ' '.repeat(head.length)) + line,
  );
}

function rows(line: ParityLine, paint: Paint, width: number): string[] {
  const { mark, tone } = MARKS[line.verdict];
  const head = `  ${paint(mark, tone)} ${pad(clean(line.what), WHAT_WIDTH)}`;
  const room = width - WHAT_WIDTH - 5;
  if (line.verdict === 'different')
    return [
      `  ${paint(`${mark} ${clean(line.what)}`, tone)}`,
      ...value('emulator', line.emulated, width),
      ...value('board', line.board, width),
      ...(line.note === undefined ? [] : value('', line.note, width).map((each) => paint(each, 'warning'))),
    ];
  const isBoth = line.emulated === line.board;
  const text = clean(isBoth ? line.emulated : `${line.emulated} | ${line.board}`);
  const first = `${head} ${displayWidth(text) > room ? truncate(text, room) : text}`;
  if (line.note === undefined) return [first];
  return [
    first,
    ...wrap(clean(line.note), width - INDENT.length).map((each) => paint(`${INDENT}${each}`, 'quiet')),
  ];
}

function value(label: string, text: string, width: number): string[] {
  const head = `${INDENT}${pad(label, 10)}`;
  const lines = cleanLines(text).flatMap((line) => wrap(line, width - head.length));
  return lines.map((line, i) => (i === 0 ? head : ' '.repeat(head.length)) + line);
}

export interface SummaryRow {
  readonly name: string;
  readonly report?: ParityReport;
  /** Why it was not run. */
  readonly skipped?: string;
  /** Why it broke off. */
  readonly failed?: string;
}

/** One line a scenario, and the totals. */
export function renderSummary(rows: readonly SummaryRow[], { color, width }: DrawOptions): string {
  const paint = painter(color);
  const nameWidth = Math.max(8, ...rows.map(({ name }) => displayWidth(name)));
  const line = ({ name, report, skipped, failed }: SummaryRow): string[] => {
    const head = (mark: string, tone: Tone) => `${paint(mark, tone)} ${pad(name, nameWidth)}  `;
    const room = Math.max(20, width - nameWidth - 4);
    const text = (mark: string, tone: Tone, words: string) =>
      wrap(clean(words), room).map(
        (each, i) => (i === 0 ? head(mark, tone) : ' '.repeat(nameWidth + 4)) + each,
      );
    if (failed !== undefined) return text('✗', 'bad', failed);
    if (report === undefined) return text('-', 'quiet', `not run: ${skipped}`);
    const first = report.lines.filter(({ verdict }) => verdict === 'different').map(({ what }) => what);
    const totals = totalsInWords(totalsOf(report));
    return hasParity(report) ? text('✓', 'good', totals) : text('✗', 'bad', `${totals}: ${first.join(', ')}`);
  };
  const run = rows.filter(({ report }) => report !== undefined);
  const parity = run.filter(({ report }) => hasParity(report!)).length;
  const rest = [
    `${parity} of ${run.length} have parity`,
    ...(rows.some(({ failed }) => failed) ? [`${rows.filter(({ failed }) => failed).length} broke off`] : []),
    ...(rows.some(({ skipped }) => skipped)
      ? [`${rows.filter(({ skipped }) => skipped).length} not run`]
      : []),
  ];
  return [...rows.flatMap(line), '', rest.join(', '), ''].join('\n');
}
