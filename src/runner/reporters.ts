/** How the results of `tls-sandbox test` are told: to a person as they come, or as a file at the end. */
import type { DrawOptions } from '../report/ladder.ts';
import { type ListedResult, renderResult, renderTotals } from '../report/list.ts';
import type { TestResult } from './result.ts';

export interface Totals {
  readonly results: readonly TestResult[];
  /** How many there would be, had none been left out after failures; by default those that there are. */
  readonly total?: number;
  /** Wall time of everything. */
  readonly milliseconds: number;
}

export interface Reporter {
  /** A file of its own rather than lines on the terminal; the name it has when there are several. */
  readonly fileName?: string;
  result?(result: TestResult, options: DrawOptions): string;
  end?(totals: Totals, options: DrawOptions): string | Promise<string>;
}

/** Names with what each says; those without `result` are imported when they are asked for. */
export const REPORTERS: Readonly<Record<string, Reporter>> = {
  list: {
    result: (result, options) => renderResult(listed(result), options),
    end: renderEnd,
  },
  dot: {
    result: ({ passed, skipped }) => (skipped !== undefined ? '-' : passed ? '·' : '✗'),
    end: (totals, options) =>
      `\n${totals.results
        .filter(({ passed }) => !passed)
        .map((result) => renderResult(listed(result), options))
        .join('')}${renderEnd(totals, options)}`,
  },
  github: {
    result: (result, options) => renderResult(listed(result), options),
    end: (totals, options) => `${githubAnnotations(totals.results)}${renderEnd(totals, options)}`,
  },
  json: { fileName: 'results.json', end: ({ results, milliseconds }) => renderJson(results, milliseconds) },
  junit: {
    fileName: 'junit.xml',
    end: async (totals) => (await import('./junit.ts')).renderJunit(totals),
  },
  html: {
    fileName: 'report.html',
    end: async ({ results }) => (await import('../report/html/page.ts')).renderPage(results),
  },
};

function listed({ name, attempts, ...result }: TestResult): ListedResult {
  return { ...result, name: attempts > 1 ? `${name} (attempt ${attempts})` : name };
}

function renderEnd({ results, milliseconds, total }: Totals, options: DrawOptions): string {
  return renderTotals(results.map(listed), milliseconds, options, total);
}

export const RESULTS_VERSION = 1;

/** One document; `merge` joins several. */
function renderJson(results: readonly TestResult[], milliseconds: number): string {
  const count = (wanted: (result: TestResult) => boolean) => results.filter(wanted).length;
  const stats = {
    passed: count(({ passed, skipped }) => passed && skipped === undefined),
    failed: count(({ passed }) => !passed),
    skipped: count(({ skipped }) => skipped !== undefined),
    milliseconds: Math.round(milliseconds),
  };
  return `${JSON.stringify({ version: RESULTS_VERSION, stats, results }, null, 2)}\n`;
}

/** Workflow commands of GitHub Actions: an annotation at the line of the scenario that wants it. */
function githubAnnotations(results: readonly TestResult[]): string {
  return results
    .flatMap(({ name, file, failures }) =>
      failures.map(({ what, expected, observed, line = 1 }) => {
        const properties = Object.entries({ file, line, title: `${name}: ${what}` })
          .map(([key, value]) => `${key}=${escapeProperty(String(value))}`)
          .join(',');
        return `::error ${properties}::${escapeData(`expected ${expected}\nobserved ${observed}`)}\n`;
      }),
    )
    .join('');
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
