/**
 * Chain verification as RFC 5280 section 6.1 describes it, with what the web asks of servers on top
 * (certificate-profile.ts; for clients' certificates private CAs set their own rules). Anchors count as
 * certificates here: their dates, constraints and extensions are checked like any others.
 */
import type { Certificate } from '../certificate.ts';
import { DerError } from '../der.ts';
import { readCertificate } from '../known-certificates.ts';
import type { CertificateAlert } from '../mbedtls-texts.ts';
import type { NameConstraints } from '../more-extensions.ts';
import { Oid, oidName } from '../oids.ts';
import { timeText } from '../time.ts';
import type { ChainVerdict, VerifyRequest } from '../verdict.ts';
import { isSelfIssued, profileViolations, type Role } from './certificate-profile.ts';
import { CheckList, type Placed, subjectText } from './check-list.ts';
import { constraintViolation, nameConstraintsOf } from './name-constraints.ts';
import { PathBuilder } from './path-building.ts';
import { policyOutcome } from './policy-graph.ts';
import { type RevocationEvidence, readEvidence, revocationFindings } from './revocation-evidence.ts';
import { matchWebHost } from './web-names.ts';

/** Critical extensions this profile acts upon. */
const PROCESSED: readonly string[] = [
  Oid.basicConstraints,
  Oid.keyUsage,
  Oid.extKeyUsage,
  Oid.subjectAltName,
  Oid.nameConstraints,
  Oid.certificatePolicies,
  Oid.policyMappings,
  Oid.policyConstraints,
  Oid.inhibitAnyPolicy,
  Oid.tlsfeature,
];

interface Judgement {
  readonly list: CheckList;
  /** The first failure, in the order of importance for the alert. */
  readonly alert: CertificateAlert | undefined;
  readonly detail: string | undefined;
}

export function verifyRfc5280(request: VerifyRequest): ChainVerdict {
  const parsing = new CheckList();
  const [leaf, ...intermediates] = readAll(request.chain, 0, parsing);
  const anchors = readAll(request.anchors, -1, parsing);
  if (leaf?.depth !== 0) {
    const detail = request.chain.length === 0 ? 'no certificate' : 'the certificate cannot be read';
    return {
      accepted: false,
      subject: '',
      checks: parsing.checks,
      flags: [],
      alert: 'bad_certificate',
      detail,
    };
  }
  const subject = subjectText(leaf.certificate);
  const evidence = readEvidence(request, parsing);
  const judgement = bestPath(request, evidence, leaf, intermediates, anchors);
  const checks = [...parsing.checks, ...judgement.list.checks];
  const { alert, detail } = judgement;
  if (alert === undefined) return { accepted: true, subject, checks, flags: [] };
  return { accepted: false, subject, checks, flags: [], alert, detail: detail! };
}

/** Certificates that cannot be read are passed over; the path may not need them. */
function readAll(ders: readonly Uint8Array[], firstDepth: 0 | -1, list: CheckList): Placed[] {
  return ders.flatMap((der, i) => {
    const depth = firstDepth === 0 ? i : -1;
    try {
      return [{ certificate: readCertificate(der), depth }];
    } catch (error) {
      if (!(error instanceof DerError)) throw error;
      list.addBare('(unreadable certificate)', depth, 'parse', false, error.message);
      return [];
    }
  });
}

/** The first path without a fault; else the one tried first, with its faults. */
function bestPath(
  request: VerifyRequest,
  evidence: RevocationEvidence,
  leaf: Placed,
  intermediates: readonly Placed[],
  anchors: readonly Placed[],
): Judgement {
  const builder = new PathBuilder(anchors, intermediates, request.crypto);
  let first: Judgement | undefined;
  for (const path of builder.paths(leaf)) {
    const judgement = new PathJudge(request, path, evidence).run();
    if (judgement.alert === undefined) return judgement;
    first ??= judgement;
  }
  return first ?? noPath(request, evidence, leaf, builder);
}

/** Nothing to judge but the part that was found, so that the reader learns more than "unknown CA". */
function noPath(
  request: VerifyRequest,
  evidence: RevocationEvidence,
  leaf: Placed,
  builder: PathBuilder,
): Judgement {
  const { path, reason } = builder.deadEnd ?? { path: [leaf], reason: 'every way leads in a circle' };
  const { list } = new PathJudge(request, path, evidence).run();
  const last = path.at(-1)!;
  const detail = `no path to a trusted certificate: ${subjectText(last.certificate)}: ${reason}`;
  list.add(last, 'anchor', 'fail', reason);
  return { list, alert: 'unknown_ca', detail };
}

class PathJudge {
  private readonly request: VerifyRequest;
  private readonly path: readonly Placed[];
  private readonly evidence: RevocationEvidence;
  private readonly list = new CheckList();
  private alert: CertificateAlert | undefined;
  private detail: string | undefined;

  constructor(request: VerifyRequest, path: readonly Placed[], evidence: RevocationEvidence) {
    this.request = request;
    this.path = path;
    this.evidence = evidence;
  }

  run(): Judgement {
    const constraints: NameConstraints[] = [];
    // Top down, as section 6.1 goes: what a CA demands holds for everything below it.
    for (let i = this.path.length - 1; i >= 0; i--) {
      const placed = this.path[i]!;
      this.judgeCertificate(placed, i);
      this.judgeConstraints(placed, i, constraints);
    }
    this.judgePolicies(this.path[0]!);
    this.judgeLeaf(this.path[0]!);
    return { list: this.list, alert: this.alert, detail: this.detail };
  }

  private check(
    placed: Placed,
    kind: Parameters<CheckList['judge']>[1],
    passed: boolean,
    alert: CertificateAlert,
    detail: string,
  ): void {
    if (this.list.judge(placed, kind, passed, detail) || this.alert !== undefined) return;
    this.alert = alert;
    this.detail = `${subjectText(placed.certificate)}: ${detail}`;
  }

  private roleOf(placed: Placed, index: number): Role {
    if (index === 0) return 'leaf';
    return placed.depth === -1 ? 'anchor' : 'intermediate';
  }

  private judgeCertificate(placed: Placed, index: number): void {
    const { certificate } = placed;
    const issuer = this.path[index + 1];
    if (issuer !== undefined) {
      const detail = `${certificate.signatureAlgorithm.name} by ${subjectText(issuer.certificate)} verifies`;
      this.list.add(placed, 'signature', 'pass', detail);
      this.judgeRevocation(placed, issuer);
    } else if (placed.depth === -1) {
      this.list.add(placed, 'anchor', 'pass', 'is trusted');
    }
    this.judgeDates(placed);
    this.judgeCritical(placed);
    if (index > 0) this.judgeCa(placed, index);
    if (this.request.purpose === 'server') this.judgeProfile(placed, this.roleOf(placed, index));
  }

  private judgeDates(placed: Placed): void {
    const { notBefore, notAfter } = placed.certificate;
    const now = Math.floor(this.request.time);
    const dates = `${timeText(notBefore)} … ${timeText(notAfter)}`;
    const current = notBefore <= now && now <= notAfter;
    const detail = `${timeText(now)} ${current ? 'lies in' : 'is outside'} ${dates}`;
    this.check(placed, 'validity', current, 'certificate_expired', detail);
  }

  private judgeCritical(placed: Placed): void {
    const { extensions } = placed.certificate;
    const unknown = extensions.filter(({ critical, oid }) => critical && !PROCESSED.includes(oid));
    const names = unknown.map(({ name }) => name).join(', ');
    const detail = unknown.length > 0 ? `${names} is critical and not processed` : 'all were processed';
    this.check(placed, 'critical-extensions', unknown.length === 0, 'unsupported_certificate', detail);
  }

  /** Section 6.1.4 (k) to (n); for anchors too. */
  private judgeCa(placed: Placed, index: number): void {
    const { basicConstraints, keyUsage } = placed.certificate;
    const isCa = basicConstraints?.ca === true;
    this.check(placed, 'basic-constraints', isCa, 'unknown_ca', isCa ? 'is a CA' : 'is not a CA');
    const maySign = keyUsage === undefined || keyUsage.includes('keyCertSign');
    this.check(placed, 'key-usage', maySign, 'unknown_ca', keyUsage?.join(', ') ?? 'no keyUsage');
    const below = this.path.slice(1, index).filter(({ certificate }) => !isSelfIssued(certificate)).length;
    const limit = basicConstraints?.pathLength;
    const text = limit === undefined ? 'no limit' : `${below} intermediates below, ${limit} allowed`;
    this.check(placed, 'path-length', limit === undefined || below <= limit, 'unknown_ca', text);
    this.judgePurpose(placed);
  }

  /** An extKeyUsage in a CA limits what it issues, in practice if not in RFC 5280. */
  private judgePurpose(placed: Placed): void {
    const { extendedKeyUsage } = placed.certificate;
    const wanted = this.request.purpose === 'server' ? Oid.serverAuth : Oid.clientAuth;
    const fits = extendedKeyUsage?.some((oid) => oid === wanted || oid === Oid.anyExtendedKeyUsage) ?? true;
    const listed = extendedKeyUsage?.map(oidName).join(', ') ?? 'absent, nothing forbidden';
    const detail = `${oidName(wanted)} wanted; extKeyUsage: ${listed}`;
    this.check(placed, 'extended-key-usage', fits, 'unsupported_certificate', detail);
  }

  private judgeProfile(placed: Placed, role: Role): void {
    const violations = profileViolations(placed.certificate, role, this.request.crypto);
    for (const { check, detail } of violations) {
      this.check(placed, check, false, 'bad_certificate', detail);
    }
  }

  /** `constraints`: those of the CAs above; a self-issued certificate in between is exempt. */
  private judgeConstraints(placed: Placed, index: number, constraints: NameConstraints[]): void {
    const { certificate } = placed;
    const subjectToThem = index === 0 || !isSelfIssued(certificate);
    if (constraints.length > 0 && subjectToThem) {
      const violations = constraints.map((set) => constraintViolation(set, certificate));
      const violation = violations.find((text) => text !== undefined);
      const detail = violation ?? `all names are within the constraints of ${constraints.length} CA`;
      this.check(placed, 'name-constraints', violation === undefined, 'bad_certificate', detail);
    }
    if (index === 0) return;
    const own = this.constraintsOf(placed);
    if (own !== undefined) constraints.push(own);
  }

  private constraintsOf(placed: Placed): NameConstraints | undefined {
    try {
      return nameConstraintsOf(placed.certificate);
    } catch (error) {
      if (!(error instanceof DerError)) throw error;
      this.check(placed, 'name-constraints', false, 'bad_certificate', error.message);
      return undefined;
    }
  }

  /** The anchor's own extensions do not count (section 6.1.1 (d)), unlike in the other checks. */
  private judgePolicies(leaf: Placed): void {
    const issued = this.path.filter(({ depth }) => depth >= 0).map(({ certificate }) => certificate);
    try {
      const { demanded, problem, policies } = policyOutcome(issued, this.request.policies ?? {});
      const valid = policies.length > 0 ? `valid for ${policies.map(oidName).join(', ')}` : 'valid for none';
      if (demanded)
        this.check(leaf, 'policy', problem === undefined, 'certificate_unknown', problem ?? valid);
      else this.list.add(leaf, 'policy', 'unchecked', `no policy is demanded; ${valid}`);
    } catch (error) {
      if (!(error instanceof DerError)) throw error;
      this.check(leaf, 'policy', false, 'bad_certificate', error.message);
    }
  }

  private judgeLeaf(leaf: Placed): void {
    const { host, maxChainDepth } = this.request;
    if (host === undefined) this.list.add(leaf, 'name', 'unchecked', 'no host name was asked for');
    else {
      const { matches, detail } = matchWebHost(leaf.certificate, host);
      this.check(leaf, 'name', matches, 'bad_certificate', detail);
    }
    this.judgePurpose(leaf);
    this.judgeLeafUsage(leaf.certificate, leaf);
    const between = this.path.slice(1, -1).filter(({ certificate }) => !isSelfIssued(certificate)).length;
    if (maxChainDepth !== undefined) {
      const detail = `${between} intermediates, ${maxChainDepth} allowed`;
      this.check(leaf, 'path-length', between <= maxChainDepth, 'unknown_ca', detail);
    }
    const judged = this.list.checks.some(({ check, depth }) => check === 'revocation' && depth === 0);
    if (!judged) this.list.add(leaf, 'revocation', 'unchecked', 'no CRL or OCSP response at hand');
  }

  private judgeRevocation(placed: Placed, issuer: Placed): void {
    const findings = revocationFindings(placed, issuer.certificate, this.evidence, this.request);
    for (const { outcome, alert, detail } of findings) {
      if (outcome === 'unchecked') this.list.add(placed, 'revocation', outcome, detail);
      else this.check(placed, 'revocation', outcome === 'pass', alert, detail);
    }
  }

  /** TLS signs (1.3 and ECDHE) or, in 1.2, lets the key decrypt or agree; a client signs. */
  private judgeLeafUsage({ keyUsage }: Certificate, leaf: Placed): void {
    const usable =
      this.request.purpose === 'client' ? SIGNING : [...SIGNING, 'keyEncipherment', 'keyAgreement'];
    const fits = keyUsage === undefined || keyUsage.some((usage) => usable.includes(usage));
    const detail = `one of ${usable.join(', ')} wanted; keyUsage: ${keyUsage?.join(', ') ?? 'absent'}`;
    this.check(leaf, 'key-usage', fits, 'unsupported_certificate', detail);
  }
}

const SIGNING: readonly string[] = ['digitalSignature'];
