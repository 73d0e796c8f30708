/** What is wrong with a server, found by looking at what it sends: both verifiers, its faults, what it offers. */
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { traitsOf } from '../../emulator/tls/key-exchanges.ts';
import { PEER_SUITES } from '../../emulator/tls/peer-suites.ts';
import { SUITE_IDS, SUITES } from '../../emulator/tls/suites.ts';
import { sameBytes } from '../../emulator/world/bytes.ts';
import type { UnixSeconds } from '../../emulator/world/time.ts';
import type { CertificateCheck } from '../../emulator/world/trace-events.ts';
import { verifyChain } from '../../emulator/x509/verify.ts';
import type { Pki } from '../scenario/pki/build.ts';
import type { DefectKind } from './risks-data.ts';
import type { ShownTls } from './select.ts';

/** What a client should do about it. */
export type Expected = 'accept' | 'refuse' | 'either';

export interface Defect {
  readonly kind: DefectKind;
  readonly expected: Expected;
  /** What fails: checks of certificates, by the names of the trace. */
  readonly failing: readonly CertificateCheck['check'][];
}

export interface Question {
  readonly tls: ShownTls | undefined;
  readonly pki: Pki;
  readonly anchors: readonly string[];
  readonly name: string;
  readonly now: UnixSeconds;
  readonly crypto: CryptoProvider;
}

type Check = CertificateCheck['check'];

const KINDS: Readonly<Record<Check, DefectKind>> = {
  parse: 'format',
  'critical-extensions': 'format',
  validity: 'validity',
  name: 'name',
  anchor: 'anchor',
  signature: 'signature',
  'basic-constraints': 'authority',
  'path-length': 'authority',
  'name-constraints': 'authority',
  policy: 'authority',
  'key-usage': 'usage',
  'extended-key-usage': 'usage',
  'public-key': 'algorithm',
  'signature-algorithm': 'algorithm',
  revocation: 'revocation',
};

/** Some defects fail several checks; this one is the reason of the others. */
const REASONS: readonly Check[] = [
  'signature-algorithm',
  'public-key',
  'path-length',
  'basic-constraints',
  'name-constraints',
  'extended-key-usage',
  'key-usage',
  'validity',
  'signature',
  'anchor',
  'name',
  'parse',
  'critical-extensions',
];

export function findDefect(question: Question): Defect {
  const { tls } = question;
  if (tls === undefined) return { kind: 'plain', expected: 'refuse', failing: [] };
  const failed = failedChecks(question);
  const failing = [...new Set(failed.map(({ check }) => check))];
  const reason = REASONS.find((check) => failing.includes(check));
  // The web's rules on form alone, which nobody but browsers enforces, are no reason to call a server bad.
  if (reason === undefined || (reason === 'critical-extensions' && verdict(question, 'mbedtls').accepted)) {
    return otherDefect(tls, question) ?? { ...limits(question), failing: [] };
  }
  const { depth } = failed.find(({ check }) => check === reason)!;
  return { kind: kindOf(reason, depth), expected: 'refuse', failing };
}

/** What a certificate may be used for is another question for a server than for an authority. */
function kindOf(reason: Check, depth: number): DefectKind {
  const kind = KINDS[reason];
  if (kind !== 'usage' && kind !== 'authority') return kind;
  return depth === 0 && reason !== 'name-constraints' ? 'usage' : 'authority';
}

/** The chain is good: what the server does beside showing it. */
function otherDefect(
  { settings, meddling, certificate, ocsp }: ShownTls,
  { pki }: Question,
): Defect | undefined {
  const refused = (kind: DefectKind): Defect => ({ kind, expected: 'refuse', failing: [] });
  for (const fault of [...settings.faults, ...meddling]) {
    if (fault.fault === 'stall' || fault.fault === 'drop')
      return { ...refused('silence'), expected: 'either' };
    if (fault.fault === 'downgrade-version') return refused('version');
    if (fault.fault !== 'substitute-certificate') return refused(kindOfDamage(fault.at));
    const shown = pki.key(fault.chain[0]!).publicKey;
    if (!sameKey(shown, pki.key(certificate).publicKey)) return refused('proof');
  }
  if (settings.suites?.every(protectsNothing)) return refused('encryption');
  return ocsp === undefined ? undefined : { kind: 'revocation', expected: 'either', failing: [] };
}

/** Which proof fails when a message arrives otherwise than the server meant it. */
function kindOfDamage(message: string): DefectKind {
  return ['ServerHello', 'ServerKeyExchange', 'CertificateVerify'].includes(message) ? 'proof' : 'integrity';
}

const ALL_SUITES = new Map([...SUITES, ...PEER_SUITES].map((suite) => [suite.id, suite]));

function protectsNothing(name: string): boolean {
  const suite = ALL_SUITES.get(SUITE_IDS.get(name)!);
  return suite !== undefined && (suite.cipher === 'NULL' || traitsOf(suite).certificate === undefined);
}

function sameKey(a: ReturnType<Pki['key']>['publicKey'], b: typeof a): boolean {
  if (a.kind === 'rsa') return b.kind === 'rsa' && sameBytes(a.n, b.n);
  return b.kind === a.kind && sameBytes(a.point, b.point);
}

/** Nothing is wrong by the RFCs. An ESP32 may still refuse it, or find no version, suite or curve to speak. */
function limits(question: Question): Pick<Defect, 'kind' | 'expected'> {
  const { settings } = question.tls!;
  const narrow = [settings.versions, settings.suites, settings.groups].some((each) => each !== undefined);
  const refused = !verdict(question, 'mbedtls').accepted;
  return narrow || refused
    ? { kind: 'capability', expected: 'either' }
    : { kind: 'none', expected: 'accept' };
}

function failedChecks(question: Question): CertificateCheck[] {
  return verdict(question, 'rfc5280').checks.filter(({ outcome }) => outcome === 'fail');
}

function verdict({ tls, pki, anchors, name, now, crypto }: Question, profile: 'rfc5280' | 'mbedtls') {
  const { ocsp } = tls!;
  return verifyChain({
    chain: shownChain(tls!, pki),
    anchors: anchors.flatMap(pki.certificates),
    profile,
    purpose: 'server',
    host: name,
    time: now,
    crypto,
    ...(ocsp !== undefined && { staples: [pki.ocspResponse(ocsp)] }),
  });
}

/** DER, leaf first, as it stands in the Certificate message. */
export function shownChain({ certificate, chain, settings }: ShownTls, pki: Pki): Uint8Array[] {
  for (const fault of settings.faults) {
    if (fault.fault === 'substitute-certificate') return fault.chain.map(pki.certificate);
  }
  return [pki.certificate(certificate), ...chain.flatMap(pki.certificates)];
}
