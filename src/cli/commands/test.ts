import type { Command } from 'commander';
import picocolors from 'picocolors';
import type { Failure } from '../../scenario/expect.ts';
import { type LoadedScenario, loadScenario } from '../../scenario/load.ts';
import { ScenarioError } from '../../scenario/problem.ts';
import { type RunResult, runScenario } from '../../scenario/run.ts';
import { catalogue, findTarget, nameOf } from '../catalogue.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { failureLines } from '../failure-text.ts';
import { addWorldOptions, runOptions, type WorldOptions } from '../options.ts';

export function define(command: Command): void {
  addWorldOptions(command)
    .argument('[filter...]', 'names of scenarios, parts of names, or paths; all by default')
    .addHelpText('after', '\nExit status: 0 all passed, 1 one failed, 2 usage, 42 only time-outs.')
    .action(async (filters: string[], options: WorldOptions) => {
      process.exitCode = await test(filters, options);
    });
}

async function test(filters: readonly string[], options: WorldOptions): Promise<number> {
  const scenarios = loadAll(select(filters));
  const results: RunResult[] = [];
  for (const scenario of scenarios) {
    const started = performance.now();
    const result = await runScenario(scenario, runOptions(options));
    const wall = performance.now() - started;
    results.push(result);
    process.stdout.write(options.json ? jsonLine(scenario, result, wall) : listEntry(scenario, result, wall));
  }
  if (!options.json) process.stdout.write(summary(results));
  return exitCode(results);
}

function select(filters: readonly string[]): string[] {
  if (filters.length === 0) return catalogue();
  return [...new Set(filters.flatMap(selectOne))];
}

/** What is called exactly so, else everything whose name holds it. */
function selectOne(filter: string): string[] {
  const all = catalogue();
  const partly = all.filter((file) => nameOf(file).includes(filter));
  if (partly.length > 0 && !all.some((file) => nameOf(file) === filter)) return partly;
  const target = findTarget(filter);
  if ('scenario' in target) return [target.scenario];
  throw new UsageError(`${filter}: a program has no expectations to test (tls-sandbox run takes it)`);
}

/** Everything is validated before anything runs: the problems of all files are reported together. */
function loadAll(files: readonly string[]): LoadedScenario[] {
  const problems: string[] = [];
  const loaded = files.flatMap((file) => {
    try {
      return [loadScenario(file)];
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new ScenarioError(problems);
  return loaded;
}

function listEntry(scenario: LoadedScenario, { failures, exitCode }: RunResult, wall: number): string {
  const mark = exitCode === EXIT.pass ? picocolors.green('✓') : picocolors.red('✗');
  const head = `${mark} ${scenario.name} ${picocolors.dim(`${Math.round(wall)} ms`)}\n`;
  return head + failures.map(indentedFailure).join('');
}

function indentedFailure(failure: Failure): string {
  return failureLines(failure)
    .map((line) => `    ${line}\n`)
    .join('');
}

function jsonLine(
  scenario: LoadedScenario,
  { outcome, failures, exitCode }: RunResult,
  wall: number,
): string {
  const shown = failures.map(({ moment, ...rest }) => ({
    ...rest,
    ...(moment && { at: { t: moment.t, actor: moment.actor, type: moment.type } }),
  }));
  const passed = exitCode === EXIT.pass;
  return `${JSON.stringify({ name: scenario.name, passed, outcome, exitCode, wallMs: Math.round(wall), failures: shown })}\n`;
}

function summary(results: readonly RunResult[]): string {
  const passed = results.filter(({ exitCode }) => exitCode === EXIT.pass).length;
  const failed = results.length - passed;
  return `${passed} passed${failed === 0 ? '' : `, ${failed} failed`}\n`;
}

function exitCode(results: readonly RunResult[]): number {
  const codes = new Set(results.map((result) => result.exitCode));
  if (codes.has(EXIT.failed)) return EXIT.failed;
  return codes.has(EXIT.timeout) ? EXIT.timeout : EXIT.pass;
}
