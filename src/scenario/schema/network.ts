/** The wires and the peers: a Wi-Fi network, the internet behind its router, and the hosts there. */
import * as z from 'zod/mini';
import { mqtt } from './mqtt.ts';
import { doc, duration, ipv4Address, name, percentage, port, rate } from './terms.ts';
import { tlsSettings } from './tls.ts';

const link = {
  latency: doc('One-way delay.', z.optional(duration)),
  loss: doc('Share of frames that are lost, chosen by the seed.', z.optional(percentage)),
  bandwidth: doc('Rate at which a frame is sent.', z.optional(rate)),
};

const wifi = z.strictObject({
  ssid: doc(
    'Name of the network.',
    z._default(z.string().check(z.minLength(1), z.maxLength(32)), 'workshop'),
  ),
  password: doc(
    'WPA2 passphrase, 8 to 63 characters.',
    z._default(z.string().check(z.minLength(8), z.maxLength(63)), 'correct horse'),
  ),
  ...link,
});

const internet = z.strictObject(link);

export const network = z.strictObject({
  wifi: doc('The access point the devices can reach.', z.prefault(wifi, {})),
  internet: doc('The line between the router and the hosts.', z.prefault(internet, {})),
});

const route = z.strictObject({
  status: doc('HTTP status code.', z._default(z.int().check(z.minimum(200), z.maximum(599)), 200)),
  headers: doc('Further header fields.', z.optional(z.record(z.string(), z.string()))),
  body: doc('Body of the answer.', z._default(z.string(), '')),
});

const routes = doc(
  'Answers by request path; everything else is 404.',
  z._default(
    z.record(z.string().check(z.regex(/^\//, 'expected a path that starts with /')), route),
    () => ({}),
  ),
);

const https = z.strictObject({
  type: z.literal('https'),
  port: doc('TCP port.', z._default(port, 443)),
  certificate: doc('Name of the certificate that the server shows.', name),
  chain: doc(
    'Names of the certificates sent after it, in this order. The root stays at home.',
    z._default(z.array(name), []),
  ),
  clientCa: doc(
    'Names of the authorities whose client certificates are accepted; with this, a client must show one.',
    z.optional(z.array(name).check(z.minLength(1))),
  ),
  tls: doc('How the server speaks TLS.', z.prefault(tlsSettings, {})),
  routes,
});

const http = z.strictObject({
  type: z.literal('http'),
  port: doc('TCP port.', z._default(port, 80)),
  routes,
});

const ntp = z.strictObject({ type: z.literal('ntp') });

const dns = z.strictObject({ type: z.literal('dns') });

export const host = z.strictObject({
  address: doc('IPv4 address on the internet.', ipv4Address),
  names: doc('DNS names. By default the name of the host.', z.optional(z.array(name))),
  services: doc(
    'What the host serves. A "dns" service knows the names of all hosts, and devices learn its address by DHCP.',
    z.array(z.discriminatedUnion('type', [https, http, mqtt, ntp, dns])),
  ),
});

export type Network = z.output<typeof network>;
export type LinkQuality = z.output<typeof internet>;
export type Host = z.output<typeof host>;
export type Service = Host['services'][number];
export type HttpsService = Extract<Service, { type: 'https' }>;
export type Routes = HttpsService['routes'];
