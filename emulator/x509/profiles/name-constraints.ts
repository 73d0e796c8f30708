/** Name constraints (RFC 5280 section 4.2.1.10, processed as section 6.1.3 (b), (c) and 6.1.4 (g) ask). */
import type { Certificate } from '../certificate.ts';
import type { GeneralName, GeneralNameKind } from '../general-name.ts';
import { extensionOf, type NameConstraints, readNameConstraints } from '../more-extensions.ts';
import { isNamePrefix } from '../name.ts';
import { Oid } from '../oids.ts';
import { mailboxOf, nameProblem } from './web-names.ts';

/** So many comparisons at most: 2,000 constraints against 2,000 names are an attack, not a certificate. */
const MAX_COMPARISONS = 250_000;

const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';

/** Undefined when the certificate has none. Throws DerError for a broken extension. */
export function nameConstraintsOf(certificate: Certificate): NameConstraints | undefined {
  return extensionOf(certificate, Oid.nameConstraints, readNameConstraints);
}

/** Forms that cannot be right, in words. */
export function constraintProblems({ permitted, excluded }: NameConstraints): string[] {
  const problems = [...permitted, ...excluded]
    .map(constraintProblem)
    .filter((problem) => problem !== undefined);
  return permitted.length + excluded.length === 0 ? ['constraints that are empty'] : problems;
}

function constraintProblem(constraint: GeneralName): string | undefined {
  if (constraint.kind === 'dNSName' && constraint.text.startsWith('.')) {
    return `DNS constraint "${constraint.text}" begins with a period`;
  }
  if (constraint.kind === 'iPAddress' && !isMask(constraint.value)) {
    return `address constraint ${constraint.text} is not in CIDR form`;
  }
  return undefined;
}

function isMask(value: Uint8Array): boolean {
  const bits = Array.from(value.subarray(value.length / 2), (byte) => byte.toString(2).padStart(8, '0')).join(
    '',
  );
  return /^1*0*$/.test(bits);
}

/** What `certificate` violates of constraints set above it; undefined when nothing. */
export function constraintViolation(
  { permitted, excluded }: NameConstraints,
  certificate: Certificate,
): string | undefined {
  const names = constrainedNames(certificate);
  if (names.length * (permitted.length + excluded.length) > MAX_COMPARISONS) {
    return `${names.length} names under ${permitted.length + excluded.length} constraints are too many to compare`;
  }
  for (const name of names) {
    const forbidding = excluded.find((constraint) => excludes(constraint, name));
    if (forbidding !== undefined) return `${name.text} is excluded by ${forbidding.text}`;
    const permitting = permitted.filter(({ kind }) => kind === name.kind);
    if (permitting.length === 0) continue;
    const problem = nameProblem(name);
    if (problem !== undefined) return problem;
    if (!permitting.some((constraint) => covers(constraint, name))) {
      return `${name.text} is not within ${permitting.map(({ text }) => text).join(', ')}`;
    }
  }
  return undefined;
}

/** The subject, the alternative names, and without those an emailAddress in the subject. */
function constrainedNames(certificate: Certificate): GeneralName[] {
  const { subject, subjectAltNames } = certificate;
  const names: GeneralName[] = [...(subjectAltNames ?? [])];
  if (subject.attributes.length > 0) {
    names.push({ kind: 'directoryName', value: subject.raw, text: subject.text, directoryName: subject });
  }
  if (!subjectAltNames?.some(({ kind }) => kind === 'rfc822Name')) {
    for (const { oid, value, text } of subject.attributes) {
      if (oid === EMAIL_ADDRESS) names.push({ kind: 'rfc822Name', value, text });
    }
  }
  return names;
}

const PROCESSED: readonly GeneralNameKind[] = [
  'dNSName',
  'iPAddress',
  'rfc822Name',
  'directoryName',
  'uniformResourceIdentifier',
];

function excludes(constraint: GeneralName, name: GeneralName): boolean {
  if (constraint.kind !== name.kind) return false;
  // A kind that cannot be compared: the name might be within, and RFC 5280 says to refuse then.
  if (!PROCESSED.includes(name.kind)) return true;
  return covers(constraint, name) || (name.kind === 'dNSName' && wildcardMeets(constraint.text, name.text));
}

/** "*.example.com" may stand for the excluded "foo.example.com". */
function wildcardMeets(constraint: string, name: string): boolean {
  if (!name.startsWith('*.')) return false;
  const dot = constraint.indexOf('.');
  return dot > 0 && constraint.slice(dot).toLowerCase() === name.slice(1).toLowerCase();
}

function covers(constraint: GeneralName, name: GeneralName): boolean {
  switch (name.kind) {
    case 'dNSName':
      return coversDns(constraint.text, name.text);
    case 'iPAddress':
      return coversAddress(constraint.value, name.value);
    case 'rfc822Name':
      return coversMailbox(constraint.text, name.text);
    case 'directoryName':
      return isNamePrefix(constraint.directoryName!, name.directoryName!);
    case 'uniformResourceIdentifier':
      return coversUri(constraint.text, name.text);
    default:
      return false;
  }
}

/** "example.com" covers itself and everything below; the empty string covers all. */
function coversDns(constraint: string, name: string): boolean {
  const wanted = constraint.toLowerCase();
  const host = name.toLowerCase();
  return wanted === '' || host === wanted || host.endsWith(`.${wanted}`);
}

function coversAddress(constraint: Uint8Array, address: Uint8Array): boolean {
  const size = address.length;
  if (constraint.length !== 2 * size) return false;
  return address.every((byte, i) => ((byte ^ constraint[i]!) & constraint[size + i]!) === 0);
}

/** A mailbox means itself, a host its mailboxes, ".host" those of the hosts below it. */
function coversMailbox(constraint: string, name: string): boolean {
  const mailbox = mailboxOf(name);
  if (mailbox === undefined) return false;
  const wanted = mailboxOf(constraint);
  if (wanted !== undefined) return wanted.local === mailbox.local && wanted.host === mailbox.host;
  return coversHost(constraint, mailbox.host);
}

/** A host means itself, ".host" the hosts below it; a URI without a host is covered by nothing. */
function coversUri(constraint: string, name: string): boolean {
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/]*@)?([^/:?#]+)/i.exec(name)?.[1];
  return host !== undefined && coversHost(constraint, host.toLowerCase());
}

function coversHost(constraint: string, host: string): boolean {
  const wanted = constraint.toLowerCase();
  return wanted.startsWith('.') ? host.endsWith(wanted) : host === wanted;
}
