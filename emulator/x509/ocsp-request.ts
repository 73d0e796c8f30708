/** OCSPRequest (RFC 6960 section 4.1): what a client asks, and what a responder reads. */
import { contextTag, type DerReader, type Explained, readExplained, Tag } from './der.ts';
import { derOctetString } from './der-write.ts';
import { readPlainExtensions } from './extension-list.ts';
import type { Extension } from './extensions.ts';
import { readGeneralName } from './general-name.ts';
import { type CertId, readCertId } from './ocsp-cert-id.ts';
import { Oid } from './oids.ts';

export interface OcspRequest extends Explained {
  readonly certIds: readonly CertId[];
  /** Of RFC 9654: to be repeated in the response. */
  readonly nonce: Uint8Array | undefined;
  readonly extensions: readonly Extension[];
}

/** Throws DerError. A signature, which is optional and which nobody sends, is passed over. */
export function parseOcspRequest(der: Uint8Array): OcspRequest {
  return readExplained(der, 'X509_INVALID_FORMAT', (outer) => {
    const request = outer.field('OCSPRequest', () => outer.constructed(Tag.SEQUENCE, readRequest));
    outer.expectEnd();
    return { ...request, nonce: nonceOf(request.extensions) };
  });
}

function readRequest(reader: DerReader): Pick<OcspRequest, 'certIds' | 'extensions'> {
  const tbs = reader.field('tbsRequest', () => reader.constructed(Tag.SEQUENCE, readTbs));
  const signature = contextTag(0, true);
  if (reader.isTag(signature)) reader.field('optionalSignature', () => reader.value(signature));
  return tbs;
}

function readTbs(reader: DerReader): Pick<OcspRequest, 'certIds' | 'extensions'> {
  readVersion(reader);
  const requestor = contextTag(1, true);
  if (reader.isTag(requestor)) {
    reader.field('requestorName', () => reader.constructed(requestor, (inner) => readGeneralName(inner)));
  }
  const certIds = reader.field('requestList', () => reader.constructed(Tag.SEQUENCE, readRequests));
  const tag = contextTag(2, true);
  const extensions = reader.isTag(tag)
    ? reader.field('requestExtensions', () => reader.constructed(tag, readPlainExtensions))
    : [];
  return { certIds, extensions };
}

function readRequests(list: DerReader): CertId[] {
  const certIds: CertId[] = [];
  const single = contextTag(0, true);
  while (!list.atEnd) {
    list.constructed(Tag.SEQUENCE, (reader) => {
      certIds.push(readCertId(reader));
      if (reader.isTag(single)) {
        reader.field('singleRequestExtensions', () => reader.constructed(single, readPlainExtensions));
      }
    });
  }
  return certIds;
}

/** version [0] EXPLICIT INTEGER DEFAULT v1(0), in requests and responses; there is no other. */
export function readVersion(reader: DerReader): void {
  const tag = contextTag(0, true);
  if (!reader.isTag(tag)) return;
  const version = reader.field('version', () => reader.constructed(tag, (inner) => inner.smallInteger()));
  if (version !== 0) reader.failPlain('X509_UNKNOWN_VERSION', `OCSP version ${version + 1}`);
}

/** An OCTET STRING within the value; some old clients send the bytes bare, which counts as such. */
export function nonceOf(extensions: readonly Extension[]): Uint8Array | undefined {
  const value = extensions.find(({ oid }) => oid === Oid.ocspNonce)?.value;
  if (value === undefined) return undefined;
  const wrapped = value[0] === Tag.OCTET_STRING && value[1] === value.length - 2;
  return wrapped ? value.subarray(2) : value;
}

export function nonceExtension(nonce: Uint8Array): { oid: string; critical: false; value: Uint8Array } {
  return { oid: Oid.ocspNonce, critical: false, value: derOctetString(nonce) };
}
