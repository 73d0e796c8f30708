/**
 * Chain verification as mbedTLS 3.6 does it under ESP-IDF's configuration: x509_crt.c from
 * mbedtls_x509_crt_verify_restartable down, default profile, dates checked; then what ssl_tls.c adds
 * (keyUsage and extKeyUsage of the leaf). The order of the search, not only its outcome, is that library's.
 */
import { sameBytes } from '../../world/bytes.ts';
import type { UnixSeconds } from '../../world/time.ts';
import type { Certificate } from '../certificate.ts';
import type { CertificateList } from '../crl.ts';
import { ERR, errorText } from '../mbedtls-codes.ts';
import {
  ALL_FLAGS,
  alertForFlags,
  type MbedtlsFlag,
  sortedFlags,
  verifyErrorText,
} from '../mbedtls-texts.ts';
import { sameNameMbedtls } from '../name.ts';
import { Oid, oidName } from '../oids.ts';
import { keyFitsSignature, signatureIsGood } from '../signature.ts';
import { timeText } from '../time.ts';
import type { ChainVerdict, KeyExchange, VerifyRequest } from '../verdict.ts';
import { CheckList, type Placed, subjectText } from './check-list.ts';
import { revocationFlags } from './mbedtls-crl.ts';
import { readAnchors, readChain, readLists } from './mbedtls-input.ts';
import { matchHost } from './mbedtls-names.ts';
import { allowsUsage } from './mbedtls-usage.ts';

/** MBEDTLS_X509_MAX_INTERMEDIATE_CA */
const MAX_INTERMEDIATES = 8;

/** mbedtls_x509_crt_profile_default: what is good enough to verify with. */
export const ALLOWED_HASHES: readonly (string | undefined)[] = ['sha256', 'sha384', 'sha512'];
export const ALLOWED_CURVES: readonly (string | undefined)[] = ['secp256r1', 'secp384r1', 'secp521r1'];
export const RSA_MIN_BITS = 2048;

export function verifyMbedtls(request: VerifyRequest): ChainVerdict {
  const list = new CheckList();
  const anchors = readAnchors(request.anchors, list);
  if ('accepted' in anchors) return anchors;
  const chain = readChain(request.chain, list);
  if ('accepted' in chain) return chain;
  if (chain.length === 0) return blankVerdict(request, list);
  const lists = readLists(request.crls ?? [], list);
  if ('accepted' in lists) return lists;
  return new Verification(request, chain, anchors, lists, list).run();
}

/** Nothing was left of the peer's list: mbedTLS judges the blank structure, and finds all it looks at bad. */
function blankVerdict(request: VerifyRequest, list: CheckList): ChainVerdict {
  const flags: MbedtlsFlag[] = ['BADCERT_EXPIRED', 'BADCERT_NOT_TRUSTED'];
  flags.push('BADCERT_BAD_MD', 'BADCERT_BAD_PK', 'BADCERT_BAD_KEY');
  if (request.host !== undefined) flags.push('BADCERT_CN_MISMATCH');
  return flagsVerdict(list, '', sortedFlags(flags));
}

function flagsVerdict(list: CheckList, subject: string, flags: readonly MbedtlsFlag[]): ChainVerdict {
  const verdict = { subject, checks: list.checks, flags };
  if (flags.length === 0) return { accepted: true, ...verdict };
  const detail = verifyErrorText(flags).trim().replace(/\n+/g, '; ');
  return { accepted: false, ...verdict, alert: alertForFlags(flags), detail };
}

interface Parent {
  readonly placed: Placed;
  readonly trusted: boolean;
  readonly signatureGood: boolean;
}

const USAGE_FOR: Readonly<Record<KeyExchange, 'digitalSignature' | 'keyEncipherment' | 'keyAgreement'>> = {
  signature: 'digitalSignature',
  encipherment: 'keyEncipherment',
  agreement: 'keyAgreement',
};

class Verification {
  private readonly request: VerifyRequest;
  private readonly chain: readonly Placed[];
  private readonly anchors: readonly Placed[];
  private readonly lists: readonly CertificateList[];
  private readonly list: CheckList;
  private readonly now: UnixSeconds;
  private readonly flags = new Set<MbedtlsFlag>();

  constructor(
    request: VerifyRequest,
    chain: Placed[],
    anchors: Placed[],
    lists: CertificateList[],
    list: CheckList,
  ) {
    this.request = request;
    this.chain = chain;
    this.anchors = anchors;
    this.lists = lists;
    this.list = list;
    this.now = Math.floor(request.time);
  }

  run(): ChainVerdict {
    const leaf = this.chain[0]!;
    this.checkName(leaf);
    this.checkKey(leaf, 'its own key');
    const finished = this.walk(leaf);
    this.checkLeafUsage(leaf);
    this.listUnchecked(leaf);
    if (!finished) return this.fatal(leaf);
    return flagsVerdict(this.list, subjectText(leaf.certificate), sortedFlags(this.flags));
  }

  private check(
    placed: Placed,
    kind: Parameters<CheckList['judge']>[1],
    passed: boolean,
    flag: MbedtlsFlag,
    detail: string,
  ): void {
    if (!this.list.judge(placed, kind, passed, detail)) this.flags.add(flag);
  }

  /** x509_crt_verify_chain: up from the leaf, an anchor wherever one fits. False: more than 8 intermediates. */
  private walk(leaf: Placed): boolean {
    let child = leaf;
    let length = 0;
    let selfIssued = 0;
    for (;;) {
      length++;
      this.checkDates(child);
      if (child.depth === -1) return true;
      this.checkAlgorithm(child);
      if (length === 1 && this.isPinned(child)) return true;
      const parent = this.findParent(child, length - 1 - selfIssued);
      if (parent === undefined) {
        this.flags.add('BADCERT_NOT_TRUSTED');
        return true;
      }
      if (length !== 1 && sameNameMbedtls(child.certificate.issuer, child.certificate.subject)) selfIssued++;
      if (!parent.trusted && length > MAX_INTERMEDIATES) return false;
      this.checkSignature(child, parent);
      this.checkKey(parent.placed, `signs ${subjectText(child.certificate)}`);
      this.checkRevocation(child, parent.placed);
      child = parent.placed;
    }
  }

  private checkRevocation(child: Placed, parent: Placed): void {
    if (this.lists.length === 0) return;
    const { crypto } = this.request;
    const flags = revocationFlags(child.certificate, parent.certificate, this.lists, this.now, crypto);
    const detail = flags.length > 0 ? verifyErrorText(flags).trim() : 'on none of the CRLs of its issuer';
    this.list.judge(child, 'revocation', flags.length === 0, detail);
    for (const flag of flags) this.flags.add(flag);
  }

  private checkDates(placed: Placed): void {
    const { notBefore, notAfter } = placed.certificate;
    const expired = notAfter < this.now;
    const future = notBefore > this.now;
    const relation = expired ? 'is after the end of' : future ? 'is before the beginning of' : 'lies in';
    const detail = `${timeText(this.now)} ${relation} ${timeText(notBefore)} … ${timeText(notAfter)}`;
    this.list.judge(placed, 'validity', !expired && !future, detail);
    if (expired) this.flags.add('BADCERT_EXPIRED');
    if (future) this.flags.add('BADCERT_FUTURE');
  }

  /** Not asked of a trust anchor: its own signature does not count. */
  private checkAlgorithm(placed: Placed): void {
    const { hash, name } = placed.certificate.signatureAlgorithm;
    const detail = `${name}; SHA-256, SHA-384 and SHA-512 are acceptable`;
    this.check(placed, 'signature-algorithm', ALLOWED_HASHES.includes(hash), 'BADCERT_BAD_MD', detail);
  }

  private checkKey(placed: Placed, use: string): void {
    const { kind, bits, curve } = placed.certificate.subjectPublicKey;
    const good = kind === 'rsa' ? bits >= RSA_MIN_BITS : ALLOWED_CURVES.includes(curve);
    const key = kind === 'rsa' ? `RSA with ${bits} bits` : `EC on ${curve}`;
    const wanted = kind === 'rsa' ? `at least ${RSA_MIN_BITS}` : 'P-256, P-384 and P-521';
    this.check(placed, 'public-key', good, 'BADCERT_BAD_KEY', `${key} (${use}); ${wanted} are acceptable`);
  }

  /** A self-issued leaf that is itself among the anchors, byte for byte; its signature is not checked. */
  private isPinned(placed: Placed): boolean {
    const { issuer, subject, der } = placed.certificate;
    if (!sameNameMbedtls(issuer, subject)) return false;
    const pinned = this.anchors.some(({ certificate }) => sameBytes(certificate.der, der));
    if (pinned) this.list.add(placed, 'anchor', 'pass', 'is itself one of the trusted certificates');
    return pinned;
  }

  private findParent(child: Placed, pathLength: number): Parent | undefined {
    const sent = this.chain.slice(this.chain.indexOf(child) + 1);
    const rejected: string[] = [];
    const parent =
      this.findParentIn(this.anchors, child, pathLength, rejected) ??
      this.findParentIn(sent, child, pathLength, rejected);
    const issuer = child.certificate.issuer.text;
    if (parent === undefined) {
      const why = rejected.length > 0 ? rejected.join('; ') : 'no certificate has that subject';
      this.list.add(child, 'anchor', 'fail', `no issuer "${issuer}" found: ${why}`);
    } else if (parent.trusted) {
      this.list.add(
        child,
        'anchor',
        'pass',
        `issued by the trusted ${subjectText(parent.placed.certificate)}`,
      );
    }
    return parent;
  }

  /** x509_crt_find_parent_in: the first that fits and is valid now, else the first that fits. */
  private findParentIn(
    candidates: readonly Placed[],
    child: Placed,
    pathLength: number,
    rejected: string[],
  ): Parent | undefined {
    let fallback: Parent | undefined;
    for (const placed of candidates) {
      const trusted = placed.depth === -1;
      if (!this.canBeParent(child, placed, pathLength, rejected)) continue;
      const signatureGood = signatureIsGood(child.certificate, placed.certificate, this.request.crypto);
      if (trusted && !signatureGood) {
        const why = keyFitsSignature(placed.certificate, child.certificate)
          ? 'did not sign it'
          : 'has another key';
        rejected.push(`the trusted ${subjectText(placed.certificate)} ${why}`);
        continue;
      }
      const parent = { placed, trusted, signatureGood };
      if (this.isCurrent(placed.certificate)) return parent;
      fallback ??= parent;
    }
    return fallback;
  }

  private isCurrent({ notBefore, notAfter }: Certificate): boolean {
    return notBefore <= this.now && this.now <= notAfter;
  }

  /** x509_crt_check_parent, and the path length. Trusted v1 and v2 certificates need no extensions. */
  private canBeParent(child: Placed, parent: Placed, pathLength: number, rejected: string[]): boolean {
    const { certificate } = parent;
    if (!sameNameMbedtls(child.certificate.issuer, certificate.subject)) return false;
    const name = `${parent.depth === -1 ? 'the trusted ' : ''}${subjectText(certificate)}`;
    const { basicConstraints, keyUsage } = certificate;
    const oldAnchor = parent.depth === -1 && certificate.version < 3;
    const reject = (kind: 'basic-constraints' | 'key-usage' | 'path-length', why: string) => {
      this.list.add(parent, kind, 'fail', why);
      rejected.push(`${name} ${why}`);
      return false;
    };
    if (!oldAnchor && !basicConstraints?.ca) return reject('basic-constraints', 'is not a CA');
    if (!oldAnchor && !allowsUsage(keyUsage, 'keyCertSign')) {
      return reject('key-usage', `may not sign certificates (keyUsage: ${keyUsage!.join(', ')})`);
    }
    const limit = basicConstraints?.pathLength;
    if (limit !== undefined && pathLength > limit) {
      return reject('path-length', `allows ${limit} intermediates below it, and there are ${pathLength}`);
    }
    return true;
  }

  private checkSignature(child: Placed, parent: Parent): void {
    const { certificate } = parent.placed;
    const { name } = child.certificate.signatureAlgorithm;
    const detail = `${name} by ${subjectText(certificate)} ${parent.signatureGood ? 'verifies' : 'does not verify'}`;
    this.check(child, 'signature', parent.signatureGood, 'BADCERT_NOT_TRUSTED', detail);
    const { basicConstraints, keyUsage } = certificate;
    const limit = basicConstraints?.pathLength;
    this.list.add(
      parent.placed,
      'basic-constraints',
      'pass',
      basicConstraints?.ca ? 'is a CA' : 'trusted as v1',
    );
    this.list.add(
      parent.placed,
      'path-length',
      'pass',
      limit === undefined ? 'no limit' : `limit ${limit} kept`,
    );
    this.list.add(
      parent.placed,
      'key-usage',
      'pass',
      keyUsage?.join(', ') ?? 'no keyUsage, nothing forbidden',
    );
  }

  private checkName(leaf: Placed): void {
    const { host } = this.request;
    if (host === undefined) {
      this.list.add(leaf, 'name', 'unchecked', 'no host name was asked for');
      return;
    }
    const { matches, detail } = matchHost(leaf.certificate, host);
    this.check(leaf, 'name', matches, 'BADCERT_CN_MISMATCH', detail);
  }

  /** mbedtls_ssl_check_cert_usage: absent extensions forbid nothing. A client always signs. */
  private checkLeafUsage(leaf: Placed): void {
    const { purpose, keyExchange } = this.request;
    const { keyUsage, extendedKeyUsage } = leaf.certificate;
    const usage = USAGE_FOR[purpose === 'client' ? 'signature' : (keyExchange ?? 'signature')];
    const usageGood = allowsUsage(keyUsage, usage);
    const listed = keyUsage?.join(', ') ?? 'absent, nothing forbidden';
    this.check(leaf, 'key-usage', usageGood, 'BADCERT_KEY_USAGE', `${usage} wanted; keyUsage: ${listed}`);
    const wanted = purpose === 'server' ? Oid.serverAuth : Oid.clientAuth;
    const purposes = extendedKeyUsage;
    const purposeGood = purposes?.some((oid) => oid === wanted || oid === Oid.anyExtendedKeyUsage) ?? true;
    const purposeText = purposes?.map(oidName).join(', ') ?? 'absent, nothing forbidden';
    const detail = `${oidName(wanted)} wanted; extKeyUsage: ${purposeText}`;
    this.check(leaf, 'extended-key-usage', purposeGood, 'BADCERT_EXT_KEY_USAGE', detail);
  }

  private listUnchecked(leaf: Placed): void {
    this.list.add(
      leaf,
      'critical-extensions',
      'pass',
      'all critical extensions were understood while reading',
    );
    this.list.add(leaf, 'name-constraints', 'unchecked', 'mbedTLS does not look at name constraints');
    this.list.add(leaf, 'policy', 'unchecked', 'mbedTLS does not process policies');
    if (this.lists.length > 0) return;
    this.list.add(leaf, 'revocation', 'unchecked', 'the port passes no CRL, and mbedTLS does not ask OCSP');
  }

  /** The chain would overflow mbedTLS's array: all flags are set and the call itself fails. */
  private fatal(leaf: Placed): ChainVerdict {
    const detail = `more than ${MAX_INTERMEDIATES} intermediates`;
    this.list.add(leaf, 'path-length', 'fail', detail);
    return {
      accepted: false,
      subject: subjectText(leaf.certificate),
      checks: this.list.checks,
      flags: ALL_FLAGS,
      alert: alertForFlags(ALL_FLAGS),
      detail,
      error: { code: ERR.X509_FATAL_ERROR, name: errorText('X509_FATAL_ERROR') },
    };
  }
}
