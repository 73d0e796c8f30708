import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { runAll, Threads } from '../../runner/run-all.ts';
import { nameOf } from '../catalogue.ts';
import { addWorldOptions, runOptions, type WorldOptions } from '../options.ts';
import { loadAll, select } from '../select-scenarios.ts';
import { addReportOptions, openReport, type ReportOptions } from '../test-report.ts';

interface Options extends WorldOptions, ReportOptions {
  readonly grep?: RegExp;
  readonly tag?: readonly string[];
  readonly shard?: Shard;
  readonly workers: number;
  readonly retries: number;
  readonly bail: number | true;
  readonly updateSnapshots?: boolean;
}

interface Shard {
  readonly index: number;
  readonly count: number;
}

export function define(command: Command): void {
  addReportOptions(addWorldOptions(command))
    .argument('[filter...]', 'names of scenarios, parts of names, or paths; all by default')
    .addOption(
      new Option('-g, --grep <pattern>', 'only those whose name or title matches').argParser(parsePattern),
    )
    .addOption(new Option('--tag <tag...>', 'only those with one of these tags'))
    .addOption(
      new Option('--shard <i/n>', 'the i-th of n parts, to spread over machines').argParser(parseShard),
    )
    .addOption(
      new Option('--workers <n>', 'how many run at once')
        .argParser(parseWorkers)
        .default(availableParallelism(), 'processors'),
    )
    .addOption(
      new Option('--retries <n>', 'run one that fails again, so often').argParser(parseCount).default(0),
    )
    .addOption(
      new Option('--bail [n]', 'end after so many failures')
        .argParser(parseCount)
        .preset(1)
        .default(0, 'never'),
    )
    .addOption(new Option('--update-snapshots', 'write the snapshots that scenarios ask for'))
    .addHelpText('after', '\nExit status: 0 all passed, 1 one failed, 2 usage, 42 only time-outs.')
    .action(async (filters: string[], options: Options) => {
      process.exitCode = await test(filters, options);
    });
}

async function test(filters: readonly string[], options: Options): Promise<number> {
  const selected = select(filters);
  const threads = new Threads(Math.min(options.workers, selected.length));
  const loaded = loadAll(selected, options);
  const files = partOf([...loaded.keys()], options.shard);
  const report = openReport(options, files.length);
  await runAll({
    files,
    loaded,
    threads,
    bail: Number(options.bail),
    options: {
      run: runOptions(options),
      retries: options.retries,
      updateSnapshots: options.updateSnapshots ?? false,
      html: report.wantsHtml,
    },
    onStart: (file) => report.started(nameOf(file)),
    onResult: (result) => report.result(result),
  });
  return report.end();
}

/** Every n-th, so that neighbours, which are alike, go to different machines. */
function partOf(files: readonly string[], shard: Shard | undefined): readonly string[] {
  if (shard === undefined) return files;
  return files.filter((_, i) => i % shard.count === shard.index - 1);
}

function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text, 'i');
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function parseShard(text: string): Shard {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? [];
  if (index === undefined || count === undefined || index < 1 || index > count)
    throw new InvalidArgumentError('Expected i/n, such as 1/4.');
  return { index, count };
}

function parseWorkers(text: string): number {
  if (!/^0*[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1.');
  return Number(text);
}

function parseCount(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}
