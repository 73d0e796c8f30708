/** What must come out of a run. What is not mentioned is not looked at, except that devices must exit with 0. */
import * as z from 'zod/mini';
import { ALERT_CODES, type AlertName } from '../../../emulator/tls/engine.ts';
import { ACHIEVEMENTS } from '../../report/attackers.ts';
import { doc, duration, name } from './terms.ts';
import { KEY_OPERATIONS } from './use-key.ts';

const ALERT_NAMES = Object.keys(ALERT_CODES) as [AlertName, ...AlertName[]];

export const CHECKS = [
  'parse',
  'signature',
  'validity',
  'name',
  'anchor',
  'basic-constraints',
  'path-length',
  'key-usage',
  'extended-key-usage',
  'name-constraints',
  'policy',
  'public-key',
  'signature-algorithm',
  'critical-extensions',
  'revocation',
] as const;

const text = doc('A text, as it stands there.', z.string());

const output = z.strictObject({
  contains: doc('Texts that must occur in the output.', z.optional(z.array(text))),
  not: doc('Texts that must not occur in the output.', z.optional(z.array(text))),
  lines: doc('The whole output, line by line.', z.optional(z.array(z.string()))),
});

const exception = z.strictObject({
  type: doc('Class of the exception that ended the program.', z.string()),
  text: doc('Text that its message must contain.', z.optional(text)),
});

const device = z.strictObject({
  exit: doc('Exit status. By default 0, or 1 when an exception is expected.', z.optional(z.int())),
  output: doc('What the program printed.', z.optional(output)),
  exception: doc('The exception that ends the program.', z.optional(exception)),
});

const alert = z.strictObject({
  by: doc('Who sent it.', name),
  name: doc('Name of the alert (RFC 8446, section 6).', z.enum(ALERT_NAMES)),
});

const handshake = z.strictObject({
  from: doc('The client.', name),
  to: doc('The server.', name),
  outcome: doc('How it ended.', z.enum(['established', 'failed'])),
  version: doc('Protocol version.', z.optional(z.enum(['TLSv1.2', 'TLSv1.3']))),
  suite: doc('Cipher suite, by its IANA name.', z.optional(z.string())),
  resumed: doc('Whether an older session was taken up.', z.optional(z.boolean())),
  serverAuthenticated: doc(
    'Whether the client proved who the server is, or as whom: "CN=api.example.com".',
    z.optional(z.union([z.boolean(), z.string()])),
  ),
  clientAuthenticated: doc(
    'Whether the server proved who the client is, or as whom.',
    z.optional(z.union([z.boolean(), z.string()])),
  ),
  failingCheck: doc('The certificate check that refused the peer.', z.optional(z.enum(CHECKS))),
  alert: doc('The fatal alert that ended it.', z.optional(alert)),
  alerts: doc(
    'All alerts of the connection, in the order in which they were sent; close_notify is none of them.',
    z.optional(z.array(alert)),
  ),
});

const attacker = z.strictObject({
  achieves: doc(
    'All that she achieves: clear text read, somebody impersonated, text rewritten, messages tampered with unnoticed, a forged name believed, a recording answered, a device lured into her network.',
    z.optional(z.array(z.enum(ACHIEVEMENTS))),
  ),
  reads: doc('Texts that she has in clear.', z.optional(z.array(text))),
  readsNot: doc('Texts that stay hidden from her.', z.optional(z.array(text))),
  learns: doc(
    'What else she finds out: names, addresses, certificates, parameters.',
    z.optional(z.array(text)),
  ),
  stoppedBy: doc('Text that must occur in what stopped her.', z.optional(text)),
});

const keyUse = z.strictObject({
  by: doc('Who did it.', name),
  to: doc('What was done.', z.enum(KEY_OPERATIONS)),
  outcome: doc('What came of it.', z.enum(['done', 'verified', 'refused'])),
  text: doc('What came out, as text.', z.optional(z.string())),
  size: doc('What came out, in bytes.', z.optional(z.int())),
  sameAs: doc('The name of another output that it equals.', z.optional(name)),
});

const budgets = z.strictObject({
  handshake: doc(
    'Longest handshake, from the first message to established, virtual time.',
    z.optional(duration),
  ),
  duration: doc('Length of the run, virtual time.', z.optional(duration)),
  roundTrips: doc(
    'How often a client may wait for an answer before its handshake is finished.',
    z.optional(z.int()),
  ),
  handshakeBytes: doc('Bytes of the records of one handshake, both directions.', z.optional(z.int())),
  wireBytes: doc('Bytes of all frames on the Wi-Fi link, in both directions.', z.optional(z.int())),
  heapPeak: doc(
    'Peak of the IDF heap in use on any device, bytes. An estimate, as the heap model is.',
    z.optional(z.int()),
  ),
});

export const expectations = z.strictObject({
  devices: doc(
    'Per device, by name.',
    z._default(z.record(name, device), () => ({})),
  ),
  handshakes: doc(
    'All TLS handshakes of the run, in the order in which they began.',
    z.optional(z.array(handshake)),
  ),
  keys: doc('All uses of keys, in order.', z.optional(z.array(keyUse))),
  attackers: doc(
    'Per attacker, by name.',
    z._default(z.record(name, attacker), () => ({})),
  ),
  budgets: doc('Limits that the run must stay within.', z.optional(budgets)),
  snapshot: doc(
    'Whether the handshakes must be as the file beside scenario.yaml tells; `test --update-snapshots` writes it.',
    z._default(z.boolean(), false),
  ),
});

export type Expectations = z.output<typeof expectations>;
export type DeviceExpectation = z.output<typeof device>;
export type HandshakeExpectation = z.output<typeof handshake>;
export type AttackerExpectation = z.output<typeof attacker>;
export type KeyUseExpectation = z.output<typeof keyUse>;
export type Budgets = z.output<typeof budgets>;
export type AlertExpectation = z.output<typeof alert>;
