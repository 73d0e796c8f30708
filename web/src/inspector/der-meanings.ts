/** What the fields of a certificate mean, and where it is written, by the names of RFC 5280. */
import type { AnnotatedField } from '../../../emulator/world/trace-events.ts';
import type { Explanation } from './field-tree.ts';

type Entry = readonly [meaning: string, section: string];

const FIELDS: Readonly<Record<string, Entry>> = {
  Certificate: ['A certificate as X.509 writes it.', 'RFC 5280 §4.1'],
  tbsCertificate: ['Everything that the issuer’s signature covers.', 'RFC 5280 §4.1.1.1'],
  signatureAlgorithm: ['How the issuer signed it.', 'RFC 5280 §4.1.1.2'],
  signatureValue: ['The issuer’s signature over tbsCertificate.', 'RFC 5280 §4.1.1.3'],
  version: ['Version 3 is the one with extensions.', 'RFC 5280 §4.1.2.1'],
  serialNumber: ['A number that its issuer gives only once.', 'RFC 5280 §4.1.2.2'],
  signature: ['How the issuer signed it; said again outside of what is signed.', 'RFC 5280 §4.1.2.3'],
  issuer: ['Who signed the certificate.', 'RFC 5280 §4.1.2.4'],
  AttributeTypeAndValue: [
    'One part of the name: its kind (CN the common name, O the organisation) and what it says.',
    'RFC 5280 §4.1.2.4',
  ],
  validity: ['From when until when it may be used.', 'RFC 5280 §4.1.2.5'],
  notBefore: ['The certificate is not valid before.', 'RFC 5280 §4.1.2.5'],
  notAfter: [
    'The certificate is not valid afterwards. A device without the right time cannot tell.',
    'RFC 5280 §4.1.2.5',
  ],
  subject: [
    'Whose certificate this is. For servers the names in subjectAltName count instead.',
    'RFC 5280 §4.1.2.6',
  ],
  subjectPublicKeyInfo: ['The public key that the certificate is about.', 'RFC 5280 §4.1.2.7'],
  algorithm: ['Of what kind the key is, and on which curve.', 'RFC 5280 §4.1.1.2'],
  modulus: [
    'The product of two secret primes: its length is what “RSA-2048” says.',
    'RFC 8017 appendix A.1.1',
  ],
  publicExponent: ['To which power the owner’s signature is raised to verify it.', 'RFC 8017 appendix A.1.1'],
  extensions: ['What the certificate may be used for, and for whom.', 'RFC 5280 §4.2'],
  Extension: ['One statement more about the certificate.', 'RFC 5280 §4.2'],
  extnID: ['Which statement follows, by a number that is its own in all the world (OID).', 'RFC 5280 §4.2'],
  critical: ['Who does not understand this statement must refuse the certificate.', 'RFC 5280 §4.2'],
  extnValue: ['The statement itself.', 'RFC 5280 §4.2'],
  KeyPurposeId: ['One purpose: serverAuth for servers, clientAuth for who calls them.', 'RFC 5280 §4.2.1.12'],
  GeneralName: [
    'One name that the certificate is for: a dNSName, in which * may stand for the first label, or an address.',
    'RFC 5280 §4.2.1.6',
  ],
  keyIdentifier: ['A short name of the key, mostly a hash of it.', 'RFC 5280 §4.2.1.1'],
  PolicyInformation: ['One policy under which it was issued.', 'RFC 5280 §4.2.1.4'],
  policyQualifiers: ['Where the policy can be read.', 'RFC 5280 §4.2.1.4'],
  AccessDescription: ['One place to ask: what for, and where.', 'RFC 5280 §4.2.2.1'],
  accessMethod: [
    'What there is: ocsp says whether it is revoked, caIssuers is the issuer’s certificate.',
    'RFC 5280 §4.2.2.1',
  ],
  accessLocation: ['Where it is, as a URL.', 'RFC 5280 §4.2.2.1'],
  DistributionPoint: ['One place of the list of revoked certificates.', 'RFC 5280 §4.2.1.13'],
  fullName: ['Its address.', 'RFC 5280 §4.2.1.13'],
  permittedSubtrees: ['Only names below these.', 'RFC 5280 §4.2.1.10'],
  excludedSubtrees: ['No names below these.', 'RFC 5280 §4.2.1.10'],
  GeneralSubtree: ['A name, with all that is below it.', 'RFC 5280 §4.2.1.10'],
  requireExplicitPolicy: ['After so many certificates there must be a policy.', 'RFC 5280 §4.2.1.11'],
  inhibitPolicyMapping: ['After so many certificates no policy stands for another.', 'RFC 5280 §4.2.1.11'],
  PolicyMapping: ['Two policies that count as one.', 'RFC 5280 §4.2.1.5'],
  issuerDomainPolicy: ['The issuer’s policy.', 'RFC 5280 §4.2.1.5'],
  subjectDomainPolicy: ['The subject’s policy that it counts as.', 'RFC 5280 §4.2.1.5'],
  feature: ['A TLS extension that the server has to answer.', 'RFC 7633 §4'],
};

/** An `Extension` is told by the name in its value. */
const EXTENSIONS: Readonly<Record<string, Entry>> = {
  subjectAltName: ['The names and addresses that the certificate is for.', 'RFC 5280 §4.2.1.6'],
  basicConstraints: ['Whether this is a CA, and how many CAs may follow below it.', 'RFC 5280 §4.2.1.9'],
  keyUsage: ['What the key may be used for.', 'RFC 5280 §4.2.1.3'],
  extKeyUsage: ['For which purpose: server, client, …', 'RFC 5280 §4.2.1.12'],
  subjectKeyIdentifier: [
    'A short name of this certificate’s key, by which those that it signs point back to it.',
    'RFC 5280 §4.2.1.2',
  ],
  authorityKeyIdentifier: [
    'The short name of the issuer’s key: it helps to find the right one of several with the same name.',
    'RFC 5280 §4.2.1.1',
  ],
  nameConstraints: ['For which names this CA may sign.', 'RFC 5280 §4.2.1.10'],
  certificatePolicies: ['Under which rules it was issued.', 'RFC 5280 §4.2.1.4'],
  policyConstraints: ['What policies there must be further down.', 'RFC 5280 §4.2.1.11'],
  policyMappings: ['Which policies count as which.', 'RFC 5280 §4.2.1.5'],
  inhibitAnyPolicy: ['From where on “any policy” does not count.', 'RFC 5280 §4.2.1.14'],
  cRLDistributionPoints: ['Where the list of revoked certificates is.', 'RFC 5280 §4.2.1.13'],
  authorityInfoAccess: [
    'Where to ask whether it is revoked, and where the issuer’s certificate is.',
    'RFC 5280 §4.2.2.1',
  ],
  tlsfeature: ['The server must bring along the proof that it is not revoked (must-staple).', 'RFC 7633 §4'],
  ocspNoCheck: ['Nobody need ask whether this OCSP responder is revoked.', 'RFC 6960 §4.2.2.2.1'],
};

export function explainDer({ name, value = '' }: AnnotatedField): Explanation {
  const own = name === 'Extension' ? EXTENSIONS[/^\w+/.exec(value)?.[0] ?? ''] : undefined;
  const [meaning, section] = own ?? FIELDS[name] ?? [];
  return { meaning, section };
}
