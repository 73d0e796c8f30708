/** A gateway between sensors and a cloud as a service of a host. */
import * as z from 'zod/mini';
import { doc, name, port } from './terms.ts';
import { tlsKeys } from './tls-service.ts';

const cloud = z.strictObject({
  host: doc('Name of the host that takes the readings by POST.', name),
  port: doc('TCP port.', z._default(port, 443)),
  path: doc(
    'Where the readings go.',
    z._default(z.string().check(z.regex(/^\//, 'expected a path that starts with /')), '/'),
  ),
  ca: doc(
    'Names of the authorities that may certify the cloud. Without it the gateway looks at nobody.',
    z.optional(z.array(name).check(z.minLength(1))),
  ),
  certificate: doc('Name of the certificate that the gateway shows to the cloud.', z.optional(name)),
  chain: doc('Names of the certificates sent after it.', z._default(z.array(name), [])),
});

export const gateway = z.strictObject({
  type: z.literal('gateway'),
  takes: doc(
    'How sensors hand readings over, always over TLS: "lines", one a line, each answered with "ok"; or "mqtt", published to a broker.',
    z._default(z.enum(['lines', 'mqtt']), 'lines'),
  ),
  port: doc('TCP port for sensors.', z._default(port, 8883)),
  certificate: doc('Name of the certificate that the gateway shows to sensors.', name),
  ...tlsKeys,
  batch: doc(
    'So many readings go on together, as JSON: {"readings": [{"from": …, "value": …}]}.',
    z._default(z.int().check(z.minimum(1), z.maximum(1000)), 1),
  ),
  cloud: doc('Where readings go.', cloud),
});

export type GatewayService = z.output<typeof gateway>;
