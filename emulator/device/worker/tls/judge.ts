/** How the device looks at its peer's certificates: as far as verify_mode says, with mbedTLS's eyes. */

import type { CryptoProvider } from '../../../crypto/provider.ts';
import type { PeerQuestion, PeerVerdict } from '../../../tls/engine.ts';
import { sameBytes } from '../../../world/bytes.ts';
import type { UnixSeconds } from '../../../world/time.ts';
import type { CertificateCheck } from '../../../world/trace-events.ts';
import type { Certificate } from '../../../x509/certificate.ts';
import { readCertificate } from '../../../x509/known-certificates.ts';
import type { MbedtlsFlag } from '../../../x509/mbedtls-texts.ts';
import { type ChainVerdict, verifyChain } from '../../../x509/verify.ts';
import { CERT_NONE, CERT_REQUIRED, type TlsContext } from './context.ts';
import { AllocationError } from './memory-error.ts';

export interface Judgement {
  readonly verdict: PeerVerdict;
  readonly outcome: 'accepted' | 'refused' | 'ignored';
  /** mbedTLS's flags, which become the text of the exception. */
  readonly flags: readonly MbedtlsFlag[];
  /** What an error other than flags is in Python. */
  readonly error?: { readonly code: number; readonly name: string };
  /** A number other than 0 that verify_callback returned. */
  readonly callbackResult?: number;
}

export interface Question extends PeerQuestion {
  readonly context: TlsContext;
  readonly host: string | undefined;
  readonly time: UnixSeconds;
  readonly crypto: CryptoProvider;
}

export function judge(question: Question): Judgement {
  if (question.context.verifyMode === CERT_NONE) return notLookedAt(question.chain);
  const chainVerdict = verify(question);
  const callbackResult = askCallback(question);
  if (callbackResult !== 0) return refusedByCallback(chainVerdict, callbackResult);
  return weigh(question.context, chainVerdict);
}

/** CERT_NONE: mbedTLS reads the chain, since it needs the key, and asks nothing about it. */
function notLookedAt(chain: readonly Uint8Array[]): Judgement {
  const leaf = readCertificate(chain[0]!);
  const unchecked = (['signature', 'validity', 'name', 'anchor'] as const).map(
    (check): CertificateCheck => ({
      certificate: leaf.subject.text,
      depth: 0,
      check,
      outcome: 'unchecked',
      detail: 'verify_mode is CERT_NONE: the device does not look',
    }),
  );
  const verdict = { accepted: true, authenticated: false, subject: leaf.subject.text, checks: unchecked };
  return { verdict, outcome: 'ignored', flags: [] };
}

function verify({ context, chain, purpose, keyUse, host, time, crypto }: Question): ChainVerdict {
  try {
    const question = { chain, anchors: context.anchors, purpose, host, time, crypto };
    return verifyChain({ ...question, profile: 'mbedtls', keyExchange: keyUse });
  } catch (error) {
    // A signature that could not be checked for want of memory counts as one that is not good (esp32.md).
    if (!(error instanceof AllocationError)) throw error;
    return {
      accepted: false,
      subject: readCertificate(chain[0]!).subject.text,
      checks: [],
      flags: ['BADCERT_NOT_TRUSTED'],
      alert: 'unknown_ca',
      detail: error.message,
    };
  }
}

/** A Python exception in verify_callback jumps over mbedTLS, which neither knows of it nor tells the peer. */
export class CallbackRaised extends Error {
  override readonly name = 'CallbackRaised';

  constructor() {
    super('verify_callback raised an exception');
  }
}

/** mbedTLS calls back once the chain is built, from the trusted end to the leaf. */
function askCallback({ context, chain }: Question): number {
  const { verifyCallback, anchors } = context;
  if (verifyCallback === undefined) return 0;
  const path = pathOf(chain, anchors);
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const result = verifyCallback(path[depth]!, depth);
    if (result === undefined) throw new CallbackRaised();
    if (result !== 0) return result;
  }
  return 0;
}

/** The chain as far as it was built: the certificates received, and the anchor that issued the last. */
function pathOf(chain: readonly Uint8Array[], anchors: readonly Uint8Array[]): readonly Uint8Array[] {
  const last = readCertificate(chain.at(-1)!);
  const anchor = anchors.find((der) => isIssuer(readCertificate(der), last));
  return anchor === undefined ? chain : [...chain, anchor];
}

function isIssuer(candidate: Certificate, certificate: Certificate): boolean {
  return candidate.subject.text === certificate.issuer.text && !sameBytes(candidate.der, certificate.der);
}

function refusedByCallback(found: ChainVerdict, callbackResult: number): Judgement {
  const { subject, checks, flags } = found;
  const detail = `verify_callback returned ${callbackResult}`;
  const verdict: PeerVerdict = {
    accepted: false,
    authenticated: false,
    subject,
    checks,
    alert: 'access_denied',
    detail,
  };
  return { verdict, outcome: 'refused', flags, callbackResult };
}

/** Extensions of the leaf that say what it is for: refused by another error when nothing else is wrong. */
const USAGE_FLAGS: readonly MbedtlsFlag[] = ['BADCERT_KEY_USAGE', 'BADCERT_EXT_KEY_USAGE'];

/** From what was found to what comes of it: ssl_tls.c, mbedtls_ssl_verify_certificate. */
function weigh({ verifyMode, anchors }: TlsContext, found: ChainVerdict): Judgement {
  const { accepted, subject, checks, flags, alert, detail, error } = found;
  const verdict = { accepted, authenticated: accepted, subject, checks };
  if (accepted) return { verdict, outcome: 'accepted', flags };
  if (verifyMode !== CERT_REQUIRED) {
    return { verdict: { ...verdict, accepted: true }, outcome: 'ignored', flags };
  }
  const refused: PeerVerdict = { ...verdict, ...(alert && { alert }), ...(detail && { detail }) };
  if (anchors.length === 0) {
    return { verdict: { ...refused, reason: 'no-ca-chain' }, outcome: 'refused', flags };
  }
  if (flags.length > 0 && flags.every((flag) => USAGE_FLAGS.includes(flag))) {
    return { verdict: { ...refused, reason: 'certificate-usage' }, outcome: 'refused', flags };
  }
  return { verdict: refused, outcome: 'refused', flags, ...(error && { error }) };
}
