/** x509_crt_verifycrl: what mbedTLS makes of revocation lists, were it given any. */
import type { CryptoProvider } from '../../crypto/provider.ts';
import type { UnixSeconds } from '../../world/time.ts';
import type { Certificate } from '../certificate.ts';
import { type CertificateList, entryFor, parseCertificateList } from '../crl.ts';
import { DerError } from '../der.ts';
import type { MbedtlsFlag } from '../mbedtls-texts.ts';
import { sameNameMbedtls } from '../name.ts';
import { signatureIsGood } from '../signature.ts';
import { allowsUsage } from './mbedtls-usage.ts';

/** Throws DerError, also for any critical extension of the list: mbedTLS knows none. */
export function readListMbedtls(der: Uint8Array): CertificateList {
  const list = parseCertificateList(der, 'mbedtls');
  const critical = list.extensions.find((extension) => extension.critical);
  if (critical !== undefined) {
    const message = `critical extension ${critical.name} of a CRL is not known`;
    throw new DerError(['X509_INVALID_EXTENSIONS', 'ASN1_UNEXPECTED_TAG'], 0, message);
  }
  return list;
}

/** The flags for `child`, issued by `issuer`. A list that cannot be trusted ends the search. */
export function revocationFlags(
  child: Certificate,
  issuer: Certificate,
  lists: readonly CertificateList[],
  now: UnixSeconds,
  crypto: CryptoProvider,
): MbedtlsFlag[] {
  const flags: MbedtlsFlag[] = [];
  for (const list of lists.filter((candidate) => sameNameMbedtls(candidate.issuer, issuer.subject))) {
    if (!allowsUsage(issuer.keyUsage, 'cRLSign')) return [...flags, 'BADCRL_NOT_TRUSTED'];
    const { hash } = list.signatureAlgorithm;
    if (hash === 'md5' || hash === 'sha1' || hash === 'sha224') flags.push('BADCRL_BAD_MD');
    if (!signatureIsGood(list, issuer, crypto)) return [...flags, 'BADCRL_NOT_TRUSTED'];
    if (list.nextUpdate === undefined || list.nextUpdate < now) flags.push('BADCRL_EXPIRED');
    if (list.thisUpdate > now) flags.push('BADCRL_FUTURE');
    // Whatever the entry's date, be it in the future.
    if (entryFor(list, child) !== undefined) return [...flags, 'BADCERT_REVOKED'];
  }
  return flags;
}
