/** An OCSP responder as a service of a host. */
import * as z from 'zod/mini';
import { RESPONSE_STATUSES } from '../../../emulator/x509/ocsp.ts';
import { doc, HASHES, moment, name, port } from './terms.ts';

const REFUSALS = RESPONSE_STATUSES.filter(
  (status): status is Exclude<(typeof RESPONSE_STATUSES)[number], undefined | 'successful'> =>
    status !== undefined && status !== 'successful',
);

export const ocspResponder = z.strictObject({
  type: z.literal('ocsp'),
  port: doc('TCP port.', z._default(port, 80)),
  path: doc(
    'Where it is asked: by POST, or by GET with the request behind it.',
    z._default(z.string().check(z.regex(/^\//, 'expected a path that starts with /')), '/'),
  ),
  issuer: doc(
    'Name of the authority for which it answers: of each certificate that this has issued, good or, as its `revoked` says, revoked; of others unknown.',
    name,
  ),
  responder: doc(
    'Name of the certificate of who signs; by default the issuer. Another than the issuer is sent along.',
    z.optional(name),
  ),
  status: doc(
    'Instead of the truth: what it says of each certificate that the authority has issued.',
    z.optional(z.enum(['good', 'revoked', 'unknown'])),
  ),
  refusal: doc('Whatever it is asked: the response status that it answers.', z.optional(z.enum(REFUSALS))),
  nonce: doc('Whether it repeats the nonce of a request (RFC 9654).', z._default(z.boolean(), true)),
  thisUpdate: doc('When its answers were made; by default when it is asked.', z.optional(moment)),
  nextUpdate: doc('Until when they count: after that they are stale.', z.prefault(moment, '7d')),
  hash: doc('Hash of its signatures.', z._default(z.enum(HASHES), 'sha256')),
  signature: doc('"corrupt" flips a bit of each signature.', z.optional(z.literal('corrupt'))),
});

export type OcspResponderService = z.output<typeof ocspResponder>;
