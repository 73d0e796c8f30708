/** An MQTT broker as a service of a host. */
import * as z from 'zod/mini';
import { doc, port } from './terms.ts';
import { hasCertificateForClients, optionalTls } from './tls-service.ts';

const topic = z.string().check(z.regex(/^[^+#\0]+$/, 'expected a topic without + and #'));

export const mqtt = z
  .strictObject({
    type: z.literal('mqtt'),
    port: doc('TCP port; by default 8883 with a certificate, 1883 without.', z.optional(port)),
    ...optionalTls,
    users: doc(
      'Passwords by user name. Without it everybody is let in; a client certificate stands for a password.',
      z.optional(z.record(z.string().check(z.minLength(1)), z.string())),
    ),
    retained: doc(
      'Messages that subscribers find there, by topic.',
      z._default(z.record(topic, z.string()), () => ({})),
    ),
  })
  .check(hasCertificateForClients);

export type MqttService = z.output<typeof mqtt>;
