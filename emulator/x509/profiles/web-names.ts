/** Matching the host a client wants (RFC 9525, formerly 6125): subjectAltName only, strict wildcards. */
import { sameBytes } from '../../world/bytes.ts';
import type { Certificate } from '../certificate.ts';
import { type GeneralName, parseAddress } from '../general-name.ts';
import type { NameVerdict } from './mbedtls-names.ts';

export function matchWebHost(certificate: Certificate, host: string): NameVerdict {
  const names = certificate.subjectAltNames;
  if (names === undefined)
    return { matches: false, detail: 'no subjectAltName; the common name does not count' };
  const address = parseAddress(host);
  const found =
    address === undefined
      ? names.find((name) => name.kind === 'dNSName' && matchesDns(name.text, host))
      : names.find((name) => name.kind === 'iPAddress' && sameBytes(name.value, address));
  const listed = names.map((name) => name.text).join(', ');
  if (found === undefined) return { matches: false, detail: `"${host}" is not among ${listed}` };
  return { matches: true, detail: `"${host}" matches ${found.kind} ${found.text}` };
}

/** A wildcard is the whole leftmost label, stands for one label, and needs two labels after it. */
export function matchesDns(pattern: string, host: string): boolean {
  const presented = pattern.toLowerCase().split('.');
  const wanted = host.toLowerCase().split('.');
  if (presented.length !== wanted.length) return false;
  const wildcard = presented[0] === '*' && presented.length > 2;
  return presented.every((label, i) => (wildcard && i === 0 ? wanted[0] !== '' : label === wanted[i]));
}

/** What is wrong with the form of a name in a certificate, or undefined (RFC 5280 section 4.2.1.6). */
export function nameProblem(name: GeneralName): string | undefined {
  switch (name.kind) {
    case 'dNSName':
      return dnsProblem(name.text);
    case 'rfc822Name':
      return mailboxOf(name.text) === undefined ? `"${name.text}" is not a mailbox` : undefined;
    case 'iPAddress':
      return name.value.length === 4 || name.value.length === 16
        ? undefined
        : `address of ${name.value.length} bytes`;
    default:
      return undefined;
  }
}

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** Second-level labels under which the registries of countries sell names: co.uk, com.au, or.jp. */
const REGISTRY_LABELS: readonly string[] = [
  ...['ac', 'co', 'com', 'edu', 'gob', 'gov', 'go', 'gouv', 'ltd', 'me', 'mil', 'ne', 'net', 'nhs', 'nic'],
  ...['nom', 'or', 'org', 'plc', 'police', 'sch'],
];

/**
 * A domain whose subdomains are sold one by one (BR 3.2.2.6). The Public Suffix List would know them all, but
 * it changes weekly; these are its rules for countries' own registries. Its private ones (github.io) have one
 * holder, who may well own the wildcard.
 */
function isRegistry(labels: readonly string[]): boolean {
  if (labels.length < 2) return true;
  const [second, country] = labels.map((label) => label.toLowerCase());
  return labels.length === 2 && country!.length === 2 && REGISTRY_LABELS.includes(second!);
}

/** Preferred name syntax (RFC 1034 section 3.5, RFC 1123); the leftmost label may be "*". */
function dnsProblem(text: string): string | undefined {
  if (parseAddress(text) !== undefined) return `"${text}" is an IP address, not a DNS name`;
  const labels = text.split('.');
  const [first, ...rest] = labels;
  const wildcard = first === '*';
  if (wildcard && isRegistry(rest)) return `wildcard "${text}" covers a whole registry`;
  const bad = (wildcard ? rest : labels).find((label) => !LABEL.test(label));
  return bad === undefined && text.length <= 253 ? undefined : `"${text}" is not a DNS name (label "${bad}")`;
}

/** Local part and host of a mailbox; undefined when it is not one. */
export function mailboxOf(text: string): { local: string; host: string } | undefined {
  const match = /^([^@\s]+)@([^@\s]+)$/.exec(text);
  return match === null ? undefined : { local: match[1]!, host: match[2]!.toLowerCase() };
}
