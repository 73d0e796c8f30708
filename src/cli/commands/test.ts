import type { Command } from 'commander';
import { type ListedResult, renderResult, renderTotals } from '../../report/list.ts';
import { type LoadedScenario, loadScenario } from '../../scenario/load.ts';
import { ScenarioError } from '../../scenario/problem.ts';
import { type RunResult, runScenario } from '../../scenario/run.ts';
import { catalogue, findTarget, nameOf } from '../catalogue.ts';
import { drawOptions } from '../draw.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
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
  const results: Result[] = [];
  for (const scenario of scenarios) {
    const started = performance.now();
    const run = await runScenario(scenario, runOptions(options));
    const result = { ...run, name: scenario.name, milliseconds: performance.now() - started };
    results.push(result);
    process.stdout.write(options.json ? jsonLine(result) : renderResult(listed(result), drawOptions()));
  }
  if (!options.json) process.stdout.write(renderTotals(results.map(listed), drawOptions()));
  return exitCode(results);
}

interface Result extends RunResult {
  readonly name: string;
  /** Wall time. */
  readonly milliseconds: number;
}

function listed({ name, exitCode, milliseconds, failures }: Result): ListedResult {
  return { name, passed: exitCode === EXIT.pass, milliseconds, failures };
}

function jsonLine({ name, outcome, exitCode, milliseconds, failures }: Result): string {
  const shown = failures.map(({ moment, ...rest }) => ({
    ...rest,
    ...(moment && { moment: { t: moment.t, actor: moment.actor, type: moment.type } }),
  }));
  const passed = exitCode === EXIT.pass;
  return `${JSON.stringify({ name, passed, outcome, exitCode, milliseconds: Math.round(milliseconds), failures: shown })}\n`;
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

function exitCode(results: readonly Result[]): number {
  const codes = new Set(results.map((result) => result.exitCode));
  if (codes.has(EXIT.failed)) return EXIT.failed;
  return codes.has(EXIT.timeout) ? EXIT.timeout : EXIT.pass;
}
