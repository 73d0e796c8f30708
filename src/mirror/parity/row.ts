/** What came of one scenario of a mirror. */
import { type ParityReport, totalsOf } from './report.ts';

export interface SummaryRow {
  readonly name: string;
  readonly report?: ParityReport;
  /** Why it was not run. */
  readonly skipped?: string;
  /** Why it broke off. */
  readonly failed?: string;
}

export interface TimedRow extends SummaryRow {
  /** Path of scenario.yaml. */
  readonly file: string;
  readonly tags: readonly string[];
  /** Wall time. */
  readonly milliseconds: number;
}

/** An object of `mirror --json`. */
export function parityJson({ report, ...rest }: TimedRow): object {
  return report === undefined ? rest : { ...rest, ...report, totals: totalsOf(report) };
}
