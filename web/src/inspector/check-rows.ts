/** Checks as a table: a row for each, by certificate, with what every profile says of it. */
import type { CertificateCheck } from '../../../emulator/world/trace-events.ts';
import type { Judgement } from '../../../src/report/certificates.ts';

export interface CheckRow {
  readonly check: CertificateCheck['check'];
  /** For each profile. */
  readonly by: readonly (readonly CertificateCheck[])[];
}

export interface CheckedCertificate {
  readonly title: string;
  readonly rows: readonly CheckRow[];
}

/** The leaf first, trust anchors last. */
export function checkRows(judgements: readonly Judgement[]): CheckedCertificate[] {
  const all = judgements.flatMap(({ checks }) => checks);
  const depths = [...new Set(all.map(({ depth }) => depth))].sort((a, b) => place(a) - place(b));
  return depths.map((depth) => {
    const own = all.filter((check) => check.depth === depth);
    const kinds = [...new Set(own.map(({ check }) => check))];
    // A name check carries the host name, not the subject.
    const { certificate } = own.find(({ check }) => check !== 'name') ?? own[0]!;
    return {
      title: `${depth < 0 ? 'trust anchor' : depth}: ${certificate}`,
      rows: kinds.map((check) => ({
        check,
        by: judgements.map(({ checks }) =>
          checks.filter((each) => each.depth === depth && each.check === check),
        ),
      })),
    };
  });
}

function place(depth: number): number {
  return depth < 0 ? Number.MAX_SAFE_INTEGER : depth;
}
