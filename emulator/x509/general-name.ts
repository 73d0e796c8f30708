/** GeneralName (RFC 5280 section 4.2.1.6). */
import { toHex } from '../world/bytes.ts';
import { contextTag, DerError, type DerReader, decodeOid, Tag } from './der.ts';
import { type Name, readName } from './name.ts';
import { Oid } from './oids.ts';
import { latin1 } from './time.ts';

export type GeneralNameKind =
  | 'otherName'
  | 'rfc822Name'
  | 'dNSName'
  | 'x400Address'
  | 'directoryName'
  | 'ediPartyName'
  | 'uniformResourceIdentifier'
  | 'iPAddress'
  | 'registeredID'
  | 'unknown';

const KINDS: readonly GeneralNameKind[] = [
  'otherName',
  'rfc822Name',
  'dNSName',
  'x400Address',
  'directoryName',
  'ediPartyName',
  'uniformResourceIdentifier',
  'iPAddress',
  'registeredID',
];

export interface GeneralName {
  readonly kind: GeneralNameKind;
  /** Contents without the context tag. */
  readonly value: Uint8Array;
  /** "api.example.com", "192.0.2.1", "CN=…" */
  readonly text: string;
  readonly directoryName?: Name;
}

/**
 * One name. Checks what mbedtls_x509_parse_subject_alt_name checks: class of the tag, the structure of
 * directory names and hardware module names, and 4 or 16 bytes in an address (8 or 32 in a constraint).
 */
export function readGeneralName(reader: DerReader, addressLengths: readonly number[] = [4, 16]): GeneralName {
  const start = reader.offset;
  const tag = reader.peek() ?? reader.fail('ASN1_OUT_OF_DATA', 'name expected, data ends');
  reader.offset++;
  const length = reader.length();
  if ((tag & 0xc0) !== 0x80) reader.fail('ASN1_UNEXPECTED_TAG', 'general name without a context tag');
  const content = reader.sub(length);
  const value = reader.take(length);
  const kind = KINDS[tag & 0x1f] ?? 'unknown';
  if (kind === 'directoryName') {
    const directoryName = readName(content.as(undefined), false);
    return { kind, value, text: directoryName.text, directoryName };
  }
  if (kind === 'iPAddress' && !addressLengths.includes(length)) {
    throw new DerError(['X509_BAD_INPUT_DATA'], start, `address of ${length} bytes`);
  }
  if (kind === 'otherName') readOtherName(content);
  return { kind, value, text: valueText(kind, value) };
}

/** Only id-on-hardwareModuleName is looked into (RFC 4108 section 5); other types are let be. */
function readOtherName(reader: DerReader): void {
  if (reader.oid() !== Oid.hardwareModuleName) return;
  reader.constructed(contextTag(0, true), (wrapped) =>
    wrapped.constructed(Tag.SEQUENCE, (inner) => {
      inner.oid();
      inner.value(Tag.OCTET_STRING);
    }),
  );
}

function valueText(kind: GeneralNameKind, value: Uint8Array): string {
  switch (kind) {
    case 'rfc822Name':
    case 'dNSName':
    case 'uniformResourceIdentifier':
      return latin1(value);
    case 'iPAddress':
      return addressText(value);
    case 'registeredID':
      return decodeOid(value);
    default:
      return `#${toHex(value)}`;
  }
}

/** IPv4 dotted, IPv6 as RFC 5952 writes it; address and mask of a constraint with a slash between. */
export function addressText(value: Uint8Array): string {
  if (value.length === 8 || value.length === 32) {
    const half = value.length / 2;
    return `${addressText(value.subarray(0, half))}/${addressText(value.subarray(half))}`;
  }
  if (value.length === 4) return value.join('.');
  if (value.length !== 16) return `#${toHex(value)}`;
  const groups = Array.from({ length: 8 }, (_, i) => ((value[2 * i]! << 8) | value[2 * i + 1]!).toString(16));
  const zeros = groups.join(':').match(/\b0(?::0\b)+/g) ?? [];
  const longest = zeros.reduce((best, run) => (run.length > best.length ? run : best), '');
  if (longest === '') return groups.join(':');
  return groups.join(':').replace(new RegExp(`:?\\b${longest}\\b:?`), '::');
}

/** An IP address in text as bytes (4 or 16), or undefined: inet_pton's grammar. */
export function parseAddress(text: string): Uint8Array | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): Uint8Array | undefined {
  const octets = text.split('.');
  const valid =
    octets.length === 4 && octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && +octet < 256);
  return valid ? Uint8Array.from(octets, Number) : undefined;
}

function parseIpv6(text: string): Uint8Array | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (dotted) {
    const ipv4 = parseIpv4(dotted[2]!);
    if (ipv4 === undefined) return undefined;
    const tail = [0, 2].map((i) => ((ipv4[i]! << 8) | ipv4[i + 1]!).toString(16)).join(':');
    return parseIpv6(dotted[1]! + tail);
  }
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const given = [...head!, ...(tail ?? [])];
  const missing = 8 - given.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  if (!given.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const groups = [...head!, ...Array<string>(missing).fill('0'), ...(tail ?? [])];
  return Uint8Array.from(
    groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]),
  );
}
