/** Distinguished names (RFC 5280 section 4.1.2.4), and the comparison mbedTLS makes of them. */
import { sameBytes, toHex } from '../world/bytes.ts';
import { type DerReader, Tag } from './der.ts';
import { Oid } from './oids.ts';
import { latin1 } from './time.ts';

export interface NameAttribute {
  readonly oid: string;
  /** Tag of the string type: equal text in two types can be two names. */
  readonly tag: number;
  readonly value: Uint8Array;
  readonly text: string;
  /** Whether the next attribute belongs to the same RelativeDistinguishedName. */
  readonly merged: boolean;
}

export interface Name {
  readonly attributes: readonly NameAttribute[];
  /** "CN=api.example.com, O=Example": RFC 4514's escapes, in the order written. */
  readonly text: string;
  /** The whole Name, header included. */
  readonly raw: Uint8Array;
}

const STRING_TAGS: readonly number[] = [
  Tag.BMP_STRING,
  Tag.UTF8_STRING,
  Tag.T61_STRING,
  Tag.PRINTABLE_STRING,
  Tag.IA5_STRING,
  Tag.UNIVERSAL_STRING,
  Tag.BIT_STRING,
];

const SHORT_NAMES: Readonly<Record<string, string>> = {
  [Oid.commonName]: 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '1.2.840.113549.1.9.1': 'emailAddress',
  '2.5.4.5': 'serialNumber',
  '2.5.4.9': 'street',
  '2.5.4.12': 'title',
  '2.5.4.4': 'SN',
  '2.5.4.42': 'GN',
  '2.5.4.46': 'dnQualifier',
  '2.5.4.65': 'pseudonym',
  '0.9.2342.19200300.100.1.1': 'uid',
  '0.9.2342.19200300.100.1.25': 'DC',
};

/**
 * Reads a Name: SEQUENCE OF SET OF attribute. `mayBeEmpty`: a subject may, an issuer may not (an empty one
 * ends in ASN1_OUT_OF_DATA, because mbedTLS reads at least one SET).
 */
export function readName(reader: DerReader, mayBeEmpty: boolean): Name {
  const start = reader.offset;
  const inner = reader.sub(reader.tag(Tag.SEQUENCE), 'X509_INVALID_NAME');
  const attributes: NameAttribute[] = [];
  if (!(mayBeEmpty && inner.atEnd)) {
    do readRelativeName(inner, attributes);
    while (!inner.atEnd);
  }
  reader.offset = inner.offset;
  const raw = reader.bytes.subarray(start, reader.offset);
  return { attributes, raw, text: nameText(attributes) };
}

function readRelativeName(reader: DerReader, attributes: NameAttribute[]): void {
  const set = reader.sub(reader.tag(Tag.SET));
  do attributes.push(readAttribute(set));
  while (!set.atEnd);
  reader.offset = set.offset;
}

function readAttribute(set: DerReader): NameAttribute {
  const read = () => {
    const inner = set.sub(set.tag(Tag.SEQUENCE));
    const oid = inner.oid();
    const tag = inner.peek() ?? inner.fail('ASN1_OUT_OF_DATA', 'attribute without a value');
    if (!STRING_TAGS.includes(tag))
      inner.fail('ASN1_UNEXPECTED_TAG', `string type expected, tag ${tag} found`);
    const value = inner.value(tag);
    inner.expectEnd();
    set.offset = inner.offset;
    return { oid, tag, value, text: stringText(tag, value), merged: !set.atEnd };
  };
  return set.field('AttributeTypeAndValue', read, attributeText);
}

const UTF_8 = new TextDecoder();
const UTF_16BE = new TextDecoder('utf-16be');

function stringText(tag: number, value: Uint8Array): string {
  if (tag === Tag.UTF8_STRING) return UTF_8.decode(value);
  if (tag === Tag.BMP_STRING) return UTF_16BE.decode(value);
  return tag === Tag.BIT_STRING || tag === Tag.UNIVERSAL_STRING ? `#${toHex(value)}` : latin1(value);
}

function attributeText(attribute: NameAttribute): string {
  const type = SHORT_NAMES[attribute.oid] ?? attribute.oid;
  return `${type}=${attribute.text.replace(/[,=+<>;"\\]|^[# ]|(?<=.) $/g, '\\$&')}`;
}

export function nameText(attributes: readonly NameAttribute[]): string {
  return attributes
    .map((attribute, i) => attributeText(attribute) + separator(attribute, i === attributes.length - 1))
    .join('');
}

function separator(attribute: NameAttribute, last: boolean): string {
  return last ? '' : attribute.merged ? ' + ' : ', ';
}

/**
 * x509_name_cmp: attribute by attribute; UTF8String and PrintableString compare with each other, ASCII case
 * ignored; no Unicode normalisation, no folding of spaces (RFC 5280 section 7.1 asks for both).
 */
export function sameNameMbedtls(a: Name, b: Name): boolean {
  return (
    a.attributes.length === b.attributes.length &&
    a.attributes.every((attribute, i) => sameAttribute(attribute, b.attributes[i]!))
  );
}

function sameAttribute(a: NameAttribute, b: NameAttribute): boolean {
  if (a.oid !== b.oid || a.merged !== b.merged) return false;
  if (a.tag === b.tag && sameBytes(a.value, b.value)) return true;
  return caseIgnored(a.tag) && caseIgnored(b.tag) && sameIgnoringCase(a.value, b.value);
}

function caseIgnored(tag: number): boolean {
  return tag === Tag.UTF8_STRING || tag === Tag.PRINTABLE_STRING;
}

/**
 * RFC 5280 section 7.1: attribute by attribute, whatever the string type; case folded, space trimmed and
 * collapsed, Unicode normalised (NFKC stands in for the full preparation of RFC 4518).
 */
export function sameName(a: Name, b: Name): boolean {
  return a.attributes.length === b.attributes.length && isNamePrefix(a, b);
}

/** Whether `prefix` is the beginning of `name`: a directory name lies in the subtree of one. */
export function isNamePrefix(prefix: Name, name: Name): boolean {
  return prefix.attributes.every((attribute, i) => {
    const other = name.attributes[i];
    return other !== undefined && attribute.oid === other.oid && prepared(attribute) === prepared(other);
  });
}

/** Equal for two names exactly when `sameName` holds; for looking names up. */
export function nameKey({ attributes }: Name): string {
  return JSON.stringify(attributes.map((attribute) => [attribute.oid, prepared(attribute)]));
}

function prepared(attribute: NameAttribute): string {
  return attribute.text.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ');
}

/** Equal but for the case of ASCII letters (mbedTLS's x509_memcasecmp). */
export function sameIgnoringCase(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => lowerCase(byte) === lowerCase(b[i]!));
}

function lowerCase(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

/** The values of the commonName attributes. */
export function commonNames(name: Name): NameAttribute[] {
  return name.attributes.filter((attribute) => attribute.oid === Oid.commonName);
}
