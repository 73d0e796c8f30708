/** Parity as test results: a scenario a case, a differing line a failure. */
import { renderJunit } from '../../runner/junit.ts';
import type { TestFailure, TestResult } from '../../runner/result.ts';
import { EXPECTED_ON_BOARD, expectationsInWords, hasParity, type ParityReport } from './report.ts';
import type { TimedRow } from './row.ts';

export function renderParityJunit(rows: readonly TimedRow[]): string {
  const milliseconds = rows.reduce((sum, row) => sum + row.milliseconds, 0);
  return renderJunit({ results: rows.map(resultOf), milliseconds });
}

function resultOf(row: TimedRow): TestResult {
  const failures = failuresOf(row);
  // One that did not run has neither passed nor failed.
  const passed = row.skipped !== undefined || (row.report !== undefined && hasParity(row.report));
  return {
    name: row.name,
    title: row.report?.title ?? row.name,
    file: row.file,
    tags: row.tags,
    passed,
    ...(row.skipped !== undefined && { skipped: row.skipped }),
    outcome: 'finished',
    exitCode: passed ? 0 : 1,
    milliseconds: row.milliseconds,
    virtualTime: 0,
    attempts: 1,
    failures,
    ...(row.report !== undefined && { notes: notesOf(row.report) }),
  };
}

/** Beside parity: a case fails by a difference alone. */
function notesOf({ expectations }: ParityReport): string[] {
  if (expectations.length === 0) return [];
  return [
    `${EXPECTED_ON_BOARD}: ${expectationsInWords(expectations)}`,
    ...expectations.map(({ what, verdict, expected, observed, note }) =>
      [
        `${verdict}: ${what}: expected ${expected}`,
        ...(observed === undefined ? [] : [`observed ${observed}`]),
        ...(note === undefined ? [] : [note]),
      ].join('; '),
    ),
  ];
}

function failuresOf({ report, failed }: TimedRow): TestFailure[] {
  if (failed !== undefined)
    return [{ what: 'the run on the board', expected: 'to come to its end', observed: failed, excerpt: [] }];
  return (report?.lines ?? [])
    .filter(({ verdict }) => verdict === 'different')
    .map(({ section, what, emulated, board, note }) => ({
      what: `${section}: ${what}`,
      expected: emulated,
      observed: board,
      excerpt: note === undefined ? [] : [note],
    }));
}
