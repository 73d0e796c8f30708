import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { RESULTS_VERSION } from '../../runner/reporters.ts';
import type { TestResult } from '../../runner/result.ts';
import { UsageError } from '../exit-codes.ts';
import { addReportOptions, openReport, type ReportOptions } from '../test-report.ts';

export function define(command: Command): void {
  addReportOptions(command)
    .argument('<file...>', 'what `test --reporter json` wrote on each machine')
    .addHelpText('after', '\nExit status: as `test` would have had.')
    .action(async (files: string[], options: ReportOptions) => {
      process.exitCode = await merge(files, options);
    });
}

/** The order is that of one run over everything, whatever the order of the files. */
async function merge(files: readonly string[], options: ReportOptions): Promise<number> {
  const results = files.flatMap(readResults).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const twice = results.find(({ file }, i) => results.findIndex((other) => other.file === file) !== i);
  if (twice !== undefined)
    throw new UsageError(`${twice.name} is in two of the files: not shards of one run`);
  const report = openReport(options, results.length);
  for (const result of results) report.result(result);
  return report.end(results.reduce((sum, { milliseconds }) => sum + milliseconds, 0));
}

function readResults(file: string): readonly TestResult[] {
  let document: { version?: unknown; results?: TestResult[] };
  try {
    document = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`);
  }
  if (document?.version !== RESULTS_VERSION || !Array.isArray(document.results))
    throw new UsageError(`${file}: not a report of version ${RESULTS_VERSION} (test --reporter json)`);
  return document.results;
}
