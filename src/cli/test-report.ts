/** Where the results of a test run go: `test` and `merge` share it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { REPORTERS, type Reporter } from '../runner/reporters.ts';
import type { TestResult } from '../runner/result.ts';
import { didYouMean } from '../scenario/did-you-mean.ts';
import { drawOptions } from './draw.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import { openForWriting, writing } from './files.ts';

export interface ReportOptions {
  readonly reporter?: readonly string[];
  readonly output?: string;
  readonly json?: boolean;
}

export function addReportOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--reporter <names>',
        `how to report, several with commas between: ${Object.keys(REPORTERS).join(', ')} (default: list)`,
      ).argParser(parseReporters),
    )
    .addOption(
      new Option('--output <path>', 'where json, junit or html goes: a file; a folder for several of them'),
    );
}

function parseReporters(text: string): string[] {
  const names = text.split(',');
  for (const name of names) {
    if (Object.hasOwn(REPORTERS, name)) continue;
    const known = Object.keys(REPORTERS);
    throw new InvalidArgumentError(`There is no reporter '${name}'${didYouMean(name, known)}.`);
  }
  return names;
}

export interface Report {
  readonly wantsHtml: boolean;
  started(name: string): void;
  result(result: TestResult): void;
  /** Writes what is left to write. `milliseconds`: what it took, by default since it was opened. Returns the exit status. */
  end(milliseconds?: number): Promise<number>;
}

/** `total`: how many results there will be. */
export function openReport(options: ReportOptions, total: number): Report {
  if (options.json && options.reporter !== undefined)
    throw new UsageError('--json is --reporter json: name one of the two');
  const names = options.json ? ['json'] : (options.reporter ?? ['list']);
  const all = names.map((name) => REPORTERS[name]!);
  const lines = all.filter(({ fileName }) => fileName === undefined);
  const files = all.filter(({ fileName }) => fileName !== undefined);
  const place = placeFiles(files, names, options.output);
  const drawing = drawOptions();
  const progress = new Progress(total, lines.length > 0);
  const started = performance.now();
  const results: TestResult[] = [];
  return {
    wantsHtml: names.includes('html'),
    started: (name) => progress.show(name, results.length),
    result(result) {
      results.push(result);
      progress.clear();
      for (const { result: show } of lines) process.stdout.write(show?.(result, drawing) ?? '');
    },
    async end(milliseconds = performance.now() - started) {
      progress.clear();
      const totals = { results, milliseconds, total };
      for (const reporter of lines) process.stdout.write((await reporter.end?.(totals, drawing)) ?? '');
      for (const reporter of files) place(reporter, await reporter.end!(totals, drawing));
      return exitCode(results);
    },
  };
}

/** One file may go to standard output when nothing else does. Throws UsageError. */
function placeFiles(files: readonly Reporter[], names: readonly string[], output: string | undefined) {
  if (output === undefined && files.length > 0 && names.length > 1)
    throw new UsageError('--output must say where the reports go: standard output holds one');
  if (output !== undefined && files.length === 0)
    throw new UsageError(
      `--output is for json, junit and html: ${names.join(' and ')} goes to standard output`,
    );
  const open = new Map(
    files.map((reporter) => {
      if (output === undefined) return [reporter, undefined];
      return [reporter, openReportFile(files.length === 1 ? output : join(output, reporter.fileName!))];
    }),
  );
  return (reporter: Reporter, text: string): void => {
    const file = open.get(reporter);
    if (file === undefined) process.stdout.write(text);
    else writeFileSync(file, text);
  };
}

/** Before anything runs; its folder is made. */
function openReportFile(path: string): number {
  writing(path, () => mkdirSync(dirname(path), { recursive: true }));
  return openForWriting(path);
}

/** One line at the bottom of a terminal that says what runs; nothing anywhere else. */
class Progress {
  private readonly total: number;
  private readonly isShown: boolean;

  constructor(total: number, isShown: boolean) {
    this.total = total;
    this.isShown = isShown && process.stdout.isTTY === true;
  }

  show(name: string, done: number): void {
    if (!this.isShown) return;
    const text = `${done}/${this.total}  ${name}`;
    process.stdout.write(`\r\x1b[K${text.slice(0, Math.max(0, (process.stdout.columns ?? 80) - 1))}`);
  }

  clear(): void {
    if (this.isShown) process.stdout.write('\r\x1b[K');
  }
}

function exitCode(results: readonly TestResult[]): number {
  const codes = new Set(results.map((result) => result.exitCode));
  if (codes.has(EXIT.failed)) return EXIT.failed;
  return codes.has(EXIT.timeout) ? EXIT.timeout : EXIT.pass;
}
