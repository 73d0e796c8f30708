/** What a server can show: which certificates are for a name, and what their keys may be used for. */
import { type Certificate, parseCertificate } from '../x509/certificate.ts';
import { Oid } from '../x509/oids.ts';
import type { Credentials } from './engine.ts';
import type { CertificateTraits } from './key-exchanges.ts';
import { namesHost } from './server-name.ts';

export interface Candidate {
  readonly credentials: Credentials;
  /** The client asked for a name that the certificate is for. */
  readonly named: boolean;
}

/** Those whose certificate is for the name the client asked for come first; a server falls back to the rest. */
export function byServerName(all: readonly Credentials[], name: string | undefined): readonly Candidate[] {
  const candidates = all.map((credentials) => ({
    credentials,
    named: name !== undefined && namesHost(leafOf(credentials), name),
  }));
  return [...candidates.filter(({ named }) => named), ...candidates.filter(({ named }) => !named)];
}

const KEY_USAGES = {
  signature: 'digitalSignature',
  encipherment: 'keyEncipherment',
  agreement: 'keyAgreement',
} as const;

/** RFC 5280 section 4.2.1.3 and .12. mbedTLS does not serve a certificate that no client would take. */
export function mayServe(credentials: Credentials, use: CertificateTraits['use']): boolean {
  const { keyUsage, extendedKeyUsage } = leafOf(credentials);
  if (keyUsage !== undefined && !keyUsage.includes(KEY_USAGES[use])) return false;
  return (
    extendedKeyUsage === undefined ||
    extendedKeyUsage.includes(Oid.serverAuth) ||
    extendedKeyUsage.includes(Oid.anyExtendedKeyUsage)
  );
}

const leaves = new WeakMap<Credentials, Certificate>();

/** Servers answer many connections with the same certificate: it is read once. */
function leafOf(credentials: Credentials): Certificate {
  let leaf = leaves.get(credentials);
  if (leaf === undefined) {
    leaf = parseCertificate(credentials.chain[0]!);
    leaves.set(credentials, leaf);
  }
  return leaf;
}
