/** An MQTT broker as a service of a host. */
import * as z from 'zod/mini';
import { doc, name, port } from './terms.ts';
import { tlsSettings } from './tls.ts';

const topic = z.string().check(z.regex(/^[^+#\0]+$/, 'expected a topic without + and #'));

export const mqtt = z
  .strictObject({
    type: z.literal('mqtt'),
    port: doc('TCP port; by default 8883 with a certificate, 1883 without.', z.optional(port)),
    certificate: doc(
      'Name of the certificate that the broker shows; without it there is no TLS.',
      z.optional(name),
    ),
    chain: doc('Names of the certificates sent after it, in this order.', z._default(z.array(name), [])),
    clientCa: doc(
      'Names of the authorities whose client certificates are accepted; with this, a client must show one.',
      z.optional(z.array(name).check(z.minLength(1))),
    ),
    tls: doc('How the broker speaks TLS.', z.prefault(tlsSettings, {})),
    users: doc(
      'Passwords by user name. Without it everybody is let in; a client certificate stands for a password.',
      z.optional(z.record(z.string().check(z.minLength(1)), z.string())),
    ),
    retained: doc(
      'Messages that subscribers find there, by topic.',
      z._default(z.record(topic, z.string()), () => ({})),
    ),
  })
  .check(
    z.refine(({ certificate, clientCa }) => certificate !== undefined || clientCa === undefined, {
      message: 'clientCa needs a certificate: without TLS nobody shows one',
    }),
  );

export type MqttService = z.output<typeof mqtt>;
