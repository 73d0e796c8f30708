/** Certificate extensions (RFC 5280 section 4.2), read as x509_get_crt_ext of mbedTLS reads them. */
import { toHex } from '../world/bytes.ts';
import { contextTag, DerError, DerReader, Tag } from './der.ts';
import { type GeneralName, readGeneralName } from './general-name.ts';
import { explainExtension } from './more-extensions.ts';
import { Oid, oidName } from './oids.ts';

export interface Extension {
  readonly oid: string;
  /** "basicConstraints", or the dotted OID. */
  readonly name: string;
  readonly critical: boolean;
  /** Contents of extnValue. */
  readonly value: Uint8Array;
}

export interface BasicConstraints {
  readonly ca: boolean;
  /** Undefined: no limit. */
  readonly pathLength: number | undefined;
}

export const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

export type KeyUsage = (typeof KEY_USAGES)[number];

export interface AuthorityKeyIdentifier {
  readonly keyIdentifier: Uint8Array | undefined;
  readonly authorityCertIssuer: readonly GeneralName[] | undefined;
  readonly authorityCertSerialNumber: Uint8Array | undefined;
}

/** What the extensions that were understood say; undefined where the extension is absent. */
export interface KnownExtensions {
  basicConstraints?: BasicConstraints;
  keyUsage?: readonly KeyUsage[];
  /** OIDs. */
  extendedKeyUsage?: readonly string[];
  subjectAltNames?: readonly GeneralName[];
  subjectKeyIdentifier?: Uint8Array;
  authorityKeyIdentifier?: AuthorityKeyIdentifier;
  /** OIDs of the policies. */
  certificatePolicies?: readonly string[];
}

export interface Extensions {
  readonly all: readonly Extension[];
  readonly known: KnownExtensions;
}

/** Puts in words what an extension says, for those who look at its fields. */
type Describe = () => string;

/** One parser per extension that mbedTLS has one for: it must consume its reader whole. */
const PARSERS: Readonly<
  Record<string, (reader: DerReader, known: KnownExtensions, strict: boolean) => Describe>
> = {
  [Oid.basicConstraints]: readBasicConstraints,
  [Oid.keyUsage]: readKeyUsage,
  [Oid.extKeyUsage]: readExtendedKeyUsage,
  [Oid.subjectAltName]: readSubjectAltNames,
  [Oid.subjectKeyIdentifier]: readSubjectKeyIdentifier,
  [Oid.authorityKeyIdentifier]: readAuthorityKeyIdentifier,
  [Oid.certificatePolicies]: readCertificatePolicies,
  [Oid.nsCertType]: readNsCertType,
};

/** What an extension says in words, wherever it stands; a broken one says that it is. */
export function extensionText({ oid, value }: Extension): string {
  const content = new DerReader(value, 'X509_INVALID_EXTENSIONS');
  const parse = PARSERS[oid];
  if (parse === undefined) return explainExtension(oid, content);
  try {
    return parse(content, {}, false)();
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return `${value.length} bytes, malformed: ${error.message}`;
  }
}

/** Whether an extension may be critical for mbedTLS: it has a parser for it. */
export function knownToMbedtls(oid: string): boolean {
  return oid in PARSERS;
}

/**
 * Extensions ::= [3] EXPLICIT SEQUENCE OF Extension; `reader` stands at [3]. `strict`: a critical extension
 * without a parser ends in X509_INVALID_EXTENSIONS + ASN1_UNEXPECTED_TAG, a critical policy other than
 * anyPolicy in X509_FEATURE_UNAVAILABLE.
 */
export function readExtensions(outer: DerReader, strict: boolean): Extensions {
  const start = outer.as('X509_INVALID_EXTENSIONS');
  const wrapper = start.sub(start.tag(contextTag(3, true)));
  const extensions = readExtensionList(wrapper, strict);
  outer.offset = wrapper.offset;
  return extensions;
}

/** SEQUENCE OF Extension, which must fill its reader: what [3] wraps in a certificate, and a request asks for. */
export function readExtensionList(wrapper: DerReader, strict: boolean): Extensions {
  const reader = wrapper.sub(wrapper.tag(Tag.SEQUENCE));
  if (reader.end !== wrapper.end) wrapper.fail('ASN1_LENGTH_MISMATCH', 'bytes after the extensions');
  const all: Extension[] = [];
  const known: KnownExtensions = {};
  while (!reader.atEnd) readExtension(reader, all, known, strict);
  wrapper.offset = reader.offset;
  return { all, known };
}

type Explained = Extension & { readonly text: Describe };

function readExtension(outer: DerReader, all: Extension[], known: KnownExtensions, strict: boolean): void {
  const describe = ({ name, critical, text }: Explained) =>
    `${name}${critical ? ', critical' : ''}: ${text()}`;
  outer.field('Extension', () => readOneExtension(outer, all, known, strict), describe);
}

function readOneExtension(
  outer: DerReader,
  all: Extension[],
  known: KnownExtensions,
  strict: boolean,
): Explained {
  const reader = outer.sub(outer.tag(Tag.SEQUENCE));
  const oid = reader.field('extnID', () => reader.oid(), oidName);
  const critical = reader.isTag(Tag.BOOLEAN)
    ? reader.field('critical', () => reader.boolean(), String)
    : false;
  const content = reader.sub(reader.tag(Tag.OCTET_STRING));
  if (content.end !== reader.end) reader.fail('ASN1_LENGTH_MISMATCH', 'bytes after extnValue');
  outer.offset = reader.end;
  const value = outer.bytes.subarray(content.offset, content.end);
  const extension = { oid, name: oidName(oid), critical, value };
  if (all.some((earlier) => earlier.oid === oid) && (strict ? knownToMbedtls(oid) : true)) {
    reader.failPlain('X509_INVALID_EXTENSIONS', `second ${extension.name}`);
  }
  all.push(extension);
  const parse = PARSERS[oid];
  if (parse === undefined) {
    if (critical && strict)
      reader.fail('ASN1_UNEXPECTED_TAG', `critical extension ${extension.name} is not known`);
    const text = content.annotates ? explainExtension(oid, content) : '';
    return { ...extension, text: () => text };
  }
  const text = content.field('extnValue', () => parse(content, known, strict));
  content.expectEnd();
  if (strict && critical && oid === Oid.certificatePolicies && !onlyAnyPolicy(known)) {
    content.failPlain('X509_FEATURE_UNAVAILABLE', 'critical policy other than anyPolicy');
  }
  return { ...extension, text };
}

function onlyAnyPolicy(known: KnownExtensions): boolean {
  return known.certificatePolicies!.every((policy) => policy === Oid.anyPolicy);
}

function readBasicConstraints(reader: DerReader, known: KnownExtensions): Describe {
  let ca = false;
  let pathLength: number | undefined;
  // The SEQUENCE's own length is not looked at again: mbedTLS reads on to the end of extnValue.
  reader.tag(Tag.SEQUENCE);
  if (!reader.atEnd) {
    ca = reader.isTag(Tag.BOOLEAN) ? reader.boolean() : reader.smallInteger() !== 0;
    if (!reader.atEnd) pathLength = reader.smallInteger();
    if (!reader.atEnd) reader.expectEnd();
    if (pathLength === 0x7fffffff) reader.fail('ASN1_INVALID_LENGTH', 'path length of 2^31-1');
  }
  known.basicConstraints = { ca, pathLength };
  return () => (ca ? `CA${pathLength === undefined ? '' : `, path length ${pathLength}`}` : 'not a CA');
}

function readKeyUsage(reader: DerReader, known: KnownExtensions): Describe {
  const bytes = reader.bitString();
  const usages = KEY_USAGES.filter((_, bit) => ((bytes[bit >> 3] ?? 0) << (bit & 7)) & 0x80);
  known.keyUsage = usages;
  return () => usages.join(', ') || 'none';
}

function readExtendedKeyUsage(reader: DerReader, known: KnownExtensions): Describe {
  const inner = reader.sub(reader.tag(Tag.SEQUENCE));
  if (inner.end !== reader.end) reader.fail('ASN1_LENGTH_MISMATCH', 'bytes after the list');
  const purposes: string[] = [];
  while (!inner.atEnd) purposes.push(inner.field('KeyPurposeId', () => inner.oid(), oidName));
  if (purposes.length === 0) reader.fail('ASN1_INVALID_LENGTH', 'empty list of purposes');
  reader.offset = inner.offset;
  known.extendedKeyUsage = purposes;
  return () => purposes.map(oidName).join(', ');
}

function readSubjectAltNames(reader: DerReader, known: KnownExtensions): Describe {
  const names = readGeneralNames(reader, reader.tag(Tag.SEQUENCE));
  known.subjectAltNames = names;
  return () => names.map((name) => name.text).join(', ');
}

/** `length` bytes of names that must reach the end of the reader. */
function readGeneralNames(reader: DerReader, length: number): GeneralName[] {
  const inner = reader.sub(length);
  if (inner.end !== reader.end) reader.fail('ASN1_LENGTH_MISMATCH', 'bytes after the names');
  const names: GeneralName[] = [];
  const describe = (name: GeneralName) => `${name.kind} ${name.text}`;
  while (!inner.atEnd) names.push(inner.field('GeneralName', () => readGeneralName(inner), describe));
  reader.offset = inner.offset;
  return names;
}

function readSubjectKeyIdentifier(reader: DerReader, known: KnownExtensions): Describe {
  const identifier = reader.value(Tag.OCTET_STRING);
  reader.expectEnd();
  known.subjectKeyIdentifier = identifier;
  return () => toHex(identifier, ':');
}

/** authorityCertIssuer and authorityCertSerialNumber come both or not at all; mbedTLS wants something in it. */
function readAuthorityKeyIdentifier(reader: DerReader, known: KnownExtensions, strict: boolean): Describe {
  const inner = reader.sub(reader.tag(Tag.SEQUENCE));
  if (inner.end !== reader.end) reader.fail('ASN1_LENGTH_MISMATCH', 'bytes after the key identifier');
  if (strict && inner.atEnd) inner.fail('ASN1_OUT_OF_DATA', 'empty authorityKeyIdentifier');
  let keyIdentifier: Uint8Array | undefined;
  let authorityCertIssuer: readonly GeneralName[] | undefined;
  let authorityCertSerialNumber: Uint8Array | undefined;
  const keyTag = contextTag(0, false);
  if (inner.isTag(keyTag)) keyIdentifier = inner.field('keyIdentifier', () => inner.value(keyTag));
  if (!inner.atEnd) {
    const issuer = inner.sub(inner.tag(contextTag(1, true)));
    authorityCertIssuer = readGeneralNames(issuer, issuer.remaining);
    inner.offset = issuer.offset;
    authorityCertSerialNumber = inner.value(contextTag(2, false));
  }
  inner.expectEnd();
  reader.offset = inner.offset;
  known.authorityKeyIdentifier = { keyIdentifier, authorityCertIssuer, authorityCertSerialNumber };
  return () => (keyIdentifier === undefined ? 'no key identifier' : toHex(keyIdentifier, ':'));
}

function readCertificatePolicies(reader: DerReader, known: KnownExtensions): Describe {
  const inner = reader.sub(reader.tag(Tag.SEQUENCE));
  if (inner.end !== reader.end || inner.atEnd) reader.fail('ASN1_LENGTH_MISMATCH', 'no list of policies');
  const policies: string[] = [];
  while (!inner.atEnd) {
    const read = () => inner.constructed(Tag.SEQUENCE, readPolicyInformation);
    policies.push(inner.field('PolicyInformation', read, oidName));
  }
  reader.offset = inner.offset;
  known.certificatePolicies = policies;
  return () => policies.map(oidName).join(', ');
}

/** The OID; qualifiers are texts for people. */
function readPolicyInformation(reader: DerReader): string {
  const policy = reader.oid();
  if (!reader.atEnd) reader.field('policyQualifiers', () => reader.value(Tag.SEQUENCE));
  return policy;
}

function readNsCertType(reader: DerReader): Describe {
  const bits = reader.bitString();
  if (bits.length > 1) reader.fail('ASN1_INVALID_LENGTH', 'nsCertType over one byte');
  return () => toHex(bits);
}
