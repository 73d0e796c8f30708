/** Who means ill: Eve, who listens, and Mallory, who stands in the way or forges. */
import * as z from 'zod/mini';
import { doc, duration, ipv4Address, name, port } from './terms.ts';
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

const manInTheMiddle = z.strictObject({
  type: z.literal('man-in-the-middle'),
  victim: doc('The host before which she stands.', name),
  port: doc('The TCP port that she takes; all others she lets through.', z._default(port, 443)),
  address: doc('Her own address.', z._default(ipv4Address, '203.0.113.66')),
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
});

const dnsSpoofer = z.strictObject({
  type: z.literal('dns-spoofer'),
  answers: doc(
    'The addresses that she gives for names, before the real server can.',
    z.record(z.string(), ipv4Address),
  ),
});

export const attacker = z.discriminatedUnion('type', [eavesdropper, manInTheMiddle, dnsSpoofer]);

export type Attacker = z.output<typeof attacker>;
export type ManInTheMiddleSpec = z.output<typeof manInTheMiddle>;
