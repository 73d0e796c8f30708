/**
 * The verification flags of mbedTLS 3.6 (x509.h) with what the port makes of them: the text of the ValueError
 * and the alert on the wire.
 */
import { ERR } from './mbedtls-codes.ts';

export type MbedtlsFlag =
  | 'BADCERT_EXPIRED'
  | 'BADCERT_REVOKED'
  | 'BADCERT_CN_MISMATCH'
  | 'BADCERT_NOT_TRUSTED'
  | 'BADCRL_NOT_TRUSTED'
  | 'BADCRL_EXPIRED'
  | 'BADCERT_MISSING'
  | 'BADCERT_SKIP_VERIFY'
  | 'BADCERT_OTHER'
  | 'BADCERT_FUTURE'
  | 'BADCRL_FUTURE'
  | 'BADCERT_KEY_USAGE'
  | 'BADCERT_EXT_KEY_USAGE'
  | 'BADCERT_NS_CERT_TYPE'
  | 'BADCERT_BAD_MD'
  | 'BADCERT_BAD_PK'
  | 'BADCERT_BAD_KEY'
  | 'BADCRL_BAD_MD'
  | 'BADCRL_BAD_PK'
  | 'BADCRL_BAD_KEY';

/** In the order in which the port joins the texts: as recorded of it, a bad key comes before a bad hash. */
const TEXTS: Readonly<Record<MbedtlsFlag, string>> = {
  BADCERT_EXPIRED: 'The certificate validity has expired',
  BADCERT_REVOKED: 'The certificate has been revoked (is on a CRL)',
  BADCERT_CN_MISMATCH: 'The certificate Common Name (CN) does not match with the expected CN',
  BADCERT_NOT_TRUSTED: 'The certificate is not correctly signed by the trusted CA',
  BADCRL_NOT_TRUSTED: 'The CRL is not correctly signed by the trusted CA',
  BADCRL_EXPIRED: 'The CRL is expired',
  BADCERT_MISSING: 'Certificate was missing',
  BADCERT_SKIP_VERIFY: 'Certificate verification was skipped',
  BADCERT_OTHER: 'Other reason (can be used by verify callback)',
  BADCERT_FUTURE: 'The certificate validity starts in the future',
  BADCRL_FUTURE: 'The CRL is from the future',
  BADCERT_KEY_USAGE: 'Usage does not match the keyUsage extension',
  BADCERT_EXT_KEY_USAGE: 'Usage does not match the extendedKeyUsage extension',
  BADCERT_NS_CERT_TYPE: 'Usage does not match the nsCertType extension',
  BADCERT_BAD_KEY: 'The certificate is signed with an unacceptable key (eg bad curve, RSA too short).',
  BADCERT_BAD_MD: 'The certificate is signed with an unacceptable hash.',
  BADCERT_BAD_PK: 'The certificate is signed with an unacceptable PK alg (eg RSA vs ECDSA).',
  BADCRL_BAD_MD: 'The CRL is signed with an unacceptable hash.',
  BADCRL_BAD_PK: 'The CRL is signed with an unacceptable PK alg (eg RSA vs ECDSA).',
  BADCRL_BAD_KEY: 'The CRL is signed with an unacceptable key (eg bad curve, RSA too short).',
};

export const ALL_FLAGS = Object.keys(TEXTS) as readonly MbedtlsFlag[];

/** Each flag once, in the order of their texts. */
export function sortedFlags(flags: Iterable<MbedtlsFlag>): MbedtlsFlag[] {
  const set = new Set(flags);
  return ALL_FLAGS.filter((flag) => set.has(flag));
}

/** What mbedtls_x509_crt_verify_info writes with the prefix "\n": "\n…\n", one after the other. */
export function verifyErrorText(flags: Iterable<MbedtlsFlag>): string {
  return sortedFlags(flags)
    .map((flag) => `\n${TEXTS[flag]}\n`)
    .join('');
}

/** The port gives the text a buffer of this size, its closing NUL included. */
const TEXT_BUFFER = 256;

export type VerifyException =
  | { readonly type: 'ValueError'; readonly text: string }
  | { readonly type: 'OSError'; readonly code: number; readonly name: string };

/** The exception the port raises: when the text does not fit its buffer, the bare error code. */
export function verifyException(flags: Iterable<MbedtlsFlag>): VerifyException {
  const text = verifyErrorText(flags);
  if (text.length < TEXT_BUFFER) return { type: 'ValueError', text };
  const name = 'MBEDTLS_ERR_X509_CERT_VERIFY_FAILED';
  return { type: 'OSError', code: ERR.X509_CERT_VERIFY_FAILED, name };
}

/** The first flag of this list that is set names the alert (ssl_tls.c, mbedtls_ssl_verify_certificate). */
const ALERTS = [
  ['BADCERT_OTHER', 'access_denied'],
  ['BADCERT_CN_MISMATCH', 'bad_certificate'],
  ['BADCERT_KEY_USAGE', 'unsupported_certificate'],
  ['BADCERT_EXT_KEY_USAGE', 'unsupported_certificate'],
  ['BADCERT_NS_CERT_TYPE', 'unsupported_certificate'],
  ['BADCERT_BAD_PK', 'unsupported_certificate'],
  ['BADCERT_BAD_KEY', 'unsupported_certificate'],
  ['BADCERT_EXPIRED', 'certificate_expired'],
  ['BADCERT_REVOKED', 'certificate_revoked'],
  ['BADCERT_NOT_TRUSTED', 'unknown_ca'],
] as const satisfies readonly (readonly [MbedtlsFlag, string])[];

/** Alerts that a refused chain ends in, either profile (RFC 8446 section 6.2). */
export type CertificateAlert =
  | (typeof ALERTS)[number][1]
  | 'bad_certificate_status_response'
  | 'certificate_unknown'
  | 'decode_error'
  | 'internal_error';

export function alertForFlags(flags: readonly MbedtlsFlag[]): CertificateAlert {
  return ALERTS.find(([flag]) => flags.includes(flag))?.[1] ?? 'certificate_unknown';
}
