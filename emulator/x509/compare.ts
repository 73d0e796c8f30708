/**
 * The same chain before both judges, and in words where they part: "your ESP32 accepts this, a browser refuses
 * it: name constraint violated". The device is judged as its port calls mbedTLS: without CRLs.
 */
import type { CertificateCheck } from '../world/trace-events.ts';
import type { ChainVerdict, VerifyRequest } from './verdict.ts';
import { verifyChain } from './verify.ts';

export interface Comparison {
  /** As the ESP32's mbedTLS judges. */
  readonly device: ChainVerdict;
  /** As RFC 5280 asks, for a server with the web's rules on top. */
  readonly browser: ChainVerdict;
  /** Whether both accept or both refuse. */
  readonly agree: boolean;
  /** For a learner: who refuses and why, what that means, what the device did not look at. */
  readonly sentences: readonly string[];
}

export function compare(request: Omit<VerifyRequest, 'profile'>): Comparison {
  const { crls: _, ...asTheDeviceSeesIt } = request;
  const device = verifyChain({ ...asTheDeviceSeesIt, profile: 'mbedtls' });
  const browser = verifyChain({ ...request, profile: 'rfc5280' });
  const judge = request.purpose === 'server' ? 'a browser' : 'RFC 5280';
  const sentences = [...verdictSentences(device, browser, judge), ...uncheckedSentences(device)];
  return { device, browser, agree: device.accepted === browser.accepted, sentences };
}

function verdictSentences(device: ChainVerdict, browser: ChainVerdict, judge: string): string[] {
  if (device.accepted && browser.accepted) return [`your ESP32 accepts this, and so does ${judge}`];
  if (device.accepted) {
    const refusal = `your ESP32 accepts this, ${judge} refuses it: ${reason(browser)}`;
    return [refusal, ...lesson(LENIENT, browser), ...further(browser, judge)];
  }
  if (browser.accepted) {
    const refusal = `your ESP32 refuses this, RFC 5280 accepts it: ${reason(device)}`;
    return [refusal, ...lesson(STRICT, device), ...further(device, 'your ESP32')];
  }
  return [
    `your ESP32 refuses this: ${reason(device)}`,
    `${judge} refuses it too: ${reason(browser)}`,
    ...further(browser, judge),
  ];
}

type Kind = CertificateCheck['check'];

/** What has failed, in the fewest words. */
const FAILURES: Readonly<Record<Kind, string>> = {
  parse: 'certificate not as it must be',
  signature: 'signature does not verify',
  validity: 'certificate not valid at this time',
  name: 'name not acceptable',
  anchor: 'no path to a trusted certificate',
  'basic-constraints': 'basic constraints violated',
  'path-length': 'path too long',
  'key-usage': 'key usage violated',
  'extended-key-usage': 'extended key usage violated',
  'name-constraints': 'name constraint violated',
  policy: 'certificate policy violated',
  'public-key': 'key not acceptable',
  'signature-algorithm': 'signature algorithm not acceptable',
  'critical-extensions': 'extension not acceptable',
  revocation: 'revocation status not acceptable',
};

/** What it means that the device lets pass what the other refuses. */
const LENIENT: Readonly<Partial<Record<Kind, string>>> = {
  'name-constraints':
    'a CA in this chain may issue for certain names only; mbedTLS does not look, so to your board that CA can ' +
    'pose as any server',
  revocation:
    'your board asks for no CRL and no OCSP response, so that it trusts a stolen key until the certificate ends',
  policy: 'mbedTLS does not process certificate policies',
  'extended-key-usage':
    'mbedTLS asks what the server’s own certificate is for, and not what those of the CAs are',
  'signature-algorithm': 'mbedTLS asks for a good hash alone',
  'critical-extensions': 'what a CA must put into its certificates, and how, mbedTLS does not ask',
  'basic-constraints': 'mbedTLS asks only of the issuers whether they are CAs',
  parse: 'mbedTLS reads what it needs, and does not ask for the rest of the rules',
};

/** What it means that the device refuses what is good for the other. */
const STRICT: Readonly<Partial<Record<Kind, string>>> = {
  parse:
    'mbedTLS cannot handle something in this certificate (an algorithm, a curve, an extension marked critical); ' +
    'a server for your board needs a certificate without it',
  'public-key': 'your board verifies with P-256, P-384, P-521, and RSA of 2048 bits or more',
  'path-length': 'mbedTLS has room for 8 intermediates',
  anchor:
    'mbedTLS wants each issuer among the certificates sent or trusted, under exactly the name it is called by',
};

/** The check that decided: its detail is the verdict's, or the end of it. */
function decisive({ checks, detail = '' }: ChainVerdict): CertificateCheck | undefined {
  const failed = checks.filter(({ outcome }) => outcome === 'fail');
  return failed.find((check) => detail.endsWith(check.detail)) ?? failed[0];
}

function reason(verdict: ChainVerdict): string {
  const check = decisive(verdict);
  if (check === undefined) return verdict.detail ?? 'no reason given';
  return `${failureOf(verdict, check)}: ${check.certificate}: ${check.detail}`;
}

function failureOf({ alert, error }: ChainVerdict, { check }: CertificateCheck): string {
  if (check === 'revocation' && alert === 'certificate_revoked') return 'certificate revoked';
  if (check === 'parse' && error !== undefined) return 'certificate cannot be read';
  return FAILURES[check];
}

function lesson(lessons: Readonly<Partial<Record<Kind, string>>>, verdict: ChainVerdict): string[] {
  const check = decisive(verdict);
  const text = check && lessons[check.check];
  return text === undefined ? [] : [text];
}

/** Everything else that failed, each once. */
function further(verdict: ChainVerdict, judge: string): string[] {
  const first = decisive(verdict);
  const others = verdict.checks.filter((check) => check.outcome === 'fail' && check !== first);
  const texts = others.map(
    ({ check, certificate, detail }) => `${FAILURES[check]}: ${certificate}: ${detail}`,
  );
  return [...new Set(texts)].map((text) => `${judge} also finds: ${text}`);
}

const SUBJECTS: Readonly<Partial<Record<Kind, string>>> = {
  'name-constraints': 'name constraints',
  policy: 'certificate policies',
  revocation: 'whether a certificate is revoked',
  name: 'the name, as no host was asked for',
};

function uncheckedSentences({ checks }: ChainVerdict): string[] {
  const kinds = new Set(checks.filter(({ outcome }) => outcome === 'unchecked').map(({ check }) => check));
  const subjects = [...kinds].map((kind) => SUBJECTS[kind] ?? kind);
  return subjects.length === 0 ? [] : [`your ESP32 did not look at: ${subjects.join('; ')}`];
}
