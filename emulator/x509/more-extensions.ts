/**
 * Extensions that mbedTLS has no parser for, of certificates, CRLs and OCSP messages. Reading one of those only
 * explains their bytes; whoever acts on an extension reads it again with `extensionOf`, and learns then that it
 * is broken. Each reader must consume its reader whole.
 */
import { toHex } from '../world/bytes.ts';
import { reasonByNumber } from './crl-reason.ts';
import { contextTag, DerError, DerReader, Tag } from './der.ts';
import { type GeneralName, readGeneralName } from './general-name.ts';
import { Oid, oidName } from './oids.ts';
import { RARE_EXTENSION_TEXTS } from './rare-extensions.ts';

export interface AccessDescription {
  /** OID: `ocsp`, `caIssuers`. */
  readonly method: string;
  readonly location: GeneralName;
}

/** RFC 5280 section 4.2.2.1 */
export function readAuthorityInfoAccess(reader: DerReader): AccessDescription[] {
  return readList(reader, 'AccessDescription', (inner) => {
    const method = inner.field('accessMethod', () => inner.oid(), oidName);
    const location = inner.field(
      'accessLocation',
      () => readGeneralName(inner),
      ({ text }) => text,
    );
    return { method, location };
  });
}

/** RFC 5280 section 4.2.1.13: the full names; reasons and indirect issuers are passed over. */
export function readDistributionPoints(reader: DerReader): GeneralName[] {
  return readList(reader, 'DistributionPoint', (inner) => {
    const tag = contextTag(0, true);
    const names = inner.isTag(tag) ? inner.constructed(tag, readPointName) : [];
    for (const number of [1, 2]) {
      const rest = contextTag(number, number === 2);
      if (inner.isTag(rest)) inner.value(rest);
    }
    return names;
  }).flat();
}

/** DistributionPointName ::= CHOICE { fullName [0] GeneralNames, nameRelativeToCRLIssuer [1] } */
function readPointName(reader: DerReader): GeneralName[] {
  if (reader.isTag(contextTag(1, true))) {
    reader.value(contextTag(1, true));
    return [];
  }
  return reader.constructed(contextTag(0, true), (inner) => {
    const names: GeneralName[] = [];
    const read = () => readGeneralName(inner);
    while (!inner.atEnd) names.push(inner.field('fullName', read, ({ text }) => text));
    return names;
  });
}

export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

/** RFC 5280 section 4.2.1.10 */
export function readNameConstraints(reader: DerReader): NameConstraints {
  return reader.constructed(Tag.SEQUENCE, (inner) => ({
    permitted: readSubtrees(inner, 0, 'permittedSubtrees'),
    excluded: readSubtrees(inner, 1, 'excludedSubtrees'),
  }));
}

function readSubtrees(reader: DerReader, number: number, name: string): GeneralName[] {
  const tag = contextTag(number, true);
  if (!reader.isTag(tag)) return [];
  const read = (list: DerReader) => {
    const names: GeneralName[] = [];
    const readOne = () => list.constructed(Tag.SEQUENCE, readSubtree);
    while (!list.atEnd) names.push(list.field('GeneralSubtree', readOne, ({ text }) => text));
    if (names.length === 0) list.fail('ASN1_INVALID_LENGTH', 'empty list of subtrees');
    return names;
  };
  return reader.field(name, () => reader.constructed(tag, read));
}

/** minimum must be zero, which DER leaves out, and maximum absent; so nothing follows the name. */
function readSubtree(reader: DerReader): GeneralName {
  return readGeneralName(reader, [8, 32]);
}

export interface PolicyConstraints {
  /** So many certificates further down every path must be valid for a policy; undefined: not demanded. */
  readonly requireExplicitPolicy: number | undefined;
  readonly inhibitPolicyMapping: number | undefined;
}

/** RFC 5280 section 4.2.1.11 */
export function readPolicyConstraints(reader: DerReader): PolicyConstraints {
  return reader.constructed(Tag.SEQUENCE, (inner) => {
    const skip = (number: number, name: string) => {
      const tag = contextTag(number, false);
      return inner.isTag(tag) ? inner.field(name, () => inner.smallInteger(tag), String) : undefined;
    };
    const requireExplicitPolicy = skip(0, 'requireExplicitPolicy');
    const inhibitPolicyMapping = skip(1, 'inhibitPolicyMapping');
    if (requireExplicitPolicy === undefined && inhibitPolicyMapping === undefined) {
      inner.fail('ASN1_OUT_OF_DATA', 'policyConstraints that constrain nothing');
    }
    return { requireExplicitPolicy, inhibitPolicyMapping };
  });
}

export interface PolicyMapping {
  /** OIDs. */
  readonly issuerDomainPolicy: string;
  readonly subjectDomainPolicy: string;
}

/** RFC 5280 section 4.2.1.5 */
export function readPolicyMappings(reader: DerReader): PolicyMapping[] {
  return readList(reader, 'PolicyMapping', (inner) => ({
    issuerDomainPolicy: inner.field('issuerDomainPolicy', () => inner.oid(), oidName),
    subjectDomainPolicy: inner.field('subjectDomainPolicy', () => inner.oid(), oidName),
  }));
}

/** RFC 5280 section 4.2.1.14: after so many certificates anyPolicy counts for nothing. */
export function readInhibitAnyPolicy(reader: DerReader): number {
  return reader.smallInteger();
}

/** The TLS extensions by number: 5 is status_request, so "must staple" (RFC 7633). */
export function readTlsFeature(reader: DerReader): number[] {
  return reader.constructed(Tag.SEQUENCE, (inner) => {
    const features: number[] = [];
    while (!inner.atEnd) features.push(inner.field('feature', () => inner.smallInteger(), featureName));
    return features;
  });
}

export const STATUS_REQUEST = 5;

function featureName(feature: number): string {
  return feature === STATUS_REQUEST ? 'status_request (must staple)' : String(feature);
}

/** SEQUENCE SIZE (1..MAX) OF SEQUENCE { … } */
function readList<T>(reader: DerReader, name: string, readItem: (inner: DerReader) => T): T[] {
  return reader.constructed(Tag.SEQUENCE, (list) => {
    if (list.atEnd) list.fail('ASN1_OUT_OF_DATA', `no ${name}`);
    const items: T[] = [];
    while (!list.atEnd) items.push(list.field(name, () => list.constructed(Tag.SEQUENCE, readItem)));
    return items;
  });
}

function namesText(names: readonly GeneralName[]): string {
  return names.map(({ text }) => text || '(all)').join(', ');
}

const TEXTS: Readonly<Record<string, (reader: DerReader) => string>> = {
  ...RARE_EXTENSION_TEXTS,
  [Oid.authorityInfoAccess]: accessText,
  [Oid.subjectInfoAccess]: accessText,
  [Oid.cRLDistributionPoints]: pointsText,
  [Oid.freshestCRL]: pointsText,
  [Oid.nameConstraints]: (reader) => {
    const { permitted, excluded } = readNameConstraints(reader);
    const parts = Object.entries({ permitted, excluded }).filter(([, names]) => names.length > 0);
    return parts.map(([kind, names]) => `${kind} ${namesText(names)}`).join('; ');
  },
  [Oid.policyConstraints]: (reader) => {
    const { requireExplicitPolicy, inhibitPolicyMapping } = readPolicyConstraints(reader);
    const parts = Object.entries({ requireExplicitPolicy, inhibitPolicyMapping });
    return parts.flatMap(([name, skip]) => (skip === undefined ? [] : [`${name} ${skip}`])).join(', ');
  },
  [Oid.policyMappings]: (reader) =>
    readPolicyMappings(reader)
      .map((mapping) => `${mapping.issuerDomainPolicy} is ${mapping.subjectDomainPolicy}`)
      .join(', '),
  [Oid.inhibitAnyPolicy]: (reader) => `after ${readInhibitAnyPolicy(reader)} certificates`,
  [Oid.tlsfeature]: (reader) => readTlsFeature(reader).map(featureName).join(', '),
  [Oid.cRLNumber]: (reader) => toHex(reader.unsignedInteger()),
  [Oid.reasonCode]: (reader) => {
    const number = reader.smallInteger(Tag.ENUMERATED);
    return reasonByNumber(number) ?? `reason ${number}`;
  },
  [Oid.ocspNonce]: (reader) => toHex(reader.value(Tag.OCTET_STRING)),
  [Oid.ocspNoCheck]: (reader) => {
    reader.value(Tag.NULL);
    return 'the responder is not asked about itself';
  },
};

function accessText(reader: DerReader): string {
  const descriptions = readAuthorityInfoAccess(reader);
  return descriptions.map(({ method, location }) => `${oidName(method)} ${location.text}`).join(', ');
}

function pointsText(reader: DerReader): string {
  return namesText(readDistributionPoints(reader));
}

/** Annotates extnValue where its structure is known. A broken one is not an error here, but said to be one. */
export function explainExtension(oid: string, content: DerReader): string {
  const read = TEXTS[oid];
  const size = `${content.remaining} bytes`;
  if (read === undefined) return size;
  try {
    return content.field('extnValue', () => {
      const text = read(content);
      content.expectEnd();
      return text;
    });
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return `${size}, malformed: ${error.message}`;
  }
}

interface WithExtensions {
  readonly extensions: readonly { readonly oid: string; readonly value: Uint8Array }[];
}

/** What `read` finds in the extension; undefined when there is none. Throws DerError when it is broken. */
export function extensionOf<T>(
  { extensions }: WithExtensions,
  oid: string,
  read: (reader: DerReader) => T,
): T | undefined {
  const extension = extensions.find((candidate) => candidate.oid === oid);
  if (extension === undefined) return undefined;
  const reader = new DerReader(extension.value, 'X509_INVALID_EXTENSIONS');
  const result = read(reader);
  reader.expectEnd();
  return result;
}
