/** For test runners: a run that came out differently is an error that shows where. */
import { renderResult } from '../report/list.ts';
import { renderMoment } from '../report/moment.ts';
import type { RunResult } from './run.ts';

/** As wide as a terminal usually is. */
const WIDTH = 100;

/** What was expected and what came. `expected` and `actual` are what test runners show side by side. */
export class ScenarioFailed extends Error {
  override readonly name = 'ScenarioFailed';
  readonly expected: string;
  readonly actual: string;

  constructor(message: string, result: RunResult) {
    super(message);
    this.expected = result.failures.map(({ what, expected }) => `${what}: ${expected}`).join('\n');
    this.actual = result.failures.map(({ what, observed }) => `${what}: ${observed}`).join('\n');
  }
}

/** Throws ScenarioFailed, which lists every failure with its place in the ladder, unless everything came out as expected. */
export function assertPassed(result: RunResult): void {
  if (result.failures.length === 0) return;
  throw new ScenarioFailed(renderFailures(result), result);
}

/** The failures as text, each with its place in the ladder; empty when there are none. */
export function renderFailures({ events, failures, name }: RunResult): string {
  if (failures.length === 0) return '';
  const options = { color: false, width: WIDTH };
  const listed = failures.map((failure) => ({
    ...failure,
    excerpt: failure.moment === undefined ? [] : renderMoment(events, failure.moment, options),
  }));
  return renderResult({ name, passed: false, failures: listed }, options);
}
