/** A service that gives back what it gets. */
import * as z from 'zod/mini';
import { doc, port } from './terms.ts';
import { hasCertificateForClients, optionalTls } from './tls-service.ts';

export const echo = z
  .strictObject({
    type: z.literal('echo'),
    port: doc('TCP port.', z._default(port, 7)),
    ...optionalTls,
  })
  .check(hasCertificateForClients);

export type EchoService = z.output<typeof echo>;
