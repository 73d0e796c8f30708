/** Certificate revocation lists (RFC 5280 section 5). */
import { sameBytes } from '../world/bytes.ts';
import type { UnixSeconds } from '../world/time.ts';
import { signatureAlgorithm } from './algorithms.ts';
import type { Certificate } from './certificate.ts';
import { readAlgorithm, readSignature, sameAlgorithm } from './certificate.ts';
import { contextTag, DerReader, Tag } from './der.ts';
import type { Extension } from './extensions.ts';
import { type Name, readName } from './name.ts';
import { oidName } from './oids.ts';
import type { Signed } from './signature.ts';
import { readTime } from './time.ts';

export interface RevokedCertificate {
  readonly serialNumber: Uint8Array;
  readonly revocationDate: UnixSeconds;
  readonly extensions: readonly Extension[];
}

export interface CertificateList extends Signed {
  readonly issuer: Name;
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds | undefined;
  readonly revoked: readonly RevokedCertificate[];
  readonly extensions: readonly Extension[];
}

/** Throws DerError with mbedTLS's codes; critical extensions are left to the verifier. */
export function parseCertificateList(der: Uint8Array): CertificateList {
  const outer = new DerReader(der, 'X509_INVALID_FORMAT');
  return outer.constructed(Tag.SEQUENCE, (reader) => {
    const start = reader.offset;
    const { identifier, ...list } = reader.constructed(Tag.SEQUENCE, readTbs);
    const tbsBytes = reader.bytes.subarray(start, reader.offset);
    if (!sameAlgorithm(readAlgorithm(reader), identifier)) {
      reader.failPlain('X509_SIG_MISMATCH', 'signature algorithm inside and outside differ');
    }
    return { ...list, tbsBytes, signature: readSignature(reader) };
  });
}

function readTbs(reader: DerReader) {
  const version = reader.isTag(Tag.INTEGER) ? reader.smallInteger() : 0;
  if (version > 1) reader.failPlain('X509_UNKNOWN_VERSION', `CRL version ${version}`);
  const identifier = readAlgorithm(reader);
  const issuer = readName(reader, false);
  const thisUpdate = reader.within('X509_INVALID_DATE', readTime);
  const dated = reader.isTag(Tag.UTC_TIME) || reader.isTag(Tag.GENERALIZED_TIME);
  const nextUpdate = dated ? reader.within('X509_INVALID_DATE', readTime) : undefined;
  const revoked = reader.isTag(Tag.SEQUENCE) ? reader.constructed(Tag.SEQUENCE, readEntries) : [];
  const tag = contextTag(0, true);
  const wrapped = (inner: DerReader) => inner.constructed(Tag.SEQUENCE, readExtensionList);
  const extensions = reader.isTag(tag) ? reader.constructed(tag, wrapped, 'X509_INVALID_EXTENSIONS') : [];
  const algorithm = signatureAlgorithm(identifier, true);
  return { identifier, signatureAlgorithm: algorithm, issuer, thisUpdate, nextUpdate, revoked, extensions };
}

function readEntries(list: DerReader): RevokedCertificate[] {
  const entries: RevokedCertificate[] = [];
  while (!list.atEnd) {
    const entry = list.constructed(Tag.SEQUENCE, (reader) => ({
      serialNumber: reader.value(Tag.INTEGER),
      revocationDate: reader.within('X509_INVALID_DATE', readTime),
      extensions: reader.isTag(Tag.SEQUENCE) ? reader.constructed(Tag.SEQUENCE, readExtensionList) : [],
    }));
    entries.push(entry);
  }
  return entries;
}

function readExtensionList(list: DerReader): Extension[] {
  const extensions: Extension[] = [];
  while (!list.atEnd) {
    const extension = list.constructed(Tag.SEQUENCE, (reader) => {
      const oid = reader.oid();
      const critical = reader.isTag(Tag.BOOLEAN) && reader.boolean();
      return { oid, name: oidName(oid), critical, value: reader.value(Tag.OCTET_STRING) };
    });
    extensions.push(extension);
  }
  return extensions;
}

/** The entry for a certificate of this list's issuer. */
export function entryFor(list: CertificateList, certificate: Certificate): RevokedCertificate | undefined {
  return list.revoked.find(({ serialNumber }) => sameBytes(serialNumber, certificate.serialNumber));
}
