/**
 * All that is at hand about revocation, and what it says of one certificate: an OCSP response stapled to it,
 * OCSP responses fetched, CRLs. What is at hand is believed; what is missing is not held against the
 * certificate (soft fail, as in browsers), but for a staple that it says must be there (RFC 7633).
 */
import type { CertificateCheck } from '../../world/trace-events.ts';
import type { Certificate } from '../certificate.ts';
import { type CertificateList, parseCertificateList } from '../crl.ts';
import { DerError } from '../der.ts';
import type { CertificateAlert } from '../mbedtls-texts.ts';
import { extensionOf, readTlsFeature, STATUS_REQUEST } from '../more-extensions.ts';
import { type OcspResponse, parseOcspResponse } from '../ocsp.ts';
import { Oid } from '../oids.ts';
import type { VerifyRequest } from '../verdict.ts';
import type { CheckList, Placed } from './check-list.ts';
import { type OcspFinding, ocspFinding } from './ocsp-status.ts';
import { revocationStatus } from './revocation.ts';

export interface RevocationEvidence {
  /** Undefined: none were given. */
  readonly lists: readonly CertificateList[] | undefined;
  readonly responses: readonly OcspResponse[] | undefined;
  /** By place in the chain; a text says why the staple cannot be read. */
  readonly staples: readonly (OcspResponse | string | undefined)[];
}

export interface RevocationFinding {
  readonly outcome: CertificateCheck['outcome'];
  /** For a failure. */
  readonly alert: CertificateAlert;
  readonly detail: string;
}

/** What was fetched and cannot be read is noted in `list` and passed over; a staple is judged with its owner. */
export function readEvidence(request: VerifyRequest, list: CheckList): RevocationEvidence {
  const { crls, ocspResponses, staples = [] } = request;
  return {
    lists: crls && readAll(crls, 'CRL', parseCertificateList, list),
    responses: ocspResponses && readAll(ocspResponses, 'OCSP response', parseOcspResponse, list),
    staples: staples.map((der) => der && read(der, parseOcspResponse)),
  };
}

function readAll<T>(
  ders: readonly Uint8Array[],
  what: string,
  parse: (der: Uint8Array) => T,
  list: CheckList,
): T[] {
  return ders.flatMap((der) => {
    const found = read(der, parse);
    if (typeof found !== 'string') return [found];
    list.addBare(`(unreadable ${what})`, -1, 'revocation', false, found);
    return [];
  });
}

function read<T>(der: Uint8Array, parse: (der: Uint8Array) => T): T | string {
  try {
    return parse(der);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return error.message;
  }
}

/** Nothing in the list: nothing was given that could say anything of this certificate. */
export function revocationFindings(
  placed: Placed,
  issuer: Certificate,
  evidence: RevocationEvidence,
  request: VerifyRequest,
): RevocationFinding[] {
  const found = [
    stapledFinding(placed, issuer, evidence, request),
    fetchedFinding(placed.certificate, issuer, evidence, request),
    listFinding(placed.certificate, issuer, evidence, request),
  ];
  return found.filter((finding) => finding !== undefined);
}

/** A client that is handed a staple which does not clear the certificate aborts (RFC 6066 section 8). */
function stapledFinding(
  placed: Placed,
  issuer: Certificate,
  { staples }: RevocationEvidence,
  request: VerifyRequest,
): RevocationFinding | undefined {
  const alert = 'bad_certificate_status_response';
  const staple = staples[placed.depth];
  if (staple === undefined) {
    const why = whyStaple(placed, request);
    return why === undefined
      ? undefined
      : { outcome: 'fail', alert, detail: `nothing is stapled, but ${why}` };
  }
  if (typeof staple === 'string') return { outcome: 'fail', alert, detail: `stapled OCSP: ${staple}` };
  const finding = ocspFinding(staple, placed.certificate, issuer, Math.floor(request.time), request.crypto);
  return judged('stapled OCSP', finding, alert);
}

/** Why the certificate must come with a staple; undefined when it need not. Asked of the leaf alone. */
function whyStaple({ certificate, depth }: Placed, request: VerifyRequest): string | undefined {
  if (depth !== 0) return undefined;
  if (request.requireStaple) return 'a stapled OCSP response is required';
  if (request.purpose !== 'server') return undefined;
  return mustStaple(certificate) ? 'the certificate says it must be (tlsfeature)' : undefined;
}

/** RFC 7633: a broken extension asks for nothing. */
function mustStaple(certificate: Certificate): boolean {
  try {
    return extensionOf(certificate, Oid.tlsfeature, readTlsFeature)?.includes(STATUS_REQUEST) ?? false;
  } catch (error) {
    if (error instanceof DerError) return false;
    throw error;
  }
}

/** Of several responses for the certificate a revoking one counts before a good one, that before a bad one. */
function fetchedFinding(
  certificate: Certificate,
  issuer: Certificate,
  { responses }: RevocationEvidence,
  { time, crypto }: VerifyRequest,
): RevocationFinding | undefined {
  if (responses === undefined) return undefined;
  const findings = responses.map((response) =>
    ocspFinding(response, certificate, issuer, Math.floor(time), crypto),
  );
  for (const wanted of ['revoked', 'good', 'bad'] as const) {
    const finding = findings.find(({ status }) => status === wanted);
    if (finding !== undefined) return judged('OCSP', finding, 'certificate_unknown');
  }
  const why = findings.map(({ detail }) => detail).join('; ') || 'none can be read';
  const detail = `OCSP: no response for this certificate (${why})`;
  return { outcome: 'unchecked', alert: 'certificate_unknown', detail };
}

function judged(source: string, { status, detail }: OcspFinding, alert: CertificateAlert): RevocationFinding {
  return {
    outcome: status === 'good' ? 'pass' : 'fail',
    alert: status === 'revoked' ? 'certificate_revoked' : alert,
    detail: `${source}: ${detail}`,
  };
}

function listFinding(
  certificate: Certificate,
  issuer: Certificate,
  { lists }: RevocationEvidence,
  { time, crypto }: VerifyRequest,
): RevocationFinding | undefined {
  if (lists === undefined) return undefined;
  const found = revocationStatus(certificate, issuer, lists, Math.floor(time), crypto);
  const alert = found?.status === 'revoked' ? 'certificate_revoked' : 'certificate_unknown';
  if (found === undefined) return { outcome: 'unchecked', alert, detail: 'no CRL of its issuer at hand' };
  return { outcome: found.status === 'good' ? 'pass' : 'fail', alert, detail: found.detail };
}
