/**
 * What an OCSP response says of a certificate, and whether it may be believed (RFC 6960 section 3.2, RFC 5019
 * section 4): made for this certificate, signed by its issuer or whom that has delegated it to, and of now.
 */
import type { CryptoProvider } from '../../crypto/provider.ts';
import { sameBytes } from '../../world/bytes.ts';
import type { UnixSeconds } from '../../world/time.ts';
import type { Certificate } from '../certificate.ts';
import { sameName } from '../name.ts';
import {
  type BasicOcspResponse,
  type OcspResponse,
  type ResponderId,
  responderText,
  type SingleResponse,
  statusText,
} from '../ocsp.ts';
import { certIdMismatch } from '../ocsp-cert-id.ts';
import { Oid, oidName } from '../oids.ts';
import { type Signed, signatureIsGood } from '../signature.ts';
import { timeText } from '../time.ts';
import { subjectText } from './check-list.ts';

export interface OcspFinding {
  /** `other`: the response speaks of other certificates, or of none. */
  readonly status: 'good' | 'revoked' | 'bad' | 'other';
  readonly detail: string;
}

/** A response without nextUpdate says that newer ones are always at hand; then this one must be new itself. */
const FRESH_WITHOUT_NEXT_UPDATE = 86_400;

export function ocspFinding(
  response: OcspResponse,
  certificate: Certificate,
  issuer: Certificate,
  now: UnixSeconds,
  crypto: CryptoProvider,
): OcspFinding {
  const { basic, responseStatus } = response;
  if (basic === undefined) return { status: 'other', detail: `the responder answered ${responseStatus}` };
  const mismatches = basic.responses.map(({ certId }) => certIdMismatch(certId, certificate, issuer, crypto));
  const single = basic.responses[mismatches.indexOf(undefined)];
  if (single === undefined)
    return { status: 'other', detail: mismatches[0] ?? 'it speaks of no certificate' };
  const signer = findSigner(basic, issuer, now, crypto);
  if ('problem' in signer) return { status: 'bad', detail: signer.problem };
  const problem = datesProblem(single, now) ?? criticalProblem(basic, single);
  if (problem !== undefined) return { status: 'bad', detail: problem };
  const { certStatus } = single;
  if (certStatus.status === 'unknown') {
    return { status: 'bad', detail: `the responder (${signer.text}) does not know the certificate` };
  }
  const span = `as of ${timeText(single.thisUpdate)}, signed by ${signer.text}`;
  return { status: certStatus.status, detail: `${statusText(certStatus)} ${span}` };
}

type Signer = { readonly text: string } | { readonly problem: string };

/** The issuer itself first; then each certificate sent along that the responder calls its own. */
function findSigner(
  basic: BasicOcspResponse,
  issuer: Certificate,
  now: UnixSeconds,
  crypto: CryptoProvider,
): Signer {
  const weak = weakAlgorithm(basic);
  if (weak !== undefined) return { problem: `signature algorithm ${weak} of the response is not acceptable` };
  const named = [issuer, ...basic.certificates].filter((candidate) =>
    isResponder(basic.responderId, candidate, crypto),
  );
  let problem = `there is no certificate of the responder ${responderText(basic.responderId)}`;
  for (const candidate of named) {
    const direct = sameBytes(candidate.subjectPublicKey.raw, issuer.subjectPublicKey.raw);
    const found = direct ? undefined : delegateProblem(candidate, issuer, now, crypto);
    if (found === undefined && signatureIsGood(basic, candidate, crypto)) {
      return { text: direct ? 'its issuer' : `${subjectText(candidate)}, delegated by its issuer` };
    }
    problem = found ?? `the signature of ${subjectText(candidate)} on the response does not verify`;
  }
  return { problem };
}

/** BR 7.1.3.2: SHA-256 or better, as for certificates. The algorithm's name when it is not. */
function weakAlgorithm({ signatureAlgorithm: { hash, key, name } }: Signed): string | undefined {
  const good = key === 'ed25519' || hash === 'sha256' || hash === 'sha384' || hash === 'sha512';
  return good ? undefined : name;
}

function isResponder(id: ResponderId, { subject, subjectPublicKey }: Certificate, crypto: CryptoProvider) {
  if ('name' in id) return sameName(id.name, subject);
  return sameBytes(id.keyHash, crypto.hash('sha1', subjectPublicKey.bitString));
}

/** Critical extensions that a responder's certificate may have. */
const PROCESSED: readonly string[] = [
  Oid.basicConstraints,
  Oid.keyUsage,
  Oid.extKeyUsage,
  Oid.subjectAltName,
  Oid.ocspNoCheck,
];

/** Section 4.2.2.2: issued directly by the issuer, for this purpose by name ("any" will not do). */
function delegateProblem(
  delegate: Certificate,
  issuer: Certificate,
  now: UnixSeconds,
  crypto: CryptoProvider,
): string | undefined {
  const name = `the responder ${subjectText(delegate)}`;
  const { notBefore, notAfter, keyUsage, extendedKeyUsage, extensions } = delegate;
  if (!sameName(delegate.issuer, issuer.subject) || !signatureIsGood(delegate, issuer, crypto)) {
    return `${name} was not certified by the issuer of the certificate`;
  }
  const weak = weakAlgorithm(delegate);
  if (weak !== undefined) return `signature algorithm ${weak} of ${name} is not acceptable`;
  if (!extendedKeyUsage?.includes(Oid.OCSPSigning)) {
    return `${name} is no delegate: extKeyUsage without ${oidName(Oid.OCSPSigning)}`;
  }
  if (keyUsage !== undefined && !keyUsage.includes('digitalSignature')) {
    return `${name} may not sign (keyUsage without digitalSignature)`;
  }
  if (now < notBefore || now > notAfter) {
    return `${timeText(now)} is outside the validity of ${name}`;
  }
  const unknown = extensions.find(({ critical, oid }) => critical && !PROCESSED.includes(oid));
  return unknown && `critical extension ${unknown.name} of ${name} is not processed`;
}

function datesProblem({ thisUpdate, nextUpdate }: SingleResponse, now: UnixSeconds): string | undefined {
  if (thisUpdate > now) return `the response begins at ${timeText(thisUpdate)}, and it is ${timeText(now)}`;
  const until = nextUpdate ?? thisUpdate + FRESH_WITHOUT_NEXT_UPDATE;
  return until < now
    ? `the response was good until ${timeText(until)}, and it is ${timeText(now)}`
    : undefined;
}

function criticalProblem(basic: BasicOcspResponse, single: SingleResponse): string | undefined {
  const unknown = [...basic.extensions, ...single.extensions].find(({ critical }) => critical);
  return unknown && `critical extension ${unknown.name} of the response is not processed`;
}
