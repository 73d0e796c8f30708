/** Certificate revocation lists (RFC 5280 section 5). */
import { sameBytes, toHex } from '../world/bytes.ts';
import type { UnixSeconds } from '../world/time.ts';
import { signatureAlgorithm } from './algorithms.ts';
import type { Certificate, ReadingRules } from './certificate.ts';
import { readAlgorithm, readSignature, sameAlgorithm } from './certificate.ts';
import { type CrlReason, reasonByNumber } from './crl-reason.ts';
import { contextTag, type DerReader, type Explained, readExplained, Tag } from './der.ts';
import { readPlainExtensions } from './extension-list.ts';
import type { Extension } from './extensions.ts';
import { type Name, readName } from './name.ts';
import { Oid } from './oids.ts';
import type { Signed } from './signature.ts';
import { readTime, timeText } from './time.ts';

export interface RevokedCertificate {
  readonly serialNumber: Uint8Array;
  readonly revocationDate: UnixSeconds;
  /** Undefined when the entry gives none, or none that is known. */
  readonly reason: CrlReason | undefined;
  readonly extensions: readonly Extension[];
}

export interface CertificateList extends Signed, Explained {
  readonly issuer: Name;
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds | undefined;
  readonly revoked: readonly RevokedCertificate[];
  readonly extensions: readonly Extension[];
}

/**
 * Throws DerError with mbedTLS's codes; critical extensions are left to the verifier. `mbedtls` refuses signature
 * algorithms that the device's library does not know.
 */
export function parseCertificateList(der: Uint8Array, rules: ReadingRules = 'rfc5280'): CertificateList {
  const read = (reader: DerReader) => readSigned(reader, rules === 'mbedtls');
  return readExplained(der, 'X509_INVALID_FORMAT', (outer) =>
    outer.field('CertificateList', () => outer.constructed(Tag.SEQUENCE, read)),
  );
}

function readSigned(reader: DerReader, strict: boolean): Omit<CertificateList, 'fields'> {
  const start = reader.offset;
  const { identifier, ...list } = reader.field('tbsCertList', () =>
    reader.constructed(Tag.SEQUENCE, (inner) => readTbs(inner, strict)),
  );
  const tbsBytes = reader.bytes.subarray(start, reader.offset);
  const outside = reader.field(
    'signatureAlgorithm',
    () => readAlgorithm(reader),
    () => list.signatureAlgorithm.name,
  );
  if (!sameAlgorithm(outside, identifier)) {
    reader.failPlain('X509_SIG_MISMATCH', 'signature algorithm inside and outside differ');
  }
  return { ...list, tbsBytes, signature: reader.field('signatureValue', () => readSignature(reader)) };
}

function readTbs(reader: DerReader, strict: boolean) {
  const version = reader.isTag(Tag.INTEGER)
    ? reader.field(
        'version',
        () => reader.smallInteger(),
        (number) => `v${number + 1}`,
      )
    : 0;
  if (version > 1) reader.failPlain('X509_UNKNOWN_VERSION', `CRL version ${version}`);
  const identifier = reader.field(
    'signature',
    () => readAlgorithm(reader),
    ({ oid }) => oid,
  );
  const algorithm = signatureAlgorithm(identifier, strict);
  const issuer = reader.field(
    'issuer',
    () => readName(reader, false),
    ({ text }) => text,
  );
  const thisUpdate = readDate(reader, 'thisUpdate');
  const dated = reader.isTag(Tag.UTC_TIME) || reader.isTag(Tag.GENERALIZED_TIME);
  const nextUpdate = dated ? readDate(reader, 'nextUpdate') : undefined;
  const revoked = reader.isTag(Tag.SEQUENCE)
    ? reader.field('revokedCertificates', () => reader.constructed(Tag.SEQUENCE, readEntries))
    : [];
  const tag = contextTag(0, true);
  const extensions = reader.isTag(tag)
    ? reader.field('crlExtensions', () =>
        reader.constructed(tag, readPlainExtensions, 'X509_INVALID_EXTENSIONS'),
      )
    : [];
  return { identifier, signatureAlgorithm: algorithm, issuer, thisUpdate, nextUpdate, revoked, extensions };
}

function readDate(reader: DerReader, name: string): UnixSeconds {
  return reader.field(name, () => reader.within('X509_INVALID_DATE', readTime), timeText);
}

function readEntries(list: DerReader): RevokedCertificate[] {
  const entries: RevokedCertificate[] = [];
  while (!list.atEnd) {
    const read = () => list.constructed(Tag.SEQUENCE, readEntry);
    entries.push(list.field('revokedCertificate', read, entryText));
  }
  return entries;
}

function readEntry(reader: DerReader): RevokedCertificate {
  const serialNumber = reader.field('userCertificate', () => reader.value(Tag.INTEGER), toHex);
  const revocationDate = readDate(reader, 'revocationDate');
  const extensions = reader.isTag(Tag.SEQUENCE)
    ? reader.field('crlEntryExtensions', () => readPlainExtensions(reader))
    : [];
  return { serialNumber, revocationDate, reason: reasonOf(extensions), extensions };
}

/** The one byte of the ENUMERATED; a reason that cannot be read does not make the entry less revoked. */
function reasonOf(extensions: readonly Extension[]): CrlReason | undefined {
  const value = extensions.find(({ oid }) => oid === Oid.reasonCode)?.value;
  if (value?.length !== 3 || value[0] !== Tag.ENUMERATED) return undefined;
  return reasonByNumber(value[2]!);
}

function entryText({ serialNumber, revocationDate, reason }: RevokedCertificate): string {
  return `${toHex(serialNumber)}, ${timeText(revocationDate)}${reason === undefined ? '' : `, ${reason}`}`;
}

/** The entry for a certificate of this list's issuer. */
export function entryFor(list: CertificateList, certificate: Certificate): RevokedCertificate | undefined {
  return list.revoked.find(({ serialNumber }) => sameBytes(serialNumber, certificate.serialNumber));
}
