/** The score of a client: for a person, as JSON, and as JUnit's XML. */
import { type Paint, painter, type Tone } from '../report/canvas.ts';
import { plural } from '../report/format.ts';
import type { DrawOptions } from '../report/ladder.ts';
import { clean, pad, truncate, wrap } from '../report/text.ts';
import { renderJunit } from '../runner/junit.ts';
import type { TestResult } from '../runner/result.ts';
import { type Mark, type Scored, tally } from './judge.ts';

const SIGNS: Readonly<Record<Mark, string>> = { good: '✓', bad: '✗', note: '·' };
const TONES: Readonly<Record<Mark, Tone>> = { good: 'good', bad: 'bad', note: 'quiet' };

const CASE_WIDTH = 32;
const EXPECTED_WIDTH = 9;

export function scoreHeader({ color }: DrawOptions): string {
  return `${painter(color)(`  ${pad('case', CASE_WIDTH)}${pad('expected', EXPECTED_WIDTH)}observed`, 'quiet')}\n`;
}

/** One line, and below it what it means where the client did wrong. */
export function renderScored({ case: { id, expected }, judgement }: Scored, options: DrawOptions): string {
  const { mark, outcome, how, risk } = judgement;
  const paint = painter(options.color);
  const word = outcome === 'refused-late' ? 'refused late' : outcome.replace('-', ' ');
  const observed = mark === 'bad' ? word.toUpperCase() : word;
  const room = options.width - CASE_WIDTH - EXPECTED_WIDTH - 2;
  const line = `${SIGNS[mark]} ${pad(truncate(id, CASE_WIDTH - 1), CASE_WIDTH)}${pad(expected, EXPECTED_WIDTH)}`;
  const tail = truncate(`${observed}: ${clean(how)}`, room);
  const below = risk === '' ? [] : wrap(sentence(risk), options.width - 6).map((each) => `      ${each}`);
  return [
    paint(line + tail, mark === 'good' ? 'plain' : TONES[mark]),
    ...below.map((each) => paint(each, 'quiet')),
  ]
    .map((each) => `${each.trimEnd()}\n`)
    .join('');
}

function sentence(text: string): string {
  const begun = text[0]!.toUpperCase() + text.slice(1);
  return /[.?!]$/.test(begun) ? begun : `${begun}.`;
}

export function renderTally(results: readonly Scored[], options: DrawOptions): string {
  const paint = painter(options.color);
  const { toRefuse, refused, acceptsGood, checks } = tally(results);
  const lines = [
    ...(acceptsGood
      ? []
      : [paint('The good case was not accepted: the refusals say nothing about the client.', 'bad')]),
    ...listed(
      'checks',
      checks.filter((each) => each.refused === each.of),
      'good',
      paint,
      options.width,
    ),
    ...listed(
      'checks in part',
      checks.filter((each) => each.refused > 0 && each.refused < each.of),
      'warning',
      paint,
      options.width,
    ),
    ...listed(
      'does not check',
      checks.filter((each) => each.refused === 0),
      'bad',
      paint,
      options.width,
    ),
    paint(
      `refuses ${refused} of ${plural(toRefuse, 'case')} that it must refuse`,
      refused === toRefuse && acceptsGood ? 'good' : 'bad',
    ),
  ];
  return `\n${lines.map((line) => `${line}\n`).join('')}`;
}

const LABEL_WIDTH = 16;

function listed(
  label: string,
  checks: ReturnType<typeof tally>['checks'],
  tone: Tone,
  paint: Paint,
  width: number,
): string[] {
  if (checks.length === 0) return [];
  const text = checks.map(({ what, refused, of }) => `${what} (${refused} of ${of})`).join(', ');
  return wrap(text, width - LABEL_WIDTH).map(
    (line, i) => paint(pad(i === 0 ? label : '', LABEL_WIDTH), tone) + line,
  );
}

export function scoreData(results: readonly Scored[]) {
  const { passed, ...totals } = tally(results);
  return {
    passed,
    ...totals,
    cases: results.map(({ case: each, judgement, end, seen }) => ({
      case: each.id,
      title: each.title,
      scenario: each.scenario,
      defect: each.kind,
      expected: each.expected,
      ...judgement,
      client: end,
      connections: seen,
    })),
  };
}

/** For CI: a case each, as `test --reporter junit` writes them. */
export function scoreJunit(results: readonly Scored[], milliseconds: number): string {
  return renderJunit({ results: results.map(toTestResult), milliseconds });
}

function toTestResult({ case: each, judgement, end }: Scored): TestResult {
  const { mark, outcome, how, risk } = judgement;
  const passed = mark !== 'bad';
  return {
    name: each.id,
    title: each.title,
    file: each.file,
    tags: [each.kind],
    passed,
    outcome: 'finished',
    exitCode: passed ? 0 : 1,
    milliseconds: end.milliseconds,
    virtualTime: 0,
    attempts: 1,
    failures: passed
      ? []
      : [{ what: each.title, expected: each.expected, observed: `${outcome}: ${how}`, excerpt: [risk] }],
  };
}
