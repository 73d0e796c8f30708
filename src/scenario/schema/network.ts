/** The wires and the peers: a Wi-Fi network, the internet behind its router, and the hosts there. */
import * as z from 'zod/mini';
import { echo } from './echo.ts';
import { fault } from './faults.ts';
import { gateway } from './gateway.ts';
import { mqtt } from './mqtt.ts';
import { ocspResponder } from './ocsp-responder.ts';
import {
  channel,
  doc,
  duration,
  ipv4Address,
  linkQuality,
  localFile,
  name,
  password,
  port,
  signal,
  size,
  ssid,
} from './terms.ts';
import { tlsSettings } from './tls.ts';

const radio = {
  channel: doc('Wi-Fi channel.', z._default(channel, 6)),
  hidden: doc('Whether its beacons leave the name out.', z._default(z.boolean(), false)),
  rssi: doc('Signal strength at the stations, dBm.', z._default(signal, -55)),
  ...linkQuality,
};

const wifi = z.strictObject({
  ssid: doc('Name of the network.', z._default(ssid, 'workshop')),
  password: doc('WPA2 passphrase, 8 to 63 characters.', z._default(password, 'correct horse')),
  ...radio,
});

const accessPoint = z.strictObject({
  ssid: doc(
    'Name of the network. One that "wifi" has too is the same network, on which a station may roam.',
    ssid,
  ),
  password: doc('WPA2 passphrase, 8 to 63 characters; without, the network is open.', z.optional(password)),
  ...radio,
});

const internet = z.strictObject(linkQuality);

const dhcp = z.strictObject({
  lease: doc('How long an address may be used.', z.prefault(duration, '1d')),
  answers: doc('Whether the DHCP server does its work, or is not there.', z._default(z.boolean(), true)),
});

export const network = z.strictObject({
  wifi: doc('The access point the devices can reach.', z.prefault(wifi, {})),
  accessPoints: doc(
    'Further access points, by name.',
    z._default(z.record(name, accessPoint), () => ({})),
  ),
  internet: doc('The line between the router and the hosts.', z.prefault(internet, {})),
  dhcp: doc('How devices get their addresses.', z.prefault(dhcp, {})),
  faults: doc('What goes wrong, and when.', z._default(z.array(fault), [])),
});

const route = z.strictObject({
  status: doc('HTTP status code.', z._default(z.int().check(z.minimum(200), z.maximum(599)), 200)),
  headers: doc('Further header fields.', z.optional(z.record(z.string(), z.string()))),
  body: doc('Body of the answer, as text.', z.optional(z.string())),
  file: doc('Body of the answer: a file beside scenario.yaml.', z.optional(localFile)),
  certificate: doc('Body of the answer: a certificate in DER, by name.', z.optional(name)),
  fingerprints: doc(
    'Body of the answer: SHA-256 of certificates, by name, in hex, one a line.',
    z.optional(z.array(name)),
  ),
  crl: doc('Body of the answer: a revocation list, by name.', z.optional(name)),
  ocsp: doc('Body of the answer: an OCSP response, by name.', z.optional(name)),
  websocket: doc(
    'Instead of an answer: an upgrade to WebSocket (RFC 6455); "echo" gives every message back.',
    z.optional(z.literal('echo')),
  ),
  stores: doc(
    'Keeps the body of the last POST or PUT, and gives it to who asks by GET.',
    z._default(z.boolean(), false),
  ),
  delay: doc('How long the server thinks before it answers.', z.optional(duration)),
  chunkSize: doc(
    'To a client of HTTP/1.1 the body goes out in chunks of this size, its length untold.',
    z.optional(size.check(z.minimum(1))),
  ),
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
    'Names of the certificates sent after it, in this order; nobody checks that they fit. The root stays at home.',
    z._default(z.array(name), []),
  ),
  clientCa: doc(
    'Names of the authorities whose client certificates are accepted; with this, a client must show one.',
    z.optional(z.array(name).check(z.minLength(1))),
  ),
  ocsp: doc('Name of the OCSP response it staples when a client asks.', z.optional(name)),
  tls: doc('How the server speaks TLS.', z.prefault(tlsSettings, {})),
  routes,
});

const http = z.strictObject({
  type: z.literal('http'),
  port: doc('TCP port.', z._default(port, 80)),
  routes,
});

const ntp = z.strictObject({ type: z.literal('ntp') });

const dnsFailure = z.union([z.enum(['NXDOMAIN', 'SERVFAIL', 'REFUSED', 'silent']), ipv4Address]);

const dns = z.strictObject({
  type: z.literal('dns'),
  silent: doc('Whether it hears queries and never answers.', z._default(z.boolean(), false)),
  failures: doc(
    'Names it does not answer as it should: with NXDOMAIN, SERVFAIL, REFUSED, not at all (silent), or with an address that is not theirs.',
    z._default(z.record(name, dnsFailure), () => ({})),
  ),
});

export const host = z.strictObject({
  address: doc('IPv4 address on the internet.', ipv4Address),
  names: doc('DNS names. By default the name of the host.', z.optional(z.array(name))),
  services: doc(
    'What the host serves. A "dns" service knows the names of all hosts, and devices learn its address by DHCP.',
    z.array(z.discriminatedUnion('type', [https, http, mqtt, ntp, dns, ocspResponder, echo, gateway])),
  ),
});

export type LinkQuality = z.output<typeof internet>;
export type Host = z.output<typeof host>;
export type Service = Host['services'][number];
export type HttpsService = Extract<Service, { type: 'https' }>;
export type Routes = HttpsService['routes'];
export type Route = Routes[string];
