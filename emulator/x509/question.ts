/** What a verdict was about, kept in the trace so that a reader can put the same question to the other profile. */
import { toHex } from '../world/bytes.ts';
import type { UnixSeconds } from '../world/time.ts';
import type { CertificateQuestion } from '../world/trace-events.ts';
import { readCertificate } from './known-certificates.ts';

interface Asked {
  readonly chain: readonly Uint8Array[];
  readonly anchors: readonly Uint8Array[];
  readonly purpose: 'server' | 'client';
  readonly host?: string | undefined;
  readonly time: UnixSeconds;
}

/** Of the anchors only those that could have issued something: of a whole bundle a trace needs one or two. */
export function questionOf({ chain, anchors, purpose, host, time }: Asked): CertificateQuestion {
  const issuers = new Set(chain.flatMap((der) => namesOf(der)));
  return {
    purpose,
    ...(host === undefined ? {} : { host }),
    time,
    anchors: anchors.filter((der) => issuers.has(namesOf(der)[0] ?? '')).map((der) => toHex(der)),
  };
}

/** Subject and issuer; none for what cannot be read. */
function namesOf(der: Uint8Array): string[] {
  try {
    const { subject, issuer } = readCertificate(der);
    return [subject.text, issuer.text];
  } catch {
    return [];
  }
}
