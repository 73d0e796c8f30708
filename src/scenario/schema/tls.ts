/** How a peer speaks TLS, and what it does wrong on purpose. */
import * as z from 'zod/mini';
import type { EndpointTls } from '../../../emulator/hosts/tls-endpoint.ts';
import { ALERT_CODES, type AlertName } from '../../../emulator/tls/engine.ts';
import type { Fault } from '../../../emulator/tls/faults.ts';
import { GROUP_IDS } from '../../../emulator/tls/groups.ts';
import { EXTENSION_NAMES } from '../../../emulator/tls/messages/extensions.ts';
import { HANDSHAKE_TYPES, type HandshakeName } from '../../../emulator/tls/messages/handshake.ts';
import { ServerSessions } from '../../../emulator/tls/server-sessions.ts';
import { SUITE_IDS } from '../../../emulator/tls/suites.ts';
import { TLS12, TLS13 } from '../../../emulator/tls/versions.ts';
import { doc, hexBytes, name } from './terms.ts';

const MESSAGES = Object.keys(HANDSHAKE_TYPES) as HandshakeName[];
const ALERTS = Object.keys(ALERT_CODES) as AlertName[];
const GROUPS = Object.keys(GROUP_IDS) as (keyof typeof GROUP_IDS)[];
const VERSIONS = { 'TLSv1.2': TLS12, 'TLSv1.3': TLS13 } as const;

const suite = z.enum([...SUITE_IDS.keys()]);

const point = {
  at: doc(
    'The message at which it happens.',
    z.enum([...MESSAGES, 'ChangeCipherSpec', 'Alert', 'ApplicationData']),
  ),
  nth: doc('Which one of that name; the first is 1.', z._default(z.int().check(z.minimum(1)), 1)),
};

const byte = z.int().check(z.minimum(1), z.maximum(255));
const offset = doc('Which byte; negative counts from the end.', z.int());
const mask = doc('The bits that are flipped.', z._default(byte, 1));

/** Each as emulator/tls/faults.ts describes it; certificates are named instead of given. */
const faults = [
  z.strictObject({
    ...point,
    fault: doc(
      'Not sent, sent twice, sent after the next message, or silence from here on.',
      z.enum(['drop', 'duplicate', 'reorder', 'stall']),
    ),
  }),
  z.strictObject({
    ...point,
    fault: doc('Flips bits of the message, before it is protected.', z.literal('flip-byte')),
    offset,
    mask,
    field: doc('Counts the offset from this field, as the trace names it.', z.optional(z.string())),
  }),
  z.strictObject({
    ...point,
    fault: doc('Flips bits of the record, after it was protected.', z.literal('corrupt-record')),
    offset,
    mask,
  }),
  z.strictObject({
    ...point,
    fault: doc('Cuts the message short.', z.literal('truncate')),
    length: doc('Bytes of the body that are left.', z.int().check(z.minimum(0))),
    keepHeader: doc('Whether the header still gives the whole length.', z._default(z.boolean(), false)),
  }),
  z.strictObject({
    ...point,
    fault: doc('Gives a wrong length in the header.', z.literal('wrong-length')),
    by: doc('By how many bytes the header is wrong.', z.int()),
  }),
  z.strictObject({
    ...point,
    fault: doc('Sends an earlier message again instead.', z.literal('replay')),
    message: doc('The earlier message of this peer that is sent instead.', z.enum(MESSAGES)),
  }),
  z.strictObject({
    ...point,
    fault: doc('Shows other certificates, with the own key.', z.literal('substitute-certificate')),
    chain: doc('Names of the certificates shown instead.', z.array(name).check(z.minLength(1))),
  }),
  z.strictObject({
    ...point,
    fault: doc('Leaves an extension out of the hello.', z.literal('strip-extension')),
    extension: doc('The extension that is left out.', z.enum(EXTENSION_NAMES)),
  }),
  z.strictObject({
    ...point,
    fault: doc('Claims an older version.', z.literal('downgrade-version')),
    version: doc(
      'The version that is claimed.',
      z.pipe(
        z.enum(['TLSv1.0', 'TLSv1.1', 'TLSv1.2']),
        z.transform((text) => ({ 'TLSv1.0': 0x0301, 'TLSv1.1': 0x0302, 'TLSv1.2': 0x0303 })[text]),
      ),
    ),
  }),
  z.strictObject({
    ...point,
    fault: doc('Sends an alert instead.', z.literal('send-alert')),
    level: doc('Level of the alert.', z._default(z.enum(['warning', 'fatal']), 'fatal')),
    alert: doc('The alert that is sent instead.', z.enum(ALERTS)),
  }),
  z.strictObject({
    ...point,
    fault: doc('Asks for a new handshake first (RFC 5246, section 7.4.1.1).', z.literal('hello-request')),
  }),
  z.strictObject({
    ...point,
    fault: doc('Leaves only some of the suites in a ClientHello.', z.literal('strip-suites')),
    keep: doc('The suites that are left, by their IANA names.', z.array(suite).check(z.minLength(1))),
  }),
] as const;

const fault = z.discriminatedUnion('fault', faults);

/** What somebody on the path can do to messages; beyond what a peer can do wrong, the end of the stream. */
export const meddling = z.discriminatedUnion('fault', [
  ...faults,
  z.strictObject({
    ...point,
    fault: doc('Ends the stream before it, as if the sender had.', z.literal('cut')),
  }),
]);

/** How the server speaks; what is not said is as the `modern` profile has it. */
export const tlsSettings = z.strictObject({
  versions: doc(
    'Protocol versions the server speaks.',
    z.optional(z.array(z.enum(['TLSv1.2', 'TLSv1.3'])).check(z.minLength(1))),
  ),
  suites: doc(
    'Cipher suites in order of preference, by their IANA names.',
    z.optional(z.array(suite).check(z.minLength(1))),
  ),
  groups: doc(
    'Groups for the key agreement, in order of preference.',
    z.optional(z.array(z.enum(GROUPS)).check(z.minLength(1))),
  ),
  psk: doc(
    'Keys shared beforehand, hex, by identity (RFC 4279). For them "suites" must name suites with PSK.',
    z.optional(z.record(z.string().check(z.minLength(1)), hexBytes)),
  ),
  resumption: doc(
    'Whether sessions can be taken up again: by tickets and by their names, or by their names alone ("by-name").',
    z._default(z.union([z.boolean(), z.literal('by-name')]), false),
  ),
  faults: doc('What the server does wrong on purpose, on every connection.', z._default(z.array(fault), [])),
});

export type TlsSettings = z.output<typeof tlsSettings>;
type FaultSpec = z.output<typeof fault>;

/** The settings as the engine takes them. `ticketKey`: 32 bytes, asked for only where sessions are kept. */
export function toEndpointTls(
  { versions, suites, groups, psk, resumption, faults }: TlsSettings,
  certificate: (name: string) => Uint8Array,
  ticketKey: () => Uint8Array,
): EndpointTls {
  return {
    ...(versions && { versions: versions.map((version) => VERSIONS[version]) }),
    ...(suites && { suites: suites.map((suite) => SUITE_IDS.get(suite)!) }),
    ...(groups && { groups: groups.map((group) => GROUP_IDS[group]) }),
    ...(psk && { preSharedKey: (identity: Uint8Array) => psk[new TextDecoder().decode(identity)] }),
    ...(resumption && {
      sessions: new ServerSessions(resumption === 'by-name' ? {} : { ticketKey: ticketKey() }),
    }),
    ...(faults.length > 0 && { faults: faults.map((spec) => toFault(spec, certificate)) }),
  };
}

/** The fault as the engine takes it. */
export function toFault(spec: FaultSpec, certificate: (name: string) => Uint8Array): Fault {
  switch (spec.fault) {
    case 'substitute-certificate':
      return { ...spec, chain: spec.chain.map(certificate) };
    case 'strip-suites':
      return { ...spec, keep: spec.keep.map((suite) => SUITE_IDS.get(suite)!) };
    default:
      return spec as Fault;
  }
}
