/** What a certificate says of itself beside names, dates and key (RFC 5280, section 4.2). */
import * as z from 'zod/mini';
import { KEY_USAGES } from '../../../emulator/x509/extensions.ts';
import { Oid } from '../../../emulator/x509/oids.ts';
import { doc, hexBytes, oid } from './terms.ts';

/** By the names of RFC 5280, section 4.2.1.12; every other purpose by its OID. */
export const PURPOSES = {
  serverAuth: Oid.serverAuth,
  clientAuth: Oid.clientAuth,
  OCSPSigning: Oid.OCSPSigning,
  anyExtendedKeyUsage: Oid.anyExtendedKeyUsage,
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
} as const;

const purpose = z.string().check(
  z.refine((text) => text in PURPOSES || /^\d+(\.\d+)+$/.test(text), {
    error: ({ input }) =>
      `expected one of ${Object.keys(PURPOSES).join(', ')} or an OID, not '${String(input)}'`,
  }),
);

/** Extensions whose critical bit can be set against the rule; the others carry it in `extraExtensions`. */
const CRITICALITY = [
  'basicConstraints',
  'keyUsage',
  'extKeyUsage',
  'subjectAltName',
  'nameConstraints',
  'certificatePolicies',
  'policyConstraints',
] as const;

const generalNames = z.array(z.string().check(z.minLength(1))).check(z.minLength(1));

const nameConstraints = z.strictObject({
  permitted: doc('Names must lie within one of these.', z.optional(generalNames)),
  excluded: doc('Names must lie within none of these.', z.optional(generalNames)),
});

const uris = z.array(z.url()).check(z.minLength(1));

const authorityInfoAccess = z.strictObject({
  ocsp: doc('Where the status of the certificate can be asked for.', z.optional(uris)),
  caIssuers: doc("Where the issuer's certificate can be fetched.", z.optional(uris)),
});

const skip = z.int().check(z.minimum(0));

const policyConstraints = z.strictObject({
  requireExplicitPolicy: doc(
    'After so many further certificates, a policy must be valid for the whole path.',
    z.optional(skip),
  ),
  inhibitPolicyMapping: doc(
    'After so many further certificates, policies are mapped no more.',
    z.optional(skip),
  ),
});

const extraExtension = z.strictObject({
  oid: doc('Which extension.', oid),
  critical: doc('Who does not know it must refuse the certificate.', z._default(z.boolean(), false)),
  value: doc('What it says: DER, in hex. By default NULL.', z.prefault(hexBytes, '0500')),
});

/** What every certificate may say; where a key is left out, the rank's usual applies. */
export const extensions = {
  ca: doc(
    'Whether basicConstraints calls it a certificate authority; "absent" leaves the extension out. By default true for roots and intermediates.',
    z.optional(z.union([z.boolean(), z.literal('absent')])),
  ),
  pathLength: doc(
    'How many further intermediates may follow (pathLenConstraint); by default no limit.',
    z.optional(z.int().check(z.minimum(0))),
  ),
  keyUsage: doc(
    'What the key may be used for; an empty list leaves the extension out. By default what the rank needs.',
    z.optional(z.array(z.enum(KEY_USAGES))),
  ),
  extendedKeyUsage: doc(
    `Purposes: ${Object.keys(PURPOSES).join(', ')}, or an OID; an empty list leaves the extension out. By default serverAuth for a leaf, none for an authority.`,
    z.optional(z.array(purpose)),
  ),
  nameConstraints: doc('Which names the authority may certify.', z.optional(nameConstraints)),
  authorityInfoAccess: doc('Where to ask about the certificate.', z.optional(authorityInfoAccess)),
  crlDistributionPoints: doc("Where the issuer's revocation list is.", z.optional(uris)),
  mustStaple: doc('A server must staple an OCSP response (RFC 7633).', z._default(z.boolean(), false)),
  ocspNoCheck: doc(
    'Nobody need ask about this OCSP responder itself (RFC 6960, section 4.2.2.2.1).',
    z._default(z.boolean(), false),
  ),
  policies: doc(
    'Certificate policies: OIDs or anyPolicy.',
    z.optional(z.array(z.union([z.literal('anyPolicy'), oid])).check(z.minLength(1))),
  ),
  policyConstraints: doc('From where on policies count.', z.optional(policyConstraints)),
  inhibitAnyPolicy: doc(
    'After so many further certificates, anyPolicy stands for nothing.',
    z.optional(skip),
  ),
  keyIdentifiers: doc(
    'Whether it names its own key and its issuer’s (subjectKeyIdentifier, authorityKeyIdentifier).',
    z._default(z.boolean(), true),
  ),
  critical: doc(
    'Which extensions are critical, where that is not as RFC 5280 asks.',
    z.optional(z.partialRecord(z.enum(CRITICALITY), z.boolean())),
  ),
  extraExtensions: doc('Further extensions, byte by byte.', z._default(z.array(extraExtension), [])),
};
