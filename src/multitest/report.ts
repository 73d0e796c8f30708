/** Results in the words of MicroPython's runner, so that what reads those reads these. */
import type { MultitestResult } from './run.ts';
import type { TestFile } from './test-file.ts';

export interface Tested {
  readonly test: TestFile;
  readonly result: MultitestResult;
}

/** What stands before the verdict, and is shown while the test runs. */
export function renderHeading({ path, instances }: TestFile, board: string): string {
  return `${path} on ${Array(instances).fill(board).join('|')}: `;
}

/** From the verdict on. `showOutput`: the output of a test that passed, too. */
export function renderVerdict({ test, result }: Tested, showOutput: boolean): string {
  const { verdict, output, metrics } = result;
  const lines: string[] = [];
  if (showOutput) lines.push(outputs(test, result));
  lines.push(`${verdict === 'fail' ? 'FAIL' : verdict}\n`);
  if (verdict === 'fail') {
    if (!showOutput) lines.push(outputs(test, result));
    if (test.expected !== undefined)
      lines.push(`### DIFF ###\n${differences(test.expected, output).join('\n')}\n`);
    lines.push(whyUnended(result));
  }
  lines.push(...metrics.map((metric) => `${test.path}: ${metric}\n`));
  return lines.join('');
}

export function renderSummary(tested: readonly Tested[]): string {
  const paths = (verdict: MultitestResult['verdict']) =>
    tested.filter(({ result }) => result.verdict === verdict).map(({ test }) => test.path);
  const [passed, skipped, failed] = [paths('pass'), paths('skip'), paths('fail')];
  const lines = [`${passed.length + failed.length} tests performed`, `${passed.length} tests passed`];
  if (skipped.length > 0) lines.push(`${skipped.length} tests skipped: ${skipped.join(' ')}`);
  if (failed.length > 0) lines.push(`${failed.length} tests failed: ${failed.join(' ')}`);
  return `${lines.join('\n')}\n`;
}

export function renderJson({ test, result }: Tested): string {
  const { verdict, output, metrics, outcome } = result;
  const expected = test.expected ?? null;
  return `${JSON.stringify({ name: test.path, verdict, outcome: outcome.outcome, output, expected, metrics })}\n`;
}

function outputs({ path, expected }: TestFile, { verdict, output }: MultitestResult): string {
  const test = `### TEST ###\n${output}`;
  if (verdict === 'skip') return test;
  return `${test}### TRUTH ###\n${expected ?? `there is no file ${path}.exp to compare with\n`}`;
}

function whyUnended({ outcome: { outcome, unfinished } }: MultitestResult): string {
  const names = unfinished.join(', ');
  switch (outcome) {
    case 'finished':
      return '';
    case 'time-limit':
      return `the limit of virtual time was reached; still running: ${names}\n`;
    case 'watchdog':
      return `${names} computes without end; it was stopped\n`;
    case 'deadlock':
      return `${names} waits, and nothing is left to happen\n`;
  }
}

/** The lines of both texts: ' ' in both, '-' expected only, '+' in the output only. */
function differences(expected: string, output: string): string[] {
  const [a, b] = [expected.split('\n'), output.split('\n')];
  const common = commonLengths(a, b);
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push(` ${a[i]}`);
      i++;
      j++;
    } else if (j === b.length || (i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      lines.push(`-${a[i++]}`);
    } else {
      lines.push(`+${b[j++]}`);
    }
  }
  return lines;
}

/** `[i][j]`: the length of the longest common subsequence of what follows line i of `a` and line j of `b`. */
function commonLengths(a: readonly string[], b: readonly string[]): number[][] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i]![j] =
        a[i] === b[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  return lengths;
}
