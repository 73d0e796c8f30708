/** The table of a run: rows are what was asked, columns peers and their roles, grouped by section. Markdown. */
import type { Place } from './matrix.ts';

export interface Result extends Place {
  readonly outcome: 'passed' | 'failed' | 'not possible';
  /** Why it was not possible. */
  readonly reason?: string;
}

/** A cell may stand for several tests: one that failed tells, then one that passed. */
const MARKS = { failed: '✗', passed: '✓', 'not possible': '–' } as const;

export function renderTable(results: readonly Result[]): string {
  const sections = [...new Set(results.map(({ section }) => section))];
  const tables = sections.map((section) => renderSection(section, results));
  return [...tables, renderReasons(results), `${totals(results)}\n`].join('\n');
}

export function totals(results: readonly Result[]): string {
  const count = (wanted: Result['outcome']): number =>
    results.filter(({ outcome }) => outcome === wanted).length;
  return `${count('passed')} passed, ${count('failed')} failed, ${count('not possible')} not possible`;
}

function renderSection(section: string, all: readonly Result[]): string {
  const results = all.filter((result) => result.section === section);
  const columns = [...new Set(results.map(({ column }) => column))];
  const rows = [...new Set(results.map(({ row }) => row))];
  const first = Math.max(section.length, ...rows.map((row) => row.length));
  const line = (head: string, cells: readonly string[]): string =>
    `| ${head.padEnd(first)} | ${cells.map((text, i) => text.padEnd(columns[i]!.length)).join(' | ')} |\n`;
  const rule = `|${'-'.repeat(first + 2)}|${columns.map(({ length }) => `:${'-'.repeat(length)}:`).join('|')}|\n`;
  const body = rows.map((row) =>
    line(
      row,
      columns.map((column) =>
        mark(results.filter((result) => result.row === row && result.column === column)),
      ),
    ),
  );
  return line(section, columns) + rule + body.join('');
}

/** Empty where nothing was asked. */
function mark(results: readonly Result[]): string {
  const outcome = (['failed', 'passed', 'not possible'] as const).find((wanted) =>
    results.some((result) => result.outcome === wanted),
  );
  return outcome === undefined ? '' : MARKS[outcome];
}

function renderReasons(results: readonly Result[]): string {
  const counts = new Map<string, number>();
  for (const { reason } of results) {
    if (reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const lines = [...counts].map(([reason, count]) => `- ${count} × ${reason}\n`);
  return lines.length === 0 ? '' : `Not possible:\n\n${lines.join('')}`;
}
