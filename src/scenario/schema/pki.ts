/** Who certifies whom. Built anew for each run from the seed, so that no certificate in the repository can expire. */
import * as z from 'zod/mini';
import { resolveName } from '../../../emulator/x509/name-spec.ts';
import { extensions } from './extensions.ts';
import { crl, ocspResponse, revocation } from './revocation.ts';
import { doc, HASHES, localFile, moment, name, serialNumber } from './terms.ts';

export const KEY_TYPES = [
  'ec-p256',
  'ec-p384',
  'ec-p521',
  'rsa-1024',
  'rsa-2048',
  'rsa-3072',
  'rsa-4096',
  'rsa-8192',
] as const;

/** Text without "=" is a common name; everything else must be readable as a distinguished name. */
function checkName(text: string, context: { issues: object[] }): void {
  try {
    if (text.includes('=')) resolveName(text);
  } catch (error) {
    context.issues.push({ code: 'custom', input: text, message: (error as Error).message });
  }
}

const validity = z.strictObject({
  from: doc('First moment at which the certificate is valid (notBefore).', moment),
  until: doc('Last moment at which the certificate is valid (notAfter).', moment),
});

const tamper = z.strictObject({
  offset: doc('Which byte of the DER; negative counts from the end.', z.int()),
  mask: doc('The bits that are flipped.', z._default(z.int().check(z.minimum(1), z.maximum(255)), 1)),
});

/** What is wrong with the bytes, on purpose. */
const damage = z.strictObject({
  signature: doc('Flips a bit of the signature.', z.optional(z.literal('corrupt'))),
  tamper: doc('Flips bits after the certificate was signed.', z.optional(tamper)),
  outerHash: doc(
    'Names another hash beside the signature than within what is signed.',
    z.optional(z.enum(HASHES)),
  ),
});

const common = {
  subject: doc(
    'Distinguished name, "CN=api.example.com, O=Example Ltd", or text for a common name; "" for no name at all. By default the name of the entry.',
    z.optional(z.string().check(z.superRefine(checkName))),
  ),
  key: doc('Type of the key pair.', z._default(z.enum(KEY_TYPES), 'ec-p256')),
  keyOf: doc(
    'Has the key pair of that certificate instead of one of its own: with the same subject and another issuer, it is cross-signed.',
    z.optional(name),
  ),
  serialNumber: doc(
    'Serial number, a number or hex as in "0x1f…". By default the place of the entry in the file.',
    z.optional(serialNumber),
  ),
  version: doc(
    'Version of the format; 1 has no extensions.',
    z._default(z.union([z.literal(1), z.literal(3)]), 3),
  ),
  validity: doc(
    'When the certificate is valid. By default it is valid at the time of the world.',
    z.optional(validity),
  ),
  hash: doc('Hash of the signature on the certificate.', z._default(z.enum(HASHES), 'sha256')),
  pss: doc(
    'Whether an RSA key signs it with RSASSA-PSS instead of PKCS #1 v1.5.',
    z._default(z.boolean(), false),
  ),
  san: doc(
    'Subject alternative names: DNS names, IPv4 and IPv6 addresses, URIs, e-mail addresses. "host-{1..999}.example.com" is as many names. By default none.',
    z._default(z.array(z.string().check(z.minLength(1))), []),
  ),
  ...extensions,
  damage: doc('What is wrong with its bytes, on purpose.', z.prefault(damage, {})),
};

const authority = {
  ...common,
  revoked: doc('Certificates it has taken back.', z._default(z.array(revocation), [])),
};

const root = z.strictObject({
  ...authority,
  count: doc(
    'Makes so many roots of this kind, each with a key and a name of its own; where several certificates may stand, the name stands for all of them.',
    z._default(z.int().check(z.minimum(1), z.maximum(500)), 1),
  ),
});

const intermediate = z.strictObject({
  issuer: doc('Name of the root or intermediate that signs it.', name),
  ...authority,
});

const leaf = z.strictObject({
  issuer: doc(
    'Name of the certificate that signs it, a root, an intermediate or, as an attacker would, another leaf; or "self" for a self-signed certificate.',
    name,
  ),
  ...common,
});

const imported = z.strictObject({
  certificate: doc('File with the certificate, PEM or DER.', localFile),
  key: doc(
    'File with its private key, PEM or DER: PKCS #8, SEC 1 or PKCS #1. Needed to serve with it.',
    z.optional(localFile),
  ),
});

const none = () => ({});

export const pki = z.strictObject({
  roots: doc('Root certificate authorities, by name.', z._default(z.record(name, root), none)),
  intermediates: doc(
    'Intermediate certificate authorities, by name.',
    z._default(z.record(name, intermediate), none),
  ),
  leaves: doc('Certificates of servers and devices, by name.', z._default(z.record(name, leaf), none)),
  imported: doc(
    'Certificates read from files beside the scenario, by name.',
    z._default(z.record(name, imported), none),
  ),
  crls: doc('Revocation lists, by name.', z._default(z.record(name, crl), none)),
  ocsp: doc('OCSP responses, by name.', z._default(z.record(name, ocspResponse), none)),
});

/** A certificate that is made here; which keys are there depends on its rank. */
export type Issued = z.output<typeof intermediate> & Pick<z.output<typeof root>, 'count'>;
