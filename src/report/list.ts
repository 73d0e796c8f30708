/** The list that `tls-sandbox test` prints: a line each, what was wrong below it, the totals at the end. */
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { type Paint, painter, type Tone } from './canvas.ts';
import { formatClock } from './format.ts';
import type { DrawOptions } from './ladder.ts';
import { clean, cleanLines, displayWidth, pad, padLeft, truncate, wrap } from './text.ts';

export interface ListedResult {
  readonly name: string;
  readonly passed: boolean;
  /** Why it was not run. */
  readonly skipped?: string | undefined;
  /** Wall time, milliseconds; undefined where it is of no interest. */
  readonly milliseconds?: number | undefined;
  readonly failures: readonly ListedFailure[];
}

export interface ListedFailure {
  /** What was looked at: "outcome", "alert sent by esp32", … */
  readonly what: string;
  readonly expected: string;
  readonly observed: string;
  /** The event that shows it. */
  readonly moment?: Pick<TraceEvent, 't' | 'actor' | 'type'> | undefined;
  /** The place in the ladder, drawn; see moment.ts. */
  readonly excerpt?: readonly string[];
}

const TIME_WIDTH = 7;
/** Where the times stand, unless a name is longer. */
const NAME_WIDTH = 44;

/** The line or lines of one result, so that it can be printed when it is known. */
export function renderResult(result: ListedResult, options: DrawOptions): string {
  const paint = painter(options.color);
  if (result.skipped !== undefined) return skippedLine(result.name, result.skipped, paint, options.width);
  const time = padLeft(result.milliseconds === undefined ? '' : wallTime(result.milliseconds), TIME_WIDTH);
  const room = options.width - displayWidth(time) - 4;
  const name = pad(truncate(clean(result.name), room), Math.min(room, NAME_WIDTH));
  const mark = result.passed ? paint('✓', 'good') : paint('✗', 'bad');
  const title = result.passed ? name : paint(name, 'bad');
  const head = `${mark} ${title}  ${paint(time, 'quiet')}`;
  const lines = [head, ...result.failures.flatMap((failure) => failureLines(failure, paint, options.width))];
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

/** The last line: how many there were, and how they came out. `milliseconds`: wall time of all. */
export function renderTotals(
  results: readonly ListedResult[],
  milliseconds: number,
  options: DrawOptions,
  total = results.length,
): string {
  const paint = painter(options.color);
  const failed = results.filter((result) => !result.passed).length;
  const skipped = results.filter((result) => result.skipped !== undefined).length;
  const time = wallTime(milliseconds);
  const parts = [paint(`${results.length - failed - skipped} passed`, 'good')];
  if (failed > 0) parts.push(paint(`${failed} failed`, 'bad'));
  if (skipped > 0) parts.push(paint(`${skipped} skipped`, 'quiet'));
  const left = total - results.length;
  if (left > 0) parts.push(paint(`${left} not run`, 'quiet'));
  return `\n${parts.join(', ')} ${paint(`(${total} in ${time})`, 'quiet')}\n`;
}

/** `- name   SKIP the reason`, which goes on below where it is long. */
function skippedLine(name: string, reason: string, paint: Paint, width: number): string {
  const head = `- ${pad(truncate(clean(name), width - 4), Math.min(width - 4, NAME_WIDTH))}  SKIP `;
  const lines = wrap(clean(reason), Math.max(20, width - displayWidth(head)));
  return lines
    .map((line, i) => `${paint((i === 0 ? head : ' '.repeat(displayWidth(head))) + line, 'quiet')}\n`)
    .join('');
}

function failureLines(failure: ListedFailure, paint: Paint, width: number): string[] {
  const { moment } = failure;
  return [
    `    ${truncate(clean(failure.what), width - 4)}`,
    ...labelled('expected', failure.expected, 'good', paint, width),
    ...labelled('observed', failure.observed, 'bad', paint, width),
    ...(moment === undefined ? [] : labelled('at', momentText(moment), 'quiet', paint, width)),
    ...(failure.excerpt ?? []),
  ];
}

function momentText({ t, actor, type }: NonNullable<ListedFailure['moment']>): string {
  return `${formatClock(t)} s, ${actor} ${type}`;
}

/** A value of several lines, a program's output for instance, keeps them. */
function labelled(label: string, value: string, tone: Tone, paint: Paint, width: number): string[] {
  const head = `      ${pad(label, 8)}  `;
  const lines = cleanLines(value.trimEnd()).flatMap((line) => wrap(line, width - head.length));
  return lines.map((line, i) => (i === 0 ? head : ' '.repeat(head.length)) + paint(line, tone));
}

function wallTime(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}
