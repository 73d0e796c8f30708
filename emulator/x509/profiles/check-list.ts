/** Collects what was looked at, in order. */
import type { CertificateCheck } from '../../world/trace-events.ts';
import type { Certificate } from '../certificate.ts';

/** A certificate and its place in the chain as received; -1 for a trust anchor. */
export interface Placed {
  readonly certificate: Certificate;
  readonly depth: number;
}

type Kind = CertificateCheck['check'];

export class CheckList {
  readonly checks: CertificateCheck[] = [];

  add(placed: Placed, check: Kind, outcome: CertificateCheck['outcome'], detail: string): void {
    this.checks.push({
      certificate: subjectText(placed.certificate),
      depth: placed.depth,
      check,
      outcome,
      detail,
    });
  }

  /** Records a check that was made; returns whether it passed. */
  judge(placed: Placed, check: Kind, passed: boolean, detail: string): boolean {
    this.add(placed, check, passed ? 'pass' : 'fail', detail);
    return passed;
  }

  /** A check of something that has no certificate to show: an unreadable one, a name. */
  addBare(certificate: string, depth: number, check: Kind, passed: boolean, detail: string): void {
    this.checks.push({ certificate, depth, check, outcome: passed ? 'pass' : 'fail', detail });
  }
}

/** For certificates without a subject, something to call them by. */
export function subjectText(certificate: Certificate): string {
  if (certificate.subject.text !== '') return certificate.subject.text;
  const names = certificate.subjectAltNames?.map((name) => name.text).join(', ');
  return names ? `(no subject; ${names})` : '(no subject)';
}
