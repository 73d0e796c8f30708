/** What certificate authorities say about certificates later: revocation lists and OCSP responses. */
import * as z from 'zod/mini';
import { CRL_REASONS } from '../../../emulator/x509/crl-reason.ts';
import { doc, HASHES, moment, name } from './terms.ts';

export const revocation = z.strictObject({
  certificate: doc('Name of the certificate.', name),
  at: doc('Since when.', z.prefault(moment, '-7d')),
  reason: doc('Why (RFC 5280, section 5.3.1). By default none is given.', z.optional(z.enum(CRL_REASONS))),
});

/** Fresh unless said otherwise. */
const window = {
  thisUpdate: doc('When it was made.', z.prefault(moment, '-1d')),
  nextUpdate: doc('When the next one is due: after that it is stale.', z.prefault(moment, '7d')),
  hash: doc('Hash of its signature.', z._default(z.enum(HASHES), 'sha256')),
  signature: doc('"corrupt" flips a bit of the signature.', z.optional(z.literal('corrupt'))),
};

export const crl = z.strictObject({
  issuer: doc('Name of the authority that signs it.', name),
  ...window,
  number: doc('CRLNumber.', z._default(z.int().check(z.minimum(1)), 1)),
  revoked: doc(
    "Instead of the authority's own list: what the list says is revoked.",
    z.optional(z.array(revocation)),
  ),
});

export const ocspResponse = z.strictObject({
  certificate: doc('Name of the certificate it speaks of.', name),
  issuer: doc("Name of the certificate's issuer; needed for an imported certificate.", z.optional(name)),
  responder: doc(
    'Name of the certificate of who signs it; by default the issuer. Another than the issuer is sent along.',
    z.optional(name),
  ),
  status: doc(
    "What it says. By default what the issuer's list of revoked certificates makes of it.",
    z.optional(z.enum(['good', 'revoked', 'unknown'])),
  ),
  ...window,
});

export type Revocation = z.output<typeof revocation>;
export type Crl = z.output<typeof crl>;
export type OcspResponse = z.output<typeof ocspResponse>;
