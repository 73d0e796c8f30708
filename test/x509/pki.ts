/** A small PKI for the tests, built by our builder: the certificates that facts about the device speak of. */
import { nobleProvider } from '../../emulator/crypto/noble.ts';
import type { PrivateKey } from '../../emulator/crypto/provider.ts';
import { rsaPoolKey } from '../../emulator/crypto/rsa-key-pool.ts';
import { buildCertificate, type CertificateSpec } from '../../emulator/x509/build.ts';
import { parseCertificate } from '../../emulator/x509/certificate.ts';

const DAY = 86_400;
/** 2026-06-01T00:00:00Z */
export const NOW = 1_780_272_000;

export const crypto = nobleProvider;

export interface Issued {
  readonly der: Uint8Array;
  readonly key: PrivateKey;
}

/** A P-256 key that depends on `seed` alone. */
export function ecKey(
  seed: number,
  curve: 'secp256r1' | 'secp384r1' | 'secp521r1' = 'secp256r1',
): PrivateKey {
  return crypto.generateEcKey(curve, new Uint8Array(74).fill(seed));
}

export type IssueOptions = Partial<Omit<CertificateSpec, 'signer' | 'publicKey'>>;

let serial = 1000;

export function issue(key: PrivateKey, signer: Issued | undefined, options: IssueOptions): Issued {
  const spec: CertificateSpec = {
    subject: 'CN=api.example.com',
    serialNumber: serial++,
    notBefore: NOW - 30 * DAY,
    notAfter: NOW + 365 * DAY,
    publicKey: key.publicKey,
    signer: signer === undefined ? { key } : { key: signer.key, certificate: signer.der },
    ...options,
  };
  return { der: buildCertificate(spec, crypto), key };
}

export function ca(name: string, key: PrivateKey, signer?: Issued, options: IssueOptions = {}): Issued {
  return issue(key, signer, {
    subject: `CN=${name}, O=Test`,
    basicConstraints: { ca: true },
    keyUsage: ['keyCertSign', 'cRLSign'],
    ...options,
  });
}

export function server(signer: Issued, options: IssueOptions = {}, key: PrivateKey = ecKey(9)): Issued {
  return issue(key, signer, {
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['serverAuth'],
    subjectAltNames: [{ dns: 'api.example.com' }],
    ...options,
  });
}

/** RFC 5280 section 4.2.1.2, method 1. */
export function keyIdentifier(key: PrivateKey): Uint8Array {
  return parseCertificate(issue(key, undefined, {}).der).subjectKeyIdentifier!;
}

export const days = (count: number): number => NOW + count * DAY;

export const root = ca('Root', ecKey(1));
export const otherRoot = ca('Other Root', ecKey(2));
/** Same name as the root, another key. */
export const imposter = ca('Root', ecKey(3));
export const intermediate = ca('Intermediate', ecKey(4), root);
export const rsaRoot = ca('RSA Root', rsaPoolKey(2048, 0));
