import type { Command } from 'commander';
import { RESULTS_VERSION } from '../../runner/reporters.ts';
import type { TestResult } from '../../runner/result.ts';
import { UsageError } from '../exit-codes.ts';
import { readText } from '../files.ts';
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
  const { version, results } = (parseJson(readText(file)) ?? {}) as { version?: unknown; results?: unknown };
  if (version === RESULTS_VERSION && Array.isArray(results) && results.every(isResult)) return results;
  throw new UsageError(`${file}: not a report of version ${RESULTS_VERSION} (test --reporter json)`);
}

function isResult(value: Partial<TestResult> | null): value is TestResult {
  return typeof value?.name === 'string' && typeof value.file === 'string' && Array.isArray(value.failures);
}

/** Undefined for what is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
