/** The peer's chain: read, judged by the host, and its leaf's key. */
import type { PublicKey } from '../crypto/provider.ts';
import type { Certificate, ReadingRules } from '../x509/certificate.ts';
import { readCertificate } from '../x509/known-certificates.ts';
import type { TlsClientConfig } from './config.ts';
import { type PeerQuestion, type PeerVerdict, TlsError } from './engine.ts';
import type { HandshakeIo } from './handshake-machine.ts';
import type { SessionState } from './session.ts';

export interface JudgedPeer {
  readonly chain: readonly Uint8Array[];
  readonly publicKey: PublicKey;
  readonly verdict: PeerVerdict;
}

/** Throws TlsError with the alert of RFC 5246 section 7.2.2 for what is wrong. */
export function judgePeer({ host, profile }: HandshakeIo, question: PeerQuestion): JudgedPeer {
  const { chain } = question;
  const leaf = chain.map((der, depth) => parse(der, depth, profile.certificateRules))[0]!;
  const verdict = host.verifyPeer(question);
  if (!verdict.accepted) {
    const detail = verdict.detail ?? 'the peer certificate is refused';
    throw new TlsError(verdict.reason ?? 'certificate-refused', detail, { alert: verdict.alert });
  }
  if (leaf.publicKey === undefined) {
    throw new TlsError('certificate-usage', 'the certificate has a key of a kind that TLS here cannot use');
  }
  return { chain, publicKey: leaf.publicKey, verdict };
}

/** Throws TlsError where the client wants a stapled OCSP response and there is none. */
export function checkStaple({ ocspStapling }: TlsClientConfig, stapledOcsp: Uint8Array | undefined): void {
  if (stapledOcsp !== undefined || ocspStapling !== 'require') return;
  throw new TlsError('certificate-status-missing', 'the server staples no OCSP response, one is required');
}

/** Subject of the leaf that the peer showed when the session was made. */
export function resumedPeer(
  { peerCertificates }: SessionState,
  { profile }: HandshakeIo,
): string | undefined {
  const leaf = peerCertificates[0];
  return leaf && readCertificate(leaf, profile.certificateRules).subject.text;
}

function parse(der: Uint8Array, depth: number, rules: ReadingRules): Certificate {
  try {
    return readCertificate(der, rules);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new TlsError('bad-certificate', `certificate ${depth}: ${problem}`, { cause });
  }
}
