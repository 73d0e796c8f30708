/** X.509 certificates (RFC 5280 section 4.1), read in the order and with the errors of mbedTLS. */

import type { PublicKey } from '../crypto/provider.ts';
import { sameBytes, toHex } from '../world/bytes.ts';
import type { UnixSeconds } from '../world/time.ts';
import { type SignatureAlgorithm, signatureAlgorithm } from './algorithms.ts';
import {
  type AlgorithmIdentifier,
  contextTag,
  type DerReader,
  type Explained,
  readExplained,
  Tag,
} from './der.ts';
import { type Extension, type Extensions, type KnownExtensions, readExtensions } from './extensions.ts';
import { type Name, readName } from './name.ts';
import { readSubjectPublicKey, type SubjectPublicKey } from './public-key.ts';
import { readTime, timeText } from './time.ts';

export interface Certificate extends Readonly<KnownExtensions>, Explained {
  readonly der: Uint8Array;
  /** TBSCertificate with its header: what is signed. */
  readonly tbsBytes: Uint8Array;
  /** 1, 2 or 3. */
  readonly version: number;
  /** Contents of the INTEGER, as encoded. */
  readonly serialNumber: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  /** The key for the provider; undefined when it has no such algorithm or curve. */
  readonly publicKey: PublicKey | undefined;
  readonly subjectPublicKey: SubjectPublicKey;
  readonly signature: Uint8Array;
  readonly extensions: readonly Extension[];
}

/**
 * Whose reading it is: `mbedtls` refuses what the device's library cannot handle (unknown critical
 * extensions, algorithms and curves), `rfc5280` only what is malformed.
 */
export type ReadingRules = 'mbedtls' | 'rfc5280';

/** Throws DerError with mbedTLS's code. Bytes after the certificate are ignored, as mbedTLS does. */
export function parseCertificate(der: Uint8Array, rules: ReadingRules = 'rfc5280'): Certificate {
  return readExplained(der, 'X509_INVALID_FORMAT', (outer) => {
    if (!outer.isTag(Tag.SEQUENCE)) outer.failPlain('X509_INVALID_FORMAT', 'not a SEQUENCE');
    return outer.field('Certificate', () => readCertificate(outer, rules === 'mbedtls'));
  });
}

/** The certificate that `reader` stands at, named in its tree too. Throws as parseCertificate does. */
export function readEmbeddedCertificate(reader: DerReader): Certificate {
  const start = reader.offset;
  reader.field(
    'Certificate',
    () => readCertificate(reader, false),
    ({ subject }) => subject.text,
  );
  // Read again for offsets that count from its own beginning.
  return parseCertificate(reader.bytes.subarray(start, reader.offset));
}

function readCertificate(outer: DerReader, strict: boolean): Omit<Certificate, 'fields'> {
  const whole = outer.offset;
  const reader = outer.sub(lengthOfWhole(outer));
  const start = reader.offset;
  const tbs = reader.field('tbsCertificate', () => readTbs(reader, strict));
  const tbsBytes = reader.bytes.subarray(start, reader.offset);
  const algorithm = reader.field(
    'signatureAlgorithm',
    () => readAlgorithm(reader),
    () => tbs.algorithm.name,
  );
  if (!sameAlgorithm(algorithm, tbs.identifier)) {
    reader.failPlain('X509_SIG_MISMATCH', 'signature algorithm inside and outside differ');
  }
  const signature = reader.field('signatureValue', () => readSignature(reader));
  reader.expectEnd();
  outer.offset = reader.offset;
  return {
    ...tbs.certificate,
    ...tbs.extensions.known,
    extensions: tbs.extensions.all,
    der: outer.bytes.subarray(whole, outer.offset),
    tbsBytes,
    signatureAlgorithm: tbs.algorithm,
    signature,
  };
}

/** mbedTLS reports the outermost header's trouble without the low-level code. */
function lengthOfWhole(outer: DerReader): number {
  try {
    return outer.tag(Tag.SEQUENCE);
  } catch {
    return outer.failPlain('X509_INVALID_FORMAT', 'certificate is cut short');
  }
}

type TbsFields =
  | 'version'
  | 'serialNumber'
  | 'issuer'
  | 'notBefore'
  | 'notAfter'
  | 'subject'
  | 'subjectPublicKey'
  | 'publicKey';

interface Tbs {
  readonly certificate: Pick<Certificate, TbsFields>;
  readonly identifier: AlgorithmIdentifier;
  readonly algorithm: SignatureAlgorithm;
  readonly extensions: Extensions;
}

function readTbs(outer: DerReader, strict: boolean): Tbs {
  const reader = outer.sub(outer.tag(Tag.SEQUENCE));
  const encoded = reader.field(
    'version',
    () => readVersion(reader),
    (version) => `v${version + 1}`,
  );
  const serialNumber = reader.field('serialNumber', () => readSerial(reader), toHex);
  const identifier = reader.field(
    'signature',
    () => readAlgorithm(reader),
    ({ oid }) => oid,
  );
  if (encoded > 2) reader.failPlain('X509_UNKNOWN_VERSION', `version ${encoded}`);
  const version = encoded + 1;
  const algorithm = signatureAlgorithm(identifier, strict);
  const issuer = reader.field(
    'issuer',
    () => readName(reader, false),
    ({ text }) => text,
  );
  const { notBefore, notAfter } = reader.field('validity', () => readValidity(reader));
  const subject = reader.field(
    'subject',
    () => readName(reader, true),
    ({ text }) => text,
  );
  const subjectPublicKey = reader.field(
    'subjectPublicKeyInfo',
    () => readSubjectPublicKey(reader, strict),
    ({ kind, bits, curve }) => curve ?? `${kind} ${bits}`,
  );
  if (version >= 2) readUniqueIdentifiers(reader);
  const noExtensions: Extensions = { all: [], known: {} };
  const extensions =
    version === 3 && !reader.atEnd
      ? reader.field('extensions', () => readExtensions(reader, strict))
      : noExtensions;
  reader.expectEnd();
  outer.offset = reader.offset;
  const publicKey = subjectPublicKey.key;
  const dates = { notBefore, notAfter };
  const certificate = { version, serialNumber, issuer, ...dates, subject, subjectPublicKey, publicKey };
  return { certificate, identifier, algorithm, extensions };
}

/** [0] EXPLICIT INTEGER DEFAULT v1(0) */
function readVersion(outer: DerReader): number {
  const tag = contextTag(0, true);
  if (outer.atEnd) outer.fail('ASN1_OUT_OF_DATA', 'empty TBSCertificate');
  if (!outer.isTag(tag)) return 0;
  const inner = outer.sub(outer.tag(tag), 'X509_INVALID_VERSION');
  const version = inner.smallInteger();
  inner.expectEnd();
  outer.offset = inner.offset;
  return version;
}

/** mbedTLS also takes the tag [2], and any length. */
function readSerial(outer: DerReader): Uint8Array {
  const tag = outer.isTag(contextTag(2, false)) ? contextTag(2, false) : Tag.INTEGER;
  return outer.within('X509_INVALID_SERIAL', (reader) => reader.value(tag));
}

export function readAlgorithm(outer: DerReader): AlgorithmIdentifier {
  return outer.within('X509_INVALID_ALG', (reader) => reader.algorithmIdentifier());
}

export function sameAlgorithm(a: AlgorithmIdentifier, b: AlgorithmIdentifier): boolean {
  return a.oid === b.oid && a.parametersTag === b.parametersTag && sameBytes(a.parameters, b.parameters);
}

/** Both ends of the validity count as within (RFC 5280 section 4.1.2.5). */
export function isValidAt(
  { notBefore, notAfter }: Pick<Certificate, 'notBefore' | 'notAfter'>,
  time: UnixSeconds,
): boolean {
  return notBefore <= time && time <= notAfter;
}

function readValidity(outer: DerReader): { notBefore: UnixSeconds; notAfter: UnixSeconds } {
  const read = (inner: DerReader) => ({
    notBefore: inner.field('notBefore', () => readTime(inner), timeText),
    notAfter: inner.field('notAfter', () => readTime(inner), timeText),
  });
  return outer.within('X509_INVALID_DATE', (reader) => reader.constructed(Tag.SEQUENCE, read));
}

/** issuerUniqueID [1] and subjectUniqueID [2]: passed over. */
function readUniqueIdentifiers(reader: DerReader): void {
  for (const number of [1, 2]) {
    const tag = contextTag(number, true);
    if (reader.isTag(tag)) reader.field(`uniqueIdentifier [${number}]`, () => reader.value(tag));
  }
}

export function readSignature(outer: DerReader): Uint8Array {
  return outer.within('X509_INVALID_SIGNATURE', (reader) => reader.take(reader.wholeBitString()));
}
