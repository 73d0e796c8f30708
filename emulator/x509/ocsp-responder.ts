/**
 * Writing OCSP responses (RFC 6960 section 4.2), good and deliberately bad ones. With der-write.ts, so that a
 * simulated responder answers without loading the library that certificates are built with.
 */
import type { CryptoProvider } from '../crypto/provider.ts';
import type { UnixSeconds } from '../world/time.ts';
import type { BuiltExtension } from './build-extensions.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { reasonNumber } from './crl-reason.ts';
import { contextTag, Tag } from './der.ts';
import {
  derExtensions,
  derGeneralizedTime,
  derOctetString,
  derOid,
  derSequence,
  derValue,
} from './der-write.ts';
import { type CertStatus, type OcspResponseStatus, RESPONSE_STATUSES } from './ocsp.ts';
import { type CertId, encodeCertId } from './ocsp-cert-id.ts';
import { nonceExtension } from './ocsp-request.ts';
import { Oid } from './oids.ts';
import { type Issuer, type SigningOptions, sign, signatureIdentifier, signedSequence } from './sign.ts';

export interface SingleResponseSpec {
  readonly certId: CertId;
  readonly certStatus: CertStatus;
  readonly thisUpdate: UnixSeconds;
  /** Absent: none, which RFC 5019 section 2.2.4 forbids. */
  readonly nextUpdate?: UnixSeconds;
}

export interface OcspResponseSpec extends SigningOptions {
  /** The CA itself, or whoever it has issued a certificate with the purpose OCSPSigning. */
  readonly responder: Issuer;
  /** How the responder calls itself; default by its key, as RFC 5019 section 2.2.3 wants. */
  readonly responderId?: 'name' | 'key';
  readonly producedAt: UnixSeconds;
  readonly responses: readonly SingleResponseSpec[];
  /** That of the request. */
  readonly nonce?: Uint8Array;
  /** DER, sent along; a delegated responder sends its own. */
  readonly certificates?: readonly Uint8Array[];
  readonly extraExtensions?: readonly BuiltExtension[];
  /** For deliberate damage: changes the signature. */
  readonly alterSignature?: (signature: Uint8Array) => Uint8Array;
}

/** DER. Throws TypeError for a CertID or a hash that cannot be written. */
export function buildOcspResponse(spec: OcspResponseSpec, crypto: CryptoProvider): Uint8Array {
  const { key } = spec.responder;
  const data = responseData(spec, crypto);
  const signature = sign(key, data, spec, crypto);
  const basic = signedSequence(
    data,
    signatureIdentifier(key, spec),
    spec.alterSignature?.(signature) ?? signature,
    spec.certificates && explicit(0, derSequence(...spec.certificates)),
  );
  const bytes = derSequence(derOid(Oid.ocspBasic), derOctetString(basic));
  return derSequence(statusValue('successful'), explicit(0, bytes));
}

/** DER of the unsigned answer of a responder that has none (section 2.3). */
export function buildOcspError(status: Exclude<OcspResponseStatus, 'successful'>): Uint8Array {
  return derSequence(statusValue(status));
}

function statusValue(status: OcspResponseStatus): Uint8Array {
  return derValue(Tag.ENUMERATED, Uint8Array.of(RESPONSE_STATUSES.indexOf(status)));
}

function responseData(spec: OcspResponseSpec, crypto: CryptoProvider): Uint8Array {
  const nonce = spec.nonce === undefined ? [] : [nonceExtension(spec.nonce)];
  const extensions = [...nonce, ...(spec.extraExtensions ?? [])];
  return derSequence(
    responderId(parseCertificate(spec.responder.certificate), spec.responderId ?? 'key', crypto),
    derGeneralizedTime(spec.producedAt),
    derSequence(...spec.responses.map(singleResponse)),
    ...(extensions.length === 0 ? [] : [explicit(1, derExtensions(extensions))]),
  );
}

function responderId(
  { subject, subjectPublicKey }: Certificate,
  by: 'name' | 'key',
  crypto: CryptoProvider,
): Uint8Array {
  if (by === 'name') return explicit(1, subject.raw);
  return explicit(2, derOctetString(crypto.hash('sha1', subjectPublicKey.bitString)));
}

function singleResponse({ certId, certStatus, thisUpdate, nextUpdate }: SingleResponseSpec): Uint8Array {
  return derSequence(
    encodeCertId(certId),
    statusChoice(certStatus),
    derGeneralizedTime(thisUpdate),
    ...(nextUpdate === undefined ? [] : [explicit(0, derGeneralizedTime(nextUpdate))]),
  );
}

function statusChoice(status: CertStatus): Uint8Array {
  if (status.status === 'good') return derValue(contextTag(0, false));
  if (status.status === 'unknown') return derValue(contextTag(2, false));
  const { time, reason } = status;
  const number = reason && derValue(Tag.ENUMERATED, Uint8Array.of(reasonNumber(reason)));
  return derValue(contextTag(1, true), derGeneralizedTime(time), ...(number ? [explicit(0, number)] : []));
}

function explicit(number: number, content: Uint8Array): Uint8Array {
  return derValue(contextTag(number, true), content);
}
