/** Runs one scenario and keeps of it what reports need; the trace, which is large, stays behind. */
import { CannotPlay } from '../../emulator/hosts/tls-engine.ts';
import { renderMoment } from '../report/moment.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { type RunOptions, type RunResult, runScenario } from '../scenario/run.ts';
import type { TestFailure, TestResult } from './result.ts';
import { checkSnapshot } from './snapshot.ts';

export interface TestOptions {
  readonly run: Omit<RunOptions, 'workers'>;
  /** How often a scenario that fails is run again. */
  readonly retries: number;
  readonly updateSnapshots: boolean;
  readonly html: boolean;
}

/** Columns of the excerpts from the ladder. */
const WIDTH = 100;

/** Of a scenario that was read from a file. */
export async function runOne(loaded: LoadedScenario, options: TestOptions): Promise<TestResult> {
  const file = loaded.file!;
  for (let attempt = 1; ; attempt++) {
    const started = performance.now();
    const whole = await runUnlessSkipped(loaded, options);
    if ('skipped' in whole) return { ...skippedResult(file, loaded), skipped: whole.skipped };
    const run = withSnapshot(loaded, whole, options);
    const milliseconds = Math.round(10 * (performance.now() - started)) / 10;
    if (!run.passed && attempt <= options.retries) continue;
    return {
      name: loaded.name,
      title: loaded.scenario.title,
      file,
      tags: loaded.scenario.tags,
      passed: run.passed,
      outcome: run.outcome,
      exitCode: run.exitCode,
      milliseconds,
      virtualTime: run.events.at(-1)?.t ?? 0,
      attempts: attempt,
      failures: run.failures.map((failure) => shown(failure, loaded, run)),
      ...(options.html && { html: await htmlOf(loaded, run) }),
    };
  }
}

async function runUnlessSkipped(
  loaded: LoadedScenario,
  options: TestOptions,
): Promise<RunResult | { readonly skipped: string }> {
  try {
    return await runScenario(loaded, options.run);
  } catch (error) {
    if (error instanceof CannotPlay) return { skipped: error.message };
    throw error;
  }
}

function skippedResult(file: string, { name, scenario }: LoadedScenario): TestResult {
  return {
    name,
    title: scenario.title,
    file,
    tags: scenario.tags,
    passed: true,
    outcome: 'finished',
    exitCode: 0,
    milliseconds: 0,
    virtualTime: 0,
    attempts: 1,
    failures: [],
  };
}

function withSnapshot(loaded: LoadedScenario, run: RunResult, options: TestOptions): RunResult {
  if (run.exitCode === 42) return run;
  const more = checkSnapshot(loaded, run.summary, options.updateSnapshots);
  return more.length === 0
    ? run
    : { ...run, failures: [...run.failures, ...more], passed: false, exitCode: 1 };
}

function shown(failure: RunResult['failures'][number], loaded: LoadedScenario, run: RunResult): TestFailure {
  const { what, expected, observed, moment, at } = failure;
  const line = loaded.lineOf?.(at);
  return {
    what,
    expected,
    observed,
    ...(line !== undefined && { line }),
    ...(moment && { moment: { t: moment.t, actor: moment.actor, type: moment.type } }),
    excerpt: moment === undefined ? [] : renderMoment(run.events, moment, { color: false, width: WIDTH }),
  };
}

/** Imported only where it is wanted. */
async function htmlOf({ scenario }: LoadedScenario, run: RunResult): Promise<string> {
  const { renderRunHtml } = await import('../report/html/run.ts');
  const { nodeProvider: crypto } = await import('../../emulator/crypto/node.node.ts');
  const { why, remedy } = scenario;
  return renderRunHtml({ why, remedy, failures: run.failures, crypto }, run.events);
}
