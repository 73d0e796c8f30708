/** Certificate dates (RFC 5280 section 4.1.2.5), read as mbedTLS reads them. */
import type { UnixSeconds } from '../world/time.ts';
import { type DerReader, Tag } from './der.ts';

/** By the digits of the year. */
const FORMS = { 2: /^\d{12}Z?$/, 4: /^\d{14}Z?$/ } as const;

/** UTCTime or GeneralizedTime; the trailing Z is optional, as in mbedtls_x509_get_time. */
export function readTime(reader: DerReader): UnixSeconds {
  const tag = reader.peek();
  if (tag === undefined) reader.fail('ASN1_OUT_OF_DATA', 'date expected, data ends');
  if (tag !== Tag.UTC_TIME && tag !== Tag.GENERALIZED_TIME) {
    reader.fail('ASN1_UNEXPECTED_TAG', 'UTCTime or GeneralizedTime expected');
  }
  const yearDigits = tag === Tag.UTC_TIME ? 2 : 4;
  const text = latin1(reader.value(tag));
  const time = FORMS[yearDigits].test(text) ? parse(text, yearDigits) : undefined;
  return time ?? reader.failPlain('X509_INVALID_DATE', `"${text}" is not a date`);
}

function parse(text: string, yearDigits: 2 | 4): UnixSeconds | undefined {
  const digits = (start: number, count = 2) => Number(text.slice(start, start + count));
  const written = digits(0, yearDigits);
  const year = yearDigits === 4 ? written : written < 50 ? 2000 + written : 1900 + written;
  const at = (index: number) => digits(yearDigits + 2 * index);
  const [month, day, hour, minute, second] = [at(0), at(1), at(2), at(3), at(4)] as const;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  // Not Date.UTC: it takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? date.getTime() / 1000 : undefined;
}

/** "2026-01-31 23:59:59Z" */
export function timeText(time: UnixSeconds): string {
  const date = new Date(time * 1000);
  if (Number.isNaN(date.getTime())) return `${time} s since 1970`;
  return date
    .toISOString()
    .replace('T', ' ')
    .replace(/\.000Z$/, 'Z');
}

export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
