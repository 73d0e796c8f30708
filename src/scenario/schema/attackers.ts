/** Who means ill: Eve, who listens, and Mallory, who stands in the way or forges. */
import * as z from 'zod/mini';
import { ATTACKER_ADDRESS } from '../addressing.ts';
import { channel, doc, duration, ipv4Address, name, password, port, signal, ssid } from './terms.ts';
import { meddling } from './tls.ts';

const eavesdropper = z.strictObject({
  type: z.literal('eavesdropper'),
  link: doc('Where she has her tap.', z._default(z.enum(['wifi', 'internet']), 'wifi')),
});

const rewrite = z.strictObject({
  in: doc('What the client says, or what the server says.', z.enum(['request', 'response'])),
  from: doc('Text that is looked for.', z.string().check(z.minLength(1))),
  to: doc('What it becomes; of the same length where the protocol counts bytes.', z.string()),
});

const tamper = doc(
  'What she does to messages of one side on their way, without knowing any key.',
  z.optional(z.array(meddling)),
);

/** What she can do to connections that go through her hands. */
const pathMeans = {
  victim: doc('The host whose connections she takes.', name),
  port: doc('The TCP port that she takes; all others she lets through.', z._default(port, 443)),
  address: doc('Her own address.', z._default(ipv4Address, ATTACKER_ADDRESS)),
  certificate: doc(
    'She ends TLS and shows this certificate, by name; she must have its key. Without it she passes TLS on.',
    z.optional(name),
  ),
  chain: doc('Names of the certificates sent after it.', z._default(z.array(name), [])),
  rewrite: doc('What she changes in clear text.', z._default(z.array(rewrite), [])),
  replayAfter: doc(
    'So long after a client has begun to speak she says all that it has said to the host again.',
    z.optional(duration),
  ),
  tamperClient: tamper,
  tamperServer: tamper,
};

const manInTheMiddle = z.strictObject({ type: z.literal('man-in-the-middle'), ...pathMeans });

const fakeAccessPoint = z.strictObject({
  type: z.literal('fake-access-point'),
  ssid: doc("Name of her network; by default that of the devices'.", z.optional(ssid)),
  password: doc(
    "The passphrase that she knows; by default the network's own. Without the right one nobody joins.",
    z.optional(password),
  ),
  channel: doc(
    "Wi-Fi channel; by default the network's. A device takes the first access point by channel, and of one channel the strongest.",
    z.optional(channel),
  ),
  rssi: doc('Signal strength at the stations, dBm.', z._default(signal, -35)),
  from: doc('When she switches it on.', z.prefault(duration, '0s')),
  deauthenticates: doc(
    'Whether she sends the stations of the real network away at that moment.',
    z._default(z.boolean(), false),
  ),
  answers: doc(
    'Addresses that she, as the name server of her network, gives for names instead of the true ones.',
    z._default(z.record(z.string(), ipv4Address), () => ({})),
  ),
  ...pathMeans,
});

const dnsSpoofer = z.strictObject({
  type: z.literal('dns-spoofer'),
  answers: doc(
    'The addresses that she gives for names, before the real server can.',
    z.record(z.string(), ipv4Address),
  ),
});

export const attacker = z.discriminatedUnion('type', [
  eavesdropper,
  manInTheMiddle,
  dnsSpoofer,
  fakeAccessPoint,
]);

export type ManInTheMiddleSpec = z.output<typeof manInTheMiddle>;
export type FakeAccessPointSpec = z.output<typeof fakeAccessPoint>;
export type PathMeans = Omit<ManInTheMiddleSpec, 'type'>;
