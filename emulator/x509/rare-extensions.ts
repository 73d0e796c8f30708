/** Extensions that nothing here acts on, or that stand in revocation lists: read to be shown. */
import { toHex } from '../world/bytes.ts';
import { type DerReader, Tag } from './der.ts';
import { type GeneralName, readGeneralName } from './general-name.ts';
import { latin1, readTime, timeText } from './time.ts';

/** One text each, by OID; a reader must consume its content whole. */
export const RARE_EXTENSION_TEXTS: Readonly<Record<string, (reader: DerReader) => string>> = {
  // issuerAltName and certificateIssuer, RFC 5280 sections 4.2.1.7 and 5.3.3
  '2.5.29.18': generalNamesText,
  '2.5.29.29': generalNamesText,
  // deltaCRLIndicator, RFC 5280 section 5.2.4
  '2.5.29.27': (reader) => `changes since list ${toHex(reader.unsignedInteger())}`,
  // invalidityDate, RFC 5280 section 5.3.2
  '2.5.29.24': (reader) => timeText(readTime(reader)),
  // signedCertificateTimestampList, RFC 6962 section 3.3
  '1.3.6.1.4.1.11129.2.4.2': timestampsText,
  // The poison of a precertificate, RFC 6962 section 3.1
  '1.3.6.1.4.1.11129.2.4.3': (reader) => {
    reader.value(Tag.NULL);
    return 'a precertificate, which no client may accept';
  },
  // nsComment
  '2.16.840.1.113730.1.13': (reader) => `"${latin1(reader.value(Tag.IA5_STRING))}"`,
};

function generalNamesText(reader: DerReader): string {
  return reader.constructed(Tag.SEQUENCE, (list) => {
    const names: GeneralName[] = [];
    while (!list.atEnd) names.push(readGeneralName(list));
    return names.map(({ text }) => text).join(', ');
  });
}

/** Lengths of two bytes before the list and each of its parts; version, log, milliseconds since 1970. */
function timestampsText(reader: DerReader): string {
  const list = reader.sub(reader.tag(Tag.OCTET_STRING));
  reader.offset = list.end;
  if (opaque16(list) !== list.remaining) list.fail('ASN1_LENGTH_MISMATCH', 'bytes after the timestamps');
  const times: string[] = [];
  while (!list.atEnd) {
    const entry = list.sub(opaque16(list));
    list.offset = entry.end;
    if (entry.remaining < 41) entry.fail('ASN1_OUT_OF_DATA', 'timestamp cut short');
    const log = toHex(entry.bytes.subarray(entry.offset + 1, entry.offset + 5));
    const view = new DataView(entry.bytes.buffer, entry.bytes.byteOffset + entry.offset + 33, 8);
    times.push(`log ${log}… at ${timeText(Math.floor(Number(view.getBigUint64(0)) / 1000))}`);
  }
  return `${times.length} timestamp${times.length === 1 ? '' : 's'}: ${times.join(', ')}`;
}

function opaque16(reader: DerReader): number {
  if (reader.remaining < 2) reader.fail('ASN1_OUT_OF_DATA', 'length expected, data ends');
  const [high, low] = reader.take(2);
  const length = high! * 256 + low!;
  if (length > reader.remaining) reader.fail('ASN1_OUT_OF_DATA', `${length} bytes announced`);
  return length;
}
