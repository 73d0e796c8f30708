/** Revocation by CRL as RFC 5280 section 6.3 asks, for lists signed by the issuer itself and without deltas. */
import type { CryptoProvider } from '../../crypto/provider.ts';
import { toHex } from '../../world/bytes.ts';
import type { UnixSeconds } from '../../world/time.ts';
import type { Certificate } from '../certificate.ts';
import { type CertificateList, entryFor } from '../crl.ts';
import { revokedText } from '../crl-reason.ts';
import { sameName } from '../name.ts';
import { Oid } from '../oids.ts';
import { signatureIsGood } from '../signature.ts';
import { timeText } from '../time.ts';
import { ISSUING_DISTRIBUTION_POINT, scopeProblem } from './crl-scope.ts';

export interface RevocationStatus {
  /** `other-scope`: the list is sound but says nothing of this certificate. */
  readonly status: 'good' | 'revoked' | 'bad-list' | 'other-scope';
  readonly detail: string;
}

/**
 * Undefined when no list is the issuer's. Each must be sound; one that does not speak of such certificates is
 * passed over as long as another does.
 */
export function revocationStatus(
  child: Certificate,
  issuer: Certificate,
  lists: readonly CertificateList[],
  now: UnixSeconds,
  crypto: CryptoProvider,
): RevocationStatus | undefined {
  const own = lists.filter((list) => sameName(list.issuer, issuer.subject));
  const statuses = own.map((list) => judge(child, issuer, list, now, crypto));
  const worst = statuses.find(({ status }) => status === 'bad-list' || status === 'revoked');
  return worst ?? statuses.find(({ status }) => status === 'good') ?? statuses[0];
}

function judge(
  child: Certificate,
  issuer: Certificate,
  list: CertificateList,
  now: UnixSeconds,
  crypto: CryptoProvider,
): RevocationStatus {
  const problem = listProblem(list, issuer, now, crypto);
  if (problem !== undefined) return { status: 'bad-list', detail: problem };
  const otherScope = scopeProblem(list, child);
  if (otherScope !== undefined) return { status: 'other-scope', detail: otherScope };
  const entry = entryFor(list, child);
  if (entry === undefined)
    return { status: 'good', detail: `not on the CRL of ${timeText(list.thisUpdate)}` };
  return { status: 'revoked', detail: revokedText(entry.revocationDate, entry.reason) };
}

function listProblem(
  list: CertificateList,
  issuer: Certificate,
  now: UnixSeconds,
  crypto: CryptoProvider,
): string | undefined {
  if (issuer.keyUsage !== undefined && !issuer.keyUsage.includes('cRLSign'))
    return 'issuer may not sign CRLs';
  if (!signatureIsGood(list, issuer, crypto)) return 'the signature of the CRL does not verify';
  if (list.thisUpdate > now) return `the CRL begins at ${timeText(list.thisUpdate)}`;
  // Section 5.1.2.5: conforming issuers include it.
  if (list.nextUpdate === undefined || list.nextUpdate < now) return 'the CRL is out of date';
  const number = list.extensions.find(({ oid }) => oid === Oid.cRLNumber);
  if (number === undefined) return 'the CRL has no CRLNumber (section 5.2.3)';
  const critical = list.extensions.find(
    (extension) => extension.critical && extension.oid !== ISSUING_DISTRIBUTION_POINT,
  );
  if (critical !== undefined) return `critical extension ${critical.name} of the CRL is not processed`;
  const entryExtensions = list.revoked.flatMap(({ extensions }) => extensions);
  const unknown = entryExtensions.find((extension) => extension.critical && extension.oid !== Oid.reasonCode);
  if (unknown !== undefined) return `critical extension ${unknown.name} of a CRL entry is not processed`;
  const serials = new Set(list.revoked.map(({ serialNumber }) => toHex(serialNumber)));
  return serials.size < list.revoked.length ? 'the CRL lists a serial number twice' : undefined;
}
