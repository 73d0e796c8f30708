/** What stands in a certificate, as names and values for people. */
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { toHex } from '../../emulator/world/bytes.ts';
import type { Certificate } from '../../emulator/x509/certificate.ts';
import { extensionText } from '../../emulator/x509/extensions.ts';
import { readCertificate } from '../../emulator/x509/known-certificates.ts';
import { oidName } from '../../emulator/x509/oids.ts';
import { timeText } from '../../emulator/x509/time.ts';

/** Undefined for what is no certificate. */
export function certificateOrNot(der: Uint8Array): Certificate | undefined {
  try {
    return readCertificate(der);
  } catch {
    return undefined;
  }
}

export function certificateFields(
  certificate: Certificate,
  crypto: Pick<CryptoProvider, 'hash'>,
): (readonly [name: string, value: string])[] {
  const { der, issuer, notBefore, notAfter, serialNumber, signatureAlgorithm, version } = certificate;
  return [
    ['issuer', issuer.text],
    ['valid', `${timeText(notBefore)} … ${timeText(notAfter)}`],
    ['serial', `${toHex(serialNumber, ':')}, version ${version}`],
    ['key', keyText(certificate)],
    ['signed', signatureAlgorithm.name],
    ...certificate.extensions.map(
      (extension) =>
        [
          `${oidName(extension.oid)}${extension.critical ? ' (critical)' : ''}`,
          extensionText(extension),
        ] as const,
    ),
    ['SHA-256', toHex(crypto.hash('sha256', der), ':')],
  ];
}

function keyText({ publicKey, subjectPublicKey }: Certificate): string {
  if (publicKey?.kind === 'rsa') return `RSA, ${8 * publicKey.n.length} bits`;
  return publicKey?.kind === 'ec' ? `EC, ${publicKey.curve}` : oidName(subjectPublicKey.algorithmOid);
}
