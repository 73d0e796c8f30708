/** What services that speak TLS only when they have a certificate have in common. */
import * as z from 'zod/mini';
import { doc, name } from './terms.ts';
import { tlsSettings } from './tls.ts';

const clientCa = z.array(name).check(z.minLength(1));

export const tlsKeys = {
  chain: doc('Names of the certificates sent after it, in this order.', z._default(z.array(name), [])),
  clientCa: doc(
    'Names of the authorities whose client certificates are accepted; with this, a client must show one.',
    z.optional(clientCa),
  ),
  tls: doc('How the service speaks TLS.', z.prefault(tlsSettings, {})),
};

export const optionalTls = {
  certificate: doc(
    'Name of the certificate that the service shows; without it there is no TLS.',
    z.optional(name),
  ),
  ...tlsKeys,
};

interface MaybeTls {
  readonly certificate?: string | undefined;
  readonly clientCa?: readonly string[] | undefined;
}

/** `clientCa` means nothing where nobody speaks TLS. */
export const hasCertificateForClients = z.refine<MaybeTls>(
  ({ certificate, clientCa: ca }) => certificate !== undefined || ca === undefined,
  { message: 'clientCa needs a certificate: without TLS nobody shows one' },
);
