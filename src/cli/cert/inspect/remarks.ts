/** What someone who develops for a small device should know about a certificate before meeting it there. */

import { temporaries } from '../../../../emulator/device/mbedtls-memory.ts';
import type { SignatureAlgorithm } from '../../../../emulator/x509/algorithms.ts';
import type { Certificate } from '../../../../emulator/x509/certificate.ts';
import { ALLOWED_CURVES, ALLOWED_HASHES, RSA_MIN_BITS } from '../../../../emulator/x509/profiles/mbedtls.ts';
import type { SubjectPublicKey } from '../../../../emulator/x509/public-key.ts';
import { formatBytes } from '../../../report/format.ts';
import type { Period } from './inspected.ts';

/** So near its end a certificate should have been replaced. */
const SOON_DAYS = 30;

export function certificateRemarks(certificate: Certificate, validity: Period, now: number): string[] {
  const { basicConstraints, keyUsage, subjectAltNames, version, notAfter } = certificate;
  const ca = basicConstraints?.ca === true;
  const soon = validity.state === 'valid' && notAfter - now < SOON_DAYS * 86_400;
  return [
    ...when(
      validity.state === 'expired',
      'it has expired: the device refuses it as soon as its clock is set',
    ),
    ...when(validity.state === 'future', 'it is not valid yet'),
    ...when(soon, 'it ends soon: devices in the field need its successor before'),
    ...keyRemarks(certificate.subjectPublicKey),
    ...hashRemarks(certificate.signatureAlgorithm, sameText(certificate)),
    ...when(version < 3, `it is of version ${version}: without extensions nothing says whether it is a CA`),
    ...when(
      !ca && keyUsage?.includes('keyCertSign') === true,
      'it may sign certificates by keyUsage but is no CA: no chain through it is accepted',
    ),
    ...when(
      ca && keyUsage !== undefined && !keyUsage.includes('keyCertSign'),
      'it is a CA that may not sign certificates: its keyUsage lacks keyCertSign',
    ),
    ...when(
      ca && subjectAltNames !== undefined,
      'it is a CA with names of a server: do not let a server use it as its own certificate',
    ),
    ...when(
      !ca && subjectAltNames === undefined && certificate.extendedKeyUsage?.includes(SERVER) === true,
      'it has no subjectAltName: mbedTLS falls back to the common name, browsers do not',
    ),
  ];
}

const SERVER = '1.3.6.1.5.5.7.3.1';

export function keyRemarks({ kind, bits, curve }: SubjectPublicKey): string[] {
  if (kind === 'rsa') {
    if (bits < RSA_MIN_BITS) return [`the device refuses RSA keys below ${RSA_MIN_BITS} bits`];
    if (bits < 4096) return [];
    const heap = temporaries({ operation: 'rsa-public', algorithm: 'rsa', size: bits });
    return [
      `RSA with ${bits} bits: each signature checked takes about ${formatBytes(heap)} more heap while it is ` +
        'checked (estimated), and on the device the private key takes seconds to use; P-256 costs least',
    ];
  }
  if (kind === 'ec' && ALLOWED_CURVES.includes(curve)) return [];
  return [`the device verifies nothing with this key: it takes RSA and EC on ${ALLOWED_CURVES.join(', ')}`];
}

function hashRemarks({ hash, name }: SignatureAlgorithm, selfIssued: boolean): string[] {
  // The signature of a trust anchor on itself is not looked at.
  if (selfIssued || ALLOWED_HASHES.includes(hash)) return [];
  return [`signed with ${name}: the device refuses it in a chain ("unacceptable hash")`];
}

function sameText({ subject, issuer }: Certificate): boolean {
  return subject.text === issuer.text;
}

function when(condition: boolean, remark: string): string[] {
  return condition ? [remark] : [];
}
