/** The parity report on a terminal: what is equal in one line, what differs with both sides under one another. */
import { type Paint, painter, type Tone } from '../../report/canvas.ts';
import type { DrawOptions } from '../../report/ladder.ts';
import { clean, cleanLines, displayWidth, pad, truncate, wrap } from '../../report/text.ts';
import {
  EXPECTATION_MARKS,
  EXPECTED_ON_BOARD,
  type ExpectationLine,
  expectationsInWords,
  hasParity,
  MARKS,
  networkInWords,
  type ParityLine,
  type ParityReport,
  totalsInWords,
  totalsOf,
} from './report.ts';
import type { SummaryRow } from './row.ts';

/** Where the values stand. */
const WHAT_WIDTH = 38;
const INDENT = '      ';

/** Lines that one side of a difference may take: --json and --html have all of it, and the note the first difference. */
const MOST_LINES = 4;

export function renderParity(report: ParityReport, { color, width }: DrawOptions): string {
  const paint = painter(color);
  const sections = [...new Set(report.lines.map(({ section }) => section))];
  return [
    `${paint(report.name, 'strong')}  ${clean(report.title)}`,
    ...field('board', report.boardIs, width),
    ...field('device', report.device, width),
    ...field('network', networkInWords(report.network), width),
    ...field('emulator', `board profile ${report.profile}`, width),
    ...report.remarks.flatMap((remark) => field('note', remark, width).map((line) => paint(line, 'warning'))),
    ...sections.flatMap((section) => [
      '',
      paint(clean(section), 'strong'),
      ...report.lines.filter((line) => line.section === section).flatMap((line) => rows(line, paint, width)),
    ]),
    ...expectationRows(report.expectations, paint, width),
    '',
    verdictLine(report, paint),
    '',
  ].join('\n');
}

function expectationRows(lines: readonly ExpectationLine[], paint: Paint, width: number): string[] {
  if (lines.length === 0) return [];
  const head = `${paint(EXPECTED_ON_BOARD, 'strong')}: ${expectationsInWords(lines)}`;
  return ['', head, ...lines.flatMap((line) => expectationRow(line, paint, width))];
}

function expectationRow(line: ExpectationLine, paint: Paint, width: number): string[] {
  const { mark, tone } = EXPECTATION_MARKS[line.verdict];
  const notes = line.note === undefined ? [] : wrap(clean(line.note), width - INDENT.length);
  const quiet = notes.map((each) => paint(`${INDENT}${each}`, 'quiet'));
  if (line.verdict === 'not met')
    return [
      `  ${paint(`${mark} ${clean(line.what)}`, tone)}`,
      ...value('expected', line.expected, width),
      ...value('observed', line.observed ?? '', width),
      ...quiet,
    ];
  return [...metRows(`  ${paint(mark, tone)} `, clean(line.what), clean(line.expected), width), ...quiet];
}

/** In one line; where that is too short, the expected below its name. */
function metRows(head: string, what: string, expected: string, width: number): string[] {
  const name = pad(what, WHAT_WIDTH);
  if (displayWidth(what) < WHAT_WIDTH)
    return [`${head}${name} ${truncate(expected, width - WHAT_WIDTH - 5)}`];
  const line = `${what}  ${expected}`;
  if (displayWidth(line) <= width - 4) return [head + line];
  return [head + truncate(what, width - 4), INDENT + truncate(expected, width - INDENT.length)];
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
  const all = cleanLines(text).flatMap((line) => wrap(line, width - head.length));
  const lines = all.length > MOST_LINES ? [...all.slice(0, MOST_LINES - 1), '…'] : all;
  return lines.map((line, i) => (i === 0 ? head : ' '.repeat(head.length)) + line);
}

/** The line of one of many, so that it can be printed when it is known; `nameWidth`: of the longest name. */
export function renderRow(row: SummaryRow, nameWidth: number, { color, width }: DrawOptions): string {
  const paint = painter(color);
  const { name, report, skipped, failed } = row;
  const text = (mark: string, tone: Tone, words: string) => {
    const head = `${paint(mark, tone)} ${pad(name, nameWidth)}  `;
    return wrap(clean(words), Math.max(20, width - nameWidth - 4))
      .map((each, i) => `${i === 0 ? head : ' '.repeat(nameWidth + 4)}${each}\n`)
      .join('');
  };
  if (failed !== undefined) return text('✗', 'bad', failed);
  if (report === undefined) return text('-', 'quiet', `not run: ${skipped}`);
  const totals = totalsInWords(totalsOf(report));
  const differing = differencesIn(report.lines);
  const unmet = report.expectations.filter(({ verdict }) => verdict === 'not met').length;
  const missed =
    unmet === 0 ? '' : `; the board does not meet ${unmet} of ${report.expectations.length} expectations`;
  if (hasParity(report)) return text('✓', 'good', totals + missed);
  return text('✗', 'bad', `${totals}${differing.length === 0 ? '' : `: ${differing.join(', ')}`}${missed}`);
}

/** Each kind once; the fields of hellos in one word. */
function differencesIn(lines: readonly ParityLine[]): string[] {
  const names = lines
    .filter(({ verdict }) => verdict === 'different')
    .map(({ what }) => what.replace(/^(ClientHello) .*/, '$1').replace(/^(output), line \d+$/, '$1'));
  const count = (name: string) => names.filter((each) => each === name).length;
  return [...new Set(names)].map((name) => (count(name) === 1 ? name : `${name} (${count(name)})`));
}

/** The last line: how many there were, and how they came out. */
export function renderTotals(rows: readonly SummaryRow[], { width }: DrawOptions): string {
  const run = rows.flatMap(({ report }) => (report === undefined ? [] : [report]));
  const broken = rows.filter(({ failed }) => failed !== undefined).length;
  const left = rows.filter(({ skipped }) => skipped !== undefined).length;
  const lines = run.flatMap((report) => report.lines);
  const unmet = run
    .flatMap(({ expectations }) => expectations)
    .filter(({ verdict }) => verdict === 'not met').length;
  const text = [
    `${run.filter(hasParity).length} of ${run.length} scenarios have parity`,
    ...(broken > 0 ? [`${broken} broke off`] : []),
    ...(left > 0 ? [`${left} cannot run on a board`] : []),
    `${totalsInWords(totalsOf({ lines }))} lines in all`,
    ...(unmet > 0 ? [`${unmet} expectations are not met on the board`] : []),
  ].join('; ');
  return ['', ...wrap(text, width), ''].join('\n');
}
