/**
 * Certificates come again: with every connection to the same server, and several times in one handshake, since
 * whoever looks at a chain is given its bytes. Reading one takes as long as verifying half a signature.
 */
import { RecentlyUsed } from '../crypto/recently-used.ts';
import { type Certificate, parseCertificate, type ReadingRules } from './certificate.ts';

interface Question {
  readonly der: Uint8Array;
  readonly rules: ReadingRules;
}

/** Certificates; with what was read of them, some kilobytes each. */
const CAPACITY = 128;

/** Gives every byte a character of its own, natively: all that a name needs. */
const LATIN_1 = new TextDecoder('latin1');

const known = new RecentlyUsed<Question, Certificate>(
  CAPACITY,
  ({ der, rules }) => rules + LATIN_1.decode(der),
  // A copy, because the result is a view of the bytes and outlives whoever brought them.
  ({ der, rules }) => parseCertificate(der.slice(), rules),
);

/** As `parseCertificate`, but the same bytes are read once. */
export function readCertificate(der: Uint8Array, rules: ReadingRules = 'rfc5280'): Certificate {
  return known.get({ der, rules });
}
