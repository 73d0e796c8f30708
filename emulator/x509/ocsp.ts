/** OCSPResponse (RFC 6960 section 4.2), read with the bytes explained. */
import { toHex } from '../world/bytes.ts';
import type { UnixSeconds } from '../world/time.ts';
import { signatureAlgorithm } from './algorithms.ts';
import { type Certificate, readAlgorithm, readEmbeddedCertificate, readSignature } from './certificate.ts';
import { type CrlReason, reasonByNumber, revokedText } from './crl-reason.ts';
import { contextTag, type DerReader, type Explained, readExplained, Tag } from './der.ts';
import { readPlainExtensions } from './extension-list.ts';
import type { Extension } from './extensions.ts';
import { type Name, readName } from './name.ts';
import { type CertId, readCertId } from './ocsp-cert-id.ts';
import { nonceOf, readVersion } from './ocsp-request.ts';
import { Oid, oidName } from './oids.ts';
import type { Signed } from './signature.ts';
import { readTime, timeText } from './time.ts';

/** OCSPResponseStatus by number; 4 is not used. */
export const RESPONSE_STATUSES = [
  'successful',
  'malformedRequest',
  'internalError',
  'tryLater',
  undefined,
  'sigRequired',
  'unauthorized',
] as const;

export type OcspResponseStatus = Exclude<(typeof RESPONSE_STATUSES)[number], undefined>;

export type CertStatus =
  | { readonly status: 'good' }
  | { readonly status: 'unknown' }
  | { readonly status: 'revoked'; readonly time: UnixSeconds; readonly reason?: CrlReason };

export interface SingleResponse {
  readonly certId: CertId;
  readonly certStatus: CertStatus;
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds | undefined;
  readonly extensions: readonly Extension[];
}

export type ResponderId = { readonly name: Name } | { readonly keyHash: Uint8Array };

export interface BasicOcspResponse extends Signed {
  readonly responderId: ResponderId;
  readonly producedAt: UnixSeconds;
  readonly responses: readonly SingleResponse[];
  readonly nonce: Uint8Array | undefined;
  readonly extensions: readonly Extension[];
  /** Sent along to verify the signature with: a delegated responder's. */
  readonly certificates: readonly Certificate[];
}

export interface OcspResponse extends Explained {
  readonly responseStatus: OcspResponseStatus;
  /** Undefined for every status but `successful`. */
  readonly basic: BasicOcspResponse | undefined;
}

/** Throws DerError; mbedTLS has no OCSP, so the codes are those it has for certificates. */
export function parseOcspResponse(der: Uint8Array): OcspResponse {
  return readExplained(der, 'X509_INVALID_FORMAT', (outer) => {
    const response = outer.field('OCSPResponse', () => outer.constructed(Tag.SEQUENCE, readResponse));
    outer.expectEnd();
    return response;
  });
}

function readResponse(reader: DerReader): Omit<OcspResponse, 'fields'> {
  const responseStatus = reader.field('responseStatus', () => readStatus(reader), String);
  const tag = contextTag(0, true);
  if (responseStatus !== 'successful') return { responseStatus, basic: undefined };
  const basic = reader.field('responseBytes', () =>
    reader.constructed(tag, (wrapper) => wrapper.constructed(Tag.SEQUENCE, readResponseBytes)),
  );
  return { responseStatus, basic };
}

function readStatus(reader: DerReader): OcspResponseStatus {
  const number = reader.smallInteger(Tag.ENUMERATED);
  return RESPONSE_STATUSES[number] ?? reader.fail('ASN1_INVALID_DATA', `response status ${number}`);
}

function readResponseBytes(reader: DerReader): BasicOcspResponse {
  const type = reader.field('responseType', () => reader.oid(), oidName);
  if (type !== Oid.ocspBasic) reader.failPlain('X509_FEATURE_UNAVAILABLE', `response of type ${type}`);
  return reader.field('response', () =>
    reader.constructed(Tag.OCTET_STRING, (inner) =>
      inner.field('BasicOCSPResponse', () => inner.constructed(Tag.SEQUENCE, readBasic)),
    ),
  );
}

function readBasic(reader: DerReader): BasicOcspResponse {
  const start = reader.offset;
  const data = reader.field('tbsResponseData', () => reader.constructed(Tag.SEQUENCE, readData));
  const tbsBytes = reader.bytes.subarray(start, reader.offset);
  const algorithm = reader.field(
    'signatureAlgorithm',
    () => signatureAlgorithm(readAlgorithm(reader), false),
    ({ name }) => name,
  );
  const signature = reader.field('signature', () => readSignature(reader));
  const tag = contextTag(0, true);
  const certificates = reader.isTag(tag)
    ? reader.field('certs', () =>
        reader.constructed(tag, (inner) => inner.constructed(Tag.SEQUENCE, readCertificates)),
      )
    : [];
  return { ...data, tbsBytes, signatureAlgorithm: algorithm, signature, certificates };
}

function readCertificates(list: DerReader): Certificate[] {
  const certificates: Certificate[] = [];
  while (!list.atEnd) certificates.push(readEmbeddedCertificate(list));
  return certificates;
}

type ResponseData = Pick<
  BasicOcspResponse,
  'responderId' | 'producedAt' | 'responses' | 'nonce' | 'extensions'
>;

function readData(reader: DerReader): ResponseData {
  readVersion(reader);
  const responderId = reader.field('responderID', () => readResponderId(reader), responderText);
  const producedAt = readDate(reader, 'producedAt');
  const responses = reader.field('responses', () => reader.constructed(Tag.SEQUENCE, readResponses));
  const extensions = readTaggedExtensions(reader, 'responseExtensions');
  return { responderId, producedAt, responses, nonce: nonceOf(extensions), extensions };
}

/** ResponderID ::= CHOICE { byName [1] Name, byKey [2] KeyHash } */
function readResponderId(reader: DerReader): ResponderId {
  if (reader.isTag(contextTag(1, true))) {
    return { name: reader.constructed(contextTag(1, true), (inner) => readName(inner, true)) };
  }
  const keyHash = reader.constructed(contextTag(2, true), (inner) => inner.value(Tag.OCTET_STRING));
  return { keyHash };
}

export function responderText(id: ResponderId): string {
  return 'name' in id ? id.name.text : `the key with SHA-1 ${toHex(id.keyHash)}`;
}

function readDate(reader: DerReader, name: string): UnixSeconds {
  return reader.field(name, () => readGeneralizedTime(reader), timeText);
}

function readGeneralizedTime(reader: DerReader): UnixSeconds {
  if (!reader.isTag(Tag.GENERALIZED_TIME)) {
    reader.fail('ASN1_UNEXPECTED_TAG', 'GeneralizedTime expected');
  }
  return reader.within('X509_INVALID_DATE', readTime);
}

/** [1] EXPLICIT Extensions, in the response and in each of its parts. */
function readTaggedExtensions(reader: DerReader, name: string): Extension[] {
  const tag = contextTag(1, true);
  if (!reader.isTag(tag)) return [];
  return reader.field(name, () => reader.constructed(tag, readPlainExtensions));
}

function readResponses(list: DerReader): SingleResponse[] {
  const responses: SingleResponse[] = [];
  while (!list.atEnd) {
    const read = () => list.constructed(Tag.SEQUENCE, readSingleResponse);
    responses.push(list.field('SingleResponse', read, ({ certStatus }) => statusText(certStatus)));
  }
  return responses;
}

function readSingleResponse(reader: DerReader): SingleResponse {
  const certId = readCertId(reader);
  const certStatus = reader.field('certStatus', () => readCertStatus(reader), statusText);
  const thisUpdate = readDate(reader, 'thisUpdate');
  const tag = contextTag(0, true);
  const nextUpdate = reader.isTag(tag)
    ? reader.field('nextUpdate', () => reader.constructed(tag, readGeneralizedTime), timeText)
    : undefined;
  const extensions = readTaggedExtensions(reader, 'singleExtensions');
  return { certId, certStatus, thisUpdate, nextUpdate, extensions };
}

/** CertStatus ::= CHOICE { good [0] NULL, revoked [1] RevokedInfo, unknown [2] NULL }, tagged implicitly. */
function readCertStatus(reader: DerReader): CertStatus {
  for (const [number, status] of [[0, 'good'] as const, [2, 'unknown'] as const]) {
    const tag = contextTag(number, false);
    if (!reader.isTag(tag)) continue;
    if (reader.value(tag).length > 0) reader.fail('ASN1_INVALID_LENGTH', `"${status}" with contents`);
    return { status };
  }
  return reader.constructed(contextTag(1, true), readRevokedInfo);
}

function readRevokedInfo(reader: DerReader): CertStatus {
  const time = readDate(reader, 'revocationTime');
  const tag = contextTag(0, true);
  if (!reader.isTag(tag)) return { status: 'revoked', time };
  const read = () => reader.constructed(tag, (inner) => inner.smallInteger(Tag.ENUMERATED));
  const reason = reasonByNumber(reader.field('revocationReason', read, reasonByNumber));
  return { status: 'revoked', time, ...(reason === undefined ? {} : { reason }) };
}

/** "good", "revoked since 2026-01-31 23:59:59Z (keyCompromise)" */
export function statusText(status: CertStatus): string {
  return status.status === 'revoked' ? revokedText(status.time, status.reason) : status.status;
}
