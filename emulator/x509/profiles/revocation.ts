/** Revocation by CRL as RFC 5280 section 6.3 asks, for complete lists signed by the issuer itself. */
import type { CryptoProvider } from '../../crypto/provider.ts';
import type { UnixSeconds } from '../../world/time.ts';
import type { Certificate } from '../certificate.ts';
import { type CertificateList, entryFor } from '../crl.ts';
import { revokedText } from '../crl-reason.ts';
import { sameName } from '../name.ts';
import { Oid } from '../oids.ts';
import { signatureIsGood } from '../signature.ts';
import { timeText } from '../time.ts';

export interface RevocationStatus {
  readonly status: 'good' | 'revoked' | 'bad-list';
  readonly detail: string;
}

/** Undefined when no list is the issuer's. */
export function revocationStatus(
  child: Certificate,
  issuer: Certificate,
  lists: readonly CertificateList[],
  now: UnixSeconds,
  crypto: CryptoProvider,
): RevocationStatus | undefined {
  const own = lists.filter((list) => sameName(list.issuer, issuer.subject));
  const statuses = own.map((list) => judge(child, issuer, list, now, crypto));
  return statuses.find(({ status }) => status !== 'good') ?? statuses[0];
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
  const critical = list.extensions.find((extension) => extension.critical);
  if (critical !== undefined) return `critical extension ${critical.name} of the CRL is not processed`;
  const entryExtensions = list.revoked.flatMap(({ extensions }) => extensions);
  const unknown = entryExtensions.find((extension) => extension.critical && extension.oid !== Oid.reasonCode);
  return unknown && `critical extension ${unknown.name} of a CRL entry is not processed`;
}
