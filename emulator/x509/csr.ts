/** Certification requests (PKCS#10, RFC 2986), read in the order of mbedtls_x509_csr_parse_der. */
import type { CryptoProvider, PublicKey } from '../crypto/provider.ts';
import { signatureAlgorithm } from './algorithms.ts';
import { readAlgorithm, readSignature } from './certificate.ts';
import { contextTag, type DerReader, type Explained, readExplained, Tag } from './der.ts';
import { type Extension, type Extensions, type KnownExtensions, readExtensionList } from './extensions.ts';
import { type Name, readName } from './name.ts';
import { Oid, oidName } from './oids.ts';
import { readSubjectPublicKey, type SubjectPublicKey } from './public-key.ts';
import { type Signed, signatureIsGood } from './signature.ts';

export interface Attribute {
  readonly oid: string;
  /** "extensionRequest", or the dotted OID. */
  readonly name: string;
  /** Contents of the SET of values. */
  readonly values: Uint8Array;
  /** Those that an extensionRequest asks for (RFC 2985 section 5.4.2). */
  readonly extensions?: Extensions;
}

/** The known extensions are those that are asked for. */
export interface CertificationRequest extends Signed, Readonly<KnownExtensions>, Explained {
  readonly der: Uint8Array;
  readonly subject: Name;
  /** The key for the provider; undefined when it has no such algorithm or curve. */
  readonly publicKey: PublicKey | undefined;
  readonly subjectPublicKey: SubjectPublicKey;
  readonly attributes: readonly Attribute[];
  /** Those asked for. */
  readonly extensions: readonly Extension[];
}

/** Throws DerError. Bytes after the request are ignored, as parseCertificate does. */
export function parseCertificationRequest(der: Uint8Array): CertificationRequest {
  return readExplained(der, 'X509_INVALID_FORMAT', (outer) => {
    const request = outer.field('CertificationRequest', () => outer.constructed(Tag.SEQUENCE, readRequest));
    return { ...request, der: der.subarray(0, outer.offset) };
  });
}

/** Whether whoever asks has the private key (RFC 2986 section 3). */
export function requestIsSelfSigned(request: CertificationRequest, crypto: CryptoProvider): boolean {
  return signatureIsGood(request, request, crypto);
}

function readRequest(reader: DerReader): Omit<CertificationRequest, 'der' | 'fields'> {
  const start = reader.offset;
  const info = reader.field('certificationRequestInfo', () => reader.constructed(Tag.SEQUENCE, readInfo));
  const tbsBytes = reader.bytes.subarray(start, reader.offset);
  const algorithm = reader.field(
    'signatureAlgorithm',
    () => signatureAlgorithm(readAlgorithm(reader), false),
    ({ name }) => name,
  );
  const signature = reader.field('signature', () => readSignature(reader));
  return { ...info, tbsBytes, signatureAlgorithm: algorithm, signature };
}

function readInfo(reader: DerReader) {
  const version = reader.field(
    'version',
    () => reader.within('X509_INVALID_VERSION', (inner) => inner.smallInteger()),
    (encoded) => `v${encoded + 1}`,
  );
  if (version !== 0) reader.failPlain('X509_UNKNOWN_VERSION', `request of version ${version + 1}`);
  const subject = reader.field(
    'subject',
    () => readName(reader, true),
    ({ text }) => text,
  );
  const subjectPublicKey = reader.field(
    'subjectPKInfo',
    () => readSubjectPublicKey(reader, false),
    ({ kind, bits, curve }) => curve ?? `${kind} ${bits}`,
  );
  const attributes = reader.field('attributes', () =>
    reader.constructed(contextTag(0, true), readAttributes),
  );
  const { all: extensions, known } = requestedExtensions(attributes, reader);
  const { key: publicKey } = subjectPublicKey;
  return { ...known, subject, subjectPublicKey, publicKey, attributes, extensions };
}

function readAttributes(list: DerReader): Attribute[] {
  const attributes: Attribute[] = [];
  const describe = ({ name }: Attribute) => name;
  const read = () => list.constructed(Tag.SEQUENCE, readAttribute);
  while (!list.atEnd) attributes.push(list.field('Attribute', read, describe));
  return attributes;
}

function readAttribute(reader: DerReader): Attribute {
  const oid = reader.field('type', () => reader.oid(), oidName);
  const set = reader.sub(reader.tag(Tag.SET));
  const attribute = { oid, name: oidName(oid), values: reader.take(set.remaining) };
  if (oid !== Oid.extensionRequest) {
    set.field('values', () => set.take(set.remaining));
    return attribute;
  }
  const wanted = set.as('X509_INVALID_EXTENSIONS');
  return { ...attribute, extensions: wanted.field('values', () => readExtensionList(wanted, false)) };
}

function requestedExtensions(attributes: readonly Attribute[], reader: DerReader): Extensions {
  const found = attributes.flatMap(({ extensions }) => extensions ?? []);
  if (found.length > 1) reader.failPlain('X509_INVALID_EXTENSIONS', 'second extensionRequest');
  return found[0] ?? { all: [], known: {} };
}
