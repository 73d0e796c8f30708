/** Who certifies whom. Built anew for each run from the seed, so that no certificate in the repository can expire. */
import * as z from 'zod/mini';
import { resolveName } from '../../../emulator/x509/name-spec.ts';
import { doc, localFile, name, time } from './terms.ts';

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
  from: doc('First moment at which the certificate is valid (notBefore).', time),
  until: doc('Last moment at which the certificate is valid (notAfter).', time),
});

const common = {
  subject: doc(
    'Distinguished name, "CN=api.example.com, O=Example Ltd", or text for a common name. By default the name of the entry.',
    z.optional(z.string().check(z.minLength(1), z.superRefine(checkName))),
  ),
  key: doc('Type of the key pair.', z._default(z.enum(KEY_TYPES), 'ec-p256')),
  validity: doc(
    'When the certificate is valid. By default it is valid at the time of the world.',
    z.optional(validity),
  ),
  hash: doc(
    'Hash of the signature on the certificate.',
    z._default(z.enum(['md5', 'sha1', 'sha256', 'sha384', 'sha512']), 'sha256'),
  ),
};

const pathLength = doc(
  'How many further intermediates may follow (pathLenConstraint); by default no limit.',
  z.optional(z.int().check(z.minimum(0))),
);

const root = z.strictObject({ ...common, pathLength });

const intermediate = z.strictObject({
  issuer: doc('Name of the root or intermediate that signs it.', name),
  ...common,
  pathLength,
});

const leaf = z.strictObject({
  issuer: doc(
    'Name of the root or intermediate that signs it, or "self" for a self-signed certificate.',
    name,
  ),
  ...common,
  san: doc(
    'Subject alternative names: DNS names and IPv4 addresses. By default the name of the entry has none.',
    z._default(z.array(z.string().check(z.minLength(1))), []),
  ),
  usages: doc(
    'Extended key usages.',
    z._default(z.array(z.enum(['server', 'client'])).check(z.minLength(1)), ['server']),
  ),
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
});

/** A certificate that is made here; which keys are there depends on its rank. */
export type Issued = z.output<typeof root> & Partial<z.output<typeof leaf>>;
