/**
 * What a certificate itself must be like, apart from its path: the MUSTs of RFC 5280 section 4 for conforming
 * CAs, and of the CA/Browser Forum's Baseline Requirements (BR, section 7.1) for servers on the web. mbedTLS
 * asks for next to none of it.
 */
import type { CryptoProvider } from '../../crypto/provider.ts';
import { sameBytes } from '../../world/bytes.ts';
import type { CertificateCheck } from '../../world/trace-events.ts';
import type { Certificate } from '../certificate.ts';
import { DerError, DerReader, Tag } from '../der.ts';
import { type GeneralNameKind, readGeneralName } from '../general-name.ts';
import { commonNames, sameName } from '../name.ts';
import { Oid, oidName } from '../oids.ts';
import { signatureIsGood } from '../signature.ts';
import { constraintProblems, nameConstraintsOf } from './name-constraints.ts';
import { nameProblem } from './web-names.ts';

export interface Violation {
  readonly check: CertificateCheck['check'];
  readonly detail: string;
}

export type Role = 'leaf' | 'intermediate' | 'anchor';

type Rule = (certificate: Certificate, role: Role, crypto: CryptoProvider) => string | undefined | false;

const RULES: readonly (readonly [CertificateCheck['check'], Rule])[] = [
  ['parse', versionRule],
  ['parse', serialRule],
  ['parse', issuerRule],
  ['basic-constraints', basicConstraintsRule],
  ['key-usage', keyUsageRule],
  ['extended-key-usage', extendedKeyUsageRule],
  ['name', subjectRule],
  ['name', altNameRule],
  ['name', commonNameRule],
  ['name-constraints', nameConstraintsRule],
  ['critical-extensions', criticalityRule],
  ['critical-extensions', subjectKeyRule],
  ['critical-extensions', authorityKeyRule],
  ['critical-extensions', authorityInfoRule],
  ['public-key', publicKeyRule],
  ['signature-algorithm', signatureRule],
];

export function profileViolations(certificate: Certificate, role: Role, crypto: CryptoProvider): Violation[] {
  return RULES.flatMap(([check, rule]) => {
    const detail = rule(certificate, role, crypto);
    return detail ? [{ check, detail }] : [];
  });
}

/** BR 7.1.1 */
function versionRule({ version }: Certificate): string | false {
  return version !== 3 && `version ${version} where 3 is required`;
}

/** RFC 5280 4.1.2.2: positive, at most 20 bytes. Nobody asks it of roots: several well-known ones have 0. */
function serialRule({ serialNumber }: Certificate, role: Role): string | false {
  if (role === 'anchor') return false;
  if (serialNumber.length > 20) return `serial number of ${serialNumber.length} bytes, 20 are allowed`;
  const positive = serialNumber.some((byte) => byte !== 0) && (serialNumber[0]! & 0x80) === 0;
  return !positive && 'serial number is not positive';
}

/** RFC 5280 4.1.2.4 */
function issuerRule({ issuer }: Certificate): string | false {
  return issuer.attributes.length === 0 && 'issuer is empty';
}

/** RFC 5280 4.2.1.9: critical in a CA; BR 7.1.2.7.8: a server is not a CA. */
function basicConstraintsRule(certificate: Certificate, role: Role): string | undefined | false {
  const { basicConstraints, keyUsage } = certificate;
  if (role === 'leaf' && basicConstraints?.ca) return 'a server certificate that is a CA';
  if (!basicConstraints?.ca) return keyUsage?.includes('keyCertSign') && 'keyCertSign without being a CA';
  return !isCritical(certificate, Oid.basicConstraints) && 'basicConstraints of a CA must be critical';
}

/** RFC 5280 4.2.1.3; BR 7.1.2.7.11: a server's EC key signs. */
function keyUsageRule(certificate: Certificate, role: Role): string | undefined | false {
  const { keyUsage, basicConstraints, subjectPublicKey } = certificate;
  if (keyUsage === undefined) return undefined;
  if (keyUsage.length === 0) return 'keyUsage without any usage';
  if (role === 'leaf' && subjectPublicKey.kind === 'ec' && !keyUsage.includes('digitalSignature')) {
    return 'an EC key whose keyUsage lacks digitalSignature';
  }
  return basicConstraints?.ca && !keyUsage.includes('keyCertSign') && 'a CA whose keyUsage lacks keyCertSign';
}

/**
 * BR 7.1.2.7.10: what a server's certificate must not be good for. After "any": code signing, e-mail, time
 * stamps, OCSP responses, and the signing of precertificates (RFC 6962 section 3.1).
 */
const FOREIGN_PURPOSES: readonly string[] = [
  Oid.anyExtendedKeyUsage,
  '1.3.6.1.5.5.7.3.3',
  '1.3.6.1.5.5.7.3.4',
  '1.3.6.1.5.5.7.3.8',
  '1.3.6.1.5.5.7.3.9',
  '1.3.6.1.4.1.11129.2.4.4',
];

/** BR 7.1.2.1.2 (none in a root), 7.1.2.7.10 (not critical in a server's). */
function extendedKeyUsageRule(certificate: Certificate, role: Role): string | undefined | false {
  const { extendedKeyUsage } = certificate;
  if (extendedKeyUsage === undefined) return undefined;
  if (role === 'anchor') return isSelfIssued(certificate) && 'extKeyUsage in a root';
  if (role !== 'leaf') return undefined;
  if (isCritical(certificate, Oid.extKeyUsage)) return 'extKeyUsage must not be critical';
  const foreign = extendedKeyUsage.find((oid) => FOREIGN_PURPOSES.includes(oid));
  return foreign !== undefined && `${oidName(foreign)} in a server certificate`;
}

/** RFC 5280 4.1.2.6: a CA has a subject; without one subjectAltName is critical. */
function subjectRule(certificate: Certificate): string | undefined | false {
  if (certificate.subject.attributes.length > 0) return undefined;
  if (certificate.basicConstraints?.ca) return 'a CA without a subject';
  return !isCritical(certificate, Oid.subjectAltName) && 'no subject, and no critical subjectAltName';
}

/** RFC 5280 4.2.1.6; BR 7.1.2.7.12: a server has one, critical only where there is no subject. */
function altNameRule(certificate: Certificate, role: Role): string | undefined | false {
  const { subject, subjectAltNames } = certificate;
  if (subjectAltNames === undefined) return role === 'leaf' && 'a server certificate without subjectAltName';
  if (subjectAltNames.length === 0) return 'subjectAltName without any name';
  if (role === 'leaf' && subject.attributes.length > 0 && isCritical(certificate, Oid.subjectAltName)) {
    return 'subjectAltName must not be critical beside a subject';
  }
  return subjectAltNames.map(nameProblem).find((problem) => problem !== undefined);
}

/**
 * BR 7.1.4.3: a common name that is a host's repeats a SAN of its kind letter for letter. Let pass is the
 * domain the names lie in: whoever proved control of it may have them all (BR 3.2.2.4, Authorization Domain
 * Name). A certificate for addresses or for names without a dot, which no public CA issues, may call itself
 * what it likes.
 */
function commonNameRule({ subject, subjectAltNames }: Certificate, role: Role): string | undefined {
  if (role !== 'leaf' || subjectAltNames === undefined) return undefined;
  const texts = (kind: GeneralNameKind) =>
    subjectAltNames.filter((name) => name.kind === kind).map(({ text }) => text);
  const addresses = texts('iPAddress');
  const hosts = texts('dNSName').filter((text) => text.includes('.'));
  const stray = commonNames(subject).find(({ text }) => {
    if (isAddressLike(text)) return addresses.length > 0 && !addresses.includes(text);
    const isDomain = text.includes('.');
    return (
      hosts.length > 0 && !hosts.some((host) => host === text || (isDomain && host.endsWith(`.${text}`)))
    );
  });
  return stray && `common name ${stray.text} is not one of the subjectAltNames`;
}

/** What a browser takes for an address, however written (WHATWG URL: "ends in a number"). */
function isAddressLike(text: string): boolean {
  return text.includes(':') || /(^|\.)(\d+|0x[0-9a-f]*)\.?$/i.test(text);
}

/** RFC 5280 4.2.1.10: only in CAs, critical, well formed. */
function nameConstraintsRule(certificate: Certificate): string | undefined {
  return attempt(() => {
    const constraints = nameConstraintsOf(certificate);
    if (constraints === undefined) return undefined;
    if (!certificate.basicConstraints?.ca) return 'nameConstraints in a certificate that is no CA';
    if (!isCritical(certificate, Oid.nameConstraints)) return 'nameConstraints must be critical';
    return constraintProblems(constraints)[0];
  });
}

/** RFC 5280: extensions that must, and that must not, be critical. */
const MUST_BE_CRITICAL: readonly string[] = [Oid.policyConstraints, Oid.inhibitAnyPolicy];
const MUST_NOT_BE_CRITICAL: readonly string[] = [
  Oid.subjectKeyIdentifier,
  Oid.authorityKeyIdentifier,
  Oid.authorityInfoAccess,
];

function criticalityRule({ extensions }: Certificate): string | undefined {
  const wrong = extensions.find(({ oid, critical }) =>
    critical ? MUST_NOT_BE_CRITICAL.includes(oid) : MUST_BE_CRITICAL.includes(oid),
  );
  return wrong && `${wrong.name} must ${wrong.critical ? 'not ' : ''}be critical`;
}

/** RFC 5280 4.2.1.2 */
function subjectKeyRule({ basicConstraints, subjectKeyIdentifier }: Certificate): string | undefined | false {
  return basicConstraints?.ca && subjectKeyIdentifier === undefined && 'a CA without subjectKeyIdentifier';
}

/** RFC 5280 4.2.1.1: only a self-signed certificate may do without; BR 7.1.2.11.1: the key's hash alone. */
function authorityKeyRule(
  certificate: Certificate,
  role: Role,
  crypto: CryptoProvider,
): string | undefined | false {
  const { authorityKeyIdentifier: authority, subjectKeyIdentifier } = certificate;
  if (authority === undefined) {
    const selfSigned = role === 'anchor' && signatureIsGood(certificate, certificate, crypto);
    return !selfSigned && 'no authorityKeyIdentifier';
  }
  const { keyIdentifier, authorityCertIssuer, authorityCertSerialNumber } = authority;
  if (keyIdentifier === undefined) return 'authorityKeyIdentifier without keyIdentifier';
  if (authorityCertIssuer || authorityCertSerialNumber)
    return 'authorityKeyIdentifier names issuer or serial';
  const own = subjectKeyIdentifier !== undefined && sameBytes(keyIdentifier, subjectKeyIdentifier);
  const root = role === 'anchor' && isSelfIssued(certificate);
  return root && !own && 'authorityKeyIdentifier of a root is not its subjectKeyIdentifier';
}

/** RFC 5280 4.2.2.1: a list, not empty, of method and place. */
function authorityInfoRule({ extensions }: Certificate): string | undefined {
  const extension = extensions.find(({ oid }) => oid === Oid.authorityInfoAccess);
  if (extension === undefined) return undefined;
  return attempt(() => {
    const reader = new DerReader(extension.value, 'X509_INVALID_EXTENSIONS');
    const count = reader.constructed(Tag.SEQUENCE, (list) => {
      let descriptions = 0;
      for (; !list.atEnd; descriptions++) {
        list.constructed(Tag.SEQUENCE, (description) => [description.oid(), readGeneralName(description)]);
      }
      return descriptions;
    });
    reader.expectEnd();
    return count === 0 ? 'authorityInfoAccess is empty' : undefined;
  });
}

/** BR 6.1.5: RSA of 2048 bits or more, in whole bytes; P-256, P-384, P-521. Ed25519 is RFC 8410's. */
function publicKeyRule({ subjectPublicKey }: Certificate): string | undefined | false {
  const { kind, bits, key, curve, algorithmOid } = subjectPublicKey;
  if (key === undefined) return `key algorithm ${curve ?? oidName(algorithmOid)} is not acceptable`;
  return kind === 'rsa' && (bits < 2048 || bits % 8 !== 0) && `RSA key of ${bits} bits`;
}

/** BR 7.1.3.2: SHA-256 or better. The signature of a root on itself proves nothing and is not asked. */
function signatureRule(certificate: Certificate, role: Role): string | undefined | false {
  const { key, hash, name } = certificate.signatureAlgorithm;
  if (role === 'anchor' || key === 'ed25519') return undefined;
  const weak = key === undefined || hash === undefined || ['md5', 'sha1', 'sha224'].includes(hash);
  return weak && `signature algorithm ${name} is not acceptable`;
}

function isCritical({ extensions }: Certificate, oid: string): boolean {
  return extensions.some((extension) => extension.oid === oid && extension.critical);
}

export function isSelfIssued({ issuer, subject }: Certificate): boolean {
  return sameName(issuer, subject);
}

/** What `read` finds wrong, or that the extension cannot be read. */
function attempt(read: () => string | undefined): string | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError) return error.message;
    throw error;
  }
}
