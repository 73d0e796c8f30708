/** Reading what mbedTLS is given to verify, and what becomes of it when it cannot be read. */
import type { CertificateList } from '../crl.ts';
import { DerError } from '../der.ts';
import { readCertificate } from '../known-certificates.ts';
import { ERR } from '../mbedtls-codes.ts';
import type { CertificateAlert } from '../mbedtls-texts.ts';
import type { ChainVerdict } from '../verdict.ts';
import { type CheckList, type Placed, subjectText } from './check-list.ts';
import { readListMbedtls } from './mbedtls-crl.ts';

/** The port takes all of the CA data or none: one certificate that cannot be read is "invalid cert". */
export function readAnchors(anchors: readonly Uint8Array[], list: CheckList): Placed[] | ChainVerdict {
  const placed: Placed[] = [];
  for (const der of anchors) {
    try {
      placed.push({ certificate: readCertificate(der, 'mbedtls'), depth: -1 });
    } catch (error) {
      const detail = `a trusted certificate cannot be read (ValueError: invalid cert): ${messageOf(error)}`;
      list.addBare('(trust anchor)', -1, 'parse', false, detail);
      return refusal(list, '', 'bad_certificate', detail, error);
    }
  }
  return placed;
}

/** Any unreadable certificate of the peer ends the handshake, except one signed with an unknown algorithm. */
export function readChain(chain: readonly Uint8Array[], list: CheckList): Placed[] | ChainVerdict {
  const placed: Placed[] = [];
  for (const [depth, der] of chain.entries()) {
    try {
      placed.push({ certificate: readCertificate(der, 'mbedtls'), depth });
      list.add(placed.at(-1)!, 'parse', 'pass', `${der.length} bytes read`);
    } catch (error) {
      const known = nameUnreadable(der);
      list.addBare(known, depth, 'parse', false, messageOf(error));
      // mbedTLS: "maybe a prior certificate was already trusted"; it goes on without this one.
      if (codeOf(error) === ERR.X509_UNKNOWN_SIG_ALG + ERR.OID_NOT_FOUND) continue;
      const alert =
        codeOf(error) === ERR.X509_UNKNOWN_VERSION ? 'unsupported_certificate' : 'bad_certificate';
      return refusal(list, depth === 0 ? known : '', alert, messageOf(error), error);
    }
  }
  return placed;
}

/** What the certificate calls itself, when only mbedTLS cannot read it. */
function nameUnreadable(der: Uint8Array): string {
  try {
    return subjectText(readCertificate(der));
  } catch {
    return '(unreadable certificate)';
  }
}

function codeOf(error: unknown): number | undefined {
  if (!(error instanceof DerError)) throw error;
  return error.code;
}

function messageOf(error: unknown): string {
  if (!(error instanceof DerError)) throw error;
  return `${error.message}: ${error.code} ${error.codeName}`;
}

function refusal(
  list: CheckList,
  subject: string,
  alert: CertificateAlert,
  detail: string,
  error: unknown,
): ChainVerdict {
  if (!(error instanceof DerError)) throw error;
  const { code, codeName: name } = error;
  return { accepted: false, subject, checks: list.checks, flags: [], alert, detail, error: { code, name } };
}

/** The port never passes any. */
export function readLists(crls: readonly Uint8Array[], list: CheckList): CertificateList[] | ChainVerdict {
  try {
    return crls.map(readListMbedtls);
  } catch (error) {
    list.addBare('(CRL)', -1, 'revocation', false, messageOf(error));
    return refusal(list, '', 'certificate_unknown', messageOf(error), error);
  }
}
