/** Hellos of TLS 1.2 that a server must refuse, and some that it must not. */

import { type ClientHello, clientHello } from '../../emulator/tls/messages/client-hello.ts';
import type { Extension } from '../../emulator/tls/messages/extensions.ts';
import { encodeMessage } from '../../emulator/tls/messages/handshake.ts';
import { handshakeBytes, resized, set, TYPES } from './bytes.ts';
import { type Client12, HELLO } from './client12.ts';
import type { Edit } from './record-client.ts';
import type { CaseOf } from './run.ts';

export type Case = CaseOf<Client12>;

function hello(what: string, alert: string, change: Partial<ClientHello>, edit?: Edit): Case {
  return { what, alert: `fatal ${alert}`, run: (client) => client.hello(change, edit) };
}

function accepted(what: string, change: Partial<ClientHello>, size?: number): Case {
  return {
    what,
    async run(client) {
      client.hello(change, undefined, size);
      await client.serverFlight();
      client.clientKeyExchange();
      client.changeCipherSpec();
      client.finished();
      await client.serverFinish();
    },
  };
}

const and = (...more: Extension[]): Partial<ClientHello> => ({ extensions: [...HELLO.extensions, ...more] });
const unknown = (id: number, ...data: number[]): Extension => ({
  name: 'unknown',
  id,
  data: Uint8Array.from(data),
});
const bytes = (text: string) => Array.from(text, (character) => character.charCodeAt(0));

/** server_name as RFC 6066 section 3 has it: names of a type each. */
function names(...entries: readonly (readonly [type: number, name: readonly number[]])[]): Extension {
  const list = entries.flatMap(([type, name]) => [type, name.length >> 8, name.length & 255, ...name]);
  return unknown(0, list.length >> 8, list.length & 255, ...list);
}

const host = (text: string): readonly [number, readonly number[]] => [0, bytes(text)];

export const SERVER_NAMES: readonly Case[] = [
  hello('an empty server_name', 'decode_error', and(unknown(0))),
  hello('an empty list of names', 'decode_error', and(unknown(0, 0, 0))),
  hello('an empty name', 'decode_error', and(names(host('')))),
  hello('a list longer than the extension', 'decode_error', and(unknown(0, 255, 255, 255, 255))),
  hello('bytes after the name', 'decode_error', and(unknown(0, 0, 4, 0, 0, 1, 101, 120))),
  hello('a name with NUL', 'illegal_parameter', and(names(host('api.example\0.com')))),
  hello('a name in UTF-8', 'illegal_parameter', and(names([0, [0xc4, 0x85]]))),
  hello('a name with an escape sequence', 'illegal_parameter', and(names(host('a\x1b[31mBAD')))),
  hello('two host names', 'illegal_parameter', and(names(host('a.example.com'), host('b.example.com')))),
  accepted('a host name, then a name of another type', and(names(host('api.example.com'), [1, [1, 2, 3]]))),
  accepted('a name of another type, then a host name', and(names([1, [1, 2, 3]], host('api.example.com')))),
];

/** Where the fields of HELLO are: after header, version and random. */
const SESSION_ID_LENGTH = 38;
const SUITES_LENGTH = 39;
const COMPRESSION_LENGTH = 43;
const EXTENSIONS_LENGTH = 45;
const ENCODED = encodeMessage(clientHello, HELLO).bytes;

/** Every value of a length that does not fit. */
function lengths(what: string, at: number, ...except: readonly number[]): readonly Case[] {
  const values = Array.from({ length: 256 }, (_, value) => value).filter(
    (value) => value !== ENCODED[at] && !except.includes(value),
  );
  return values.map((value) => hello(`${what} of ${value}`, 'decode_error', {}, set({ [at]: value })));
}

export const LENGTHS: readonly Case[] = [
  ...lengths('a session id length', SESSION_ID_LENGTH),
  ...lengths('a length of suites', SUITES_LENGTH + 1),
  ...lengths('a length of suites with high byte', SUITES_LENGTH),
  // With these, what follows is by chance a block of extensions, or nothing.
  ...lengths('a length of compression methods', COMPRESSION_LENGTH, 11, 26),
  ...lengths('a length of extensions', EXTENSIONS_LENGTH + 1),
  ...lengths('a length of extensions with high byte', EXTENSIONS_LENGTH),
  ...[1, 2, 3, 10, 30, 40, 60].map((count) =>
    hello(`${count} bytes missing`, 'decode_error', {}, resized(-count)),
  ),
  ...[1, 2, 4, 255].map((count) => hello(`${count} bytes too many`, 'decode_error', {}, resized(count))),
  hello('a body of 0 bytes', 'decode_error', {}, () => handshakeBytes(1, new Uint8Array(0))),
];

/** Client hello types other than its own. */
export const MESSAGE_TYPES: readonly Case[] = Array.from({ length: 256 }, (_, type) => type)
  .filter((type) => type !== 1)
  .map((type) => hello(`a first message of type ${type}`, 'unexpected_message', {}, set({ 0: type })));

export const FIELDS: readonly Case[] = [
  hello('TLS 1.1', 'protocol_version', { version: 0x0302 }),
  hello('version 0.0', 'protocol_version', { version: 0 }),
  accepted('version 254.254', { version: 0xfefe }),
  accepted('version 4.1', { version: 0x0401 }),
  hello('no suites', 'decode_error', { suites: [] }),
  hello('suites that nobody knows', 'handshake_failure', { suites: [0x0a0a, 0x5a5a] }),
  hello('export suites', 'handshake_failure', { suites: [0x0003, 0x0006, 0x0008, 0x0014] }),
  hello('anonymous and NULL suites', 'handshake_failure', {
    suites: [0x0018, 0x0034, 0x0001, 0x003b, 0xc018],
  }),
  hello('no compression methods', 'decode_error', { compressionMethods: [] }),
  hello('DEFLATE alone', 'illegal_parameter', { compressionMethods: [1] }),
  hello('every method but null', 'illegal_parameter', {
    compressionMethods: Array.from({ length: 255 }, (_, i) => i + 1),
  }),
  accepted('many methods, null among them', { compressionMethods: [1, 2, 3, 0, 64] }),
  hello('a session id of 33 bytes', 'decode_error', { sessionId: new Uint8Array(33) }),
  accepted('a session id that nobody knows', { sessionId: new Uint8Array(32).fill(5) }),
  accepted('32,767 suites', {
    suites: [...Array.from({ length: 32_766 }, (_, i) => 0x2000 + i), 0xc02b],
  }),
];

export const EXTENSIONS: readonly Case[] = [
  hello('an extension twice', 'illegal_parameter', and(unknown(90), unknown(90))),
  hello('extended_master_secret with a byte in it', 'decode_error', and(unknown(23, 0))),
  hello('encrypt_then_mac with a byte in it', 'decode_error', and(unknown(22, 0))),
  hello('an empty renegotiation_info', 'decode_error', { extensions: [unknown(0xff01)] }),
  hello('renegotiation_info of an older handshake', 'handshake_failure', {
    extensions: [{ name: 'renegotiation_info', renegotiatedConnection: new Uint8Array(12) }],
  }),
  hello('an empty list of groups', 'decode_error', { extensions: [unknown(10, 0, 0)] }),
  hello('a list of groups of odd length', 'decode_error', { extensions: [unknown(10, 0, 3, 0, 23, 0)] }),
  hello('an empty list of signature algorithms', 'decode_error', { extensions: [unknown(13, 0, 0)] }),
  hello('no group of the server', 'handshake_failure', { extensions: [unknown(10, 0, 2, 0, 30)] }),
  hello('no signature that the server can make', 'handshake_failure', {
    extensions: [unknown(10, 0, 2, 0, 23), unknown(13, 0, 2, 2, 2)],
  }),
  hello('compressed points alone', 'illegal_parameter', and({ name: 'ec_point_formats', formats: [1] })),
  hello('a fragment length that is none', 'illegal_parameter', and({ name: 'max_fragment_length', code: 5 })),
  accepted(
    'every extension that nobody knows, empty',
    and(...[90, 1000, 0x0a0a, 0xfafa].map((id) => unknown(id))),
  ),
  accepted('1,024 extensions', and(...Array.from({ length: 1024 }, (_, i) => unknown(90 + i)))),
  accepted('signature algorithms that nobody knows among others', {
    extensions: [
      { name: 'supported_groups', groups: [0x2a2a, 23] },
      { name: 'signature_algorithms', schemes: [0x0003, 0x0a03, 0xfefe, 0x0403] },
    ],
  }),
  accepted('an extension of 65,000 bytes', and(unknown(21, ...new Uint8Array(65_000)))),
];

/** protocol_name_list as RFC 7301 section 3.1 has it. */
const alpn = (...protocols: readonly string[]): Extension => ({
  name: 'application_layer_protocol_negotiation',
  protocols,
});

export const PROTOCOLS: readonly Case[] = [
  accepted('http/1.1', and(alpn('http/1.1'))),
  accepted('http/1.1 among others', and(alpn('h2', 'http/1.', 'http/1.1', 'x'.repeat(255)))),
  hello('none of the server', 'no_application_protocol', and(alpn('h2', 'http/1.X'))),
  hello('an empty name', 'decode_error', and(alpn(''))),
  hello('an empty list', 'decode_error', and(alpn())),
  hello('an empty extension', 'decode_error', and(unknown(16))),
  hello('a list that is too short', 'decode_error', and(unknown(16, 0, 2, 2, 104, 50))),
  hello('a list that is too long', 'decode_error', and(unknown(16, 0, 9, 2, 104, 50))),
  hello('a name that is too long', 'decode_error', and(unknown(16, 0, 3, 9, 104, 50))),
];

const padding = (length: number): Partial<ClientHello> => and(unknown(21, ...new Uint8Array(length)));

export const RECORDS: readonly Case[] = [
  accepted('a hello in records of one byte', padding(200), 1),
  accepted('a hello in records of 20 bytes', padding(4096), 20),
  accepted('a hello in records of 257 bytes', padding(1024), 257),
  accepted('a hello of 65,600 bytes in full records', padding(65_400)),
  {
    what: 'a hello after a record version of SSL 3.0',
    async run(client) {
      client.record(TYPES.handshake, encodeMessage(clientHello, HELLO).bytes, 0x0300);
      if ((await client.transport.record())?.[0] !== 22) throw new Error('no ServerHello');
    },
  },
  {
    what: 'a record of 2^14 + 1 bytes',
    alert: 'fatal record_overflow',
    run: (client) => client.raw(Uint8Array.of(22, 3, 3, 0x40, 0x01, ...new Uint8Array(16_385))),
  },
  {
    what: 'a record of 2^16 - 1 bytes, by its header',
    alert: 'fatal record_overflow',
    run: (client) => client.raw(Uint8Array.of(22, 3, 3, 255, 255)),
  },
  {
    what: 'a record of version 2.0',
    alert: 'fatal protocol_version',
    run: (client) => client.raw(Uint8Array.of(22, 2, 0, 0, 4, 1, 0, 0, 0)),
  },
  {
    what: 'an SSL 2 hello',
    alert: 'fatal protocol_version',
    run: (client) => client.raw(Uint8Array.of(0x80, 0x1c, 1, 3, 3, 0, 3, 0, 0, 0, 16, 0, 0, 0x2f)),
  },
  {
    what: 'plain HTTP',
    alert: 'fatal unexpected_message',
    run: (client) => client.raw(Buffer.from('GET / HTTP/1.1\r\n\r\n')),
  },
  ...[0, 19, 24, 25, 127].map((type) => ({
    what: `a record of type ${type}`,
    alert: 'fatal unexpected_message',
    run: (client: Client12) => client.raw(Uint8Array.of(type, 3, 3, 0, 1, 0)),
  })),
  {
    what: 'a hello of 2^24 - 1 bytes, by its header',
    alert: 'fatal decode_error',
    run: (client) => client.record(TYPES.handshake, Uint8Array.of(1, 255, 255, 255)),
  },
  {
    what: 'ChangeCipherSpec before the hello',
    alert: 'fatal unexpected_message',
    run: (client) => client.changeCipherSpec(),
  },
  {
    what: 'application data before the hello',
    alert: 'fatal unexpected_message',
    run: (client) => client.data('GET /'),
  },
  {
    what: 'application data between the pieces of a hello',
    alert: 'fatal unexpected_message',
    run(client) {
      client.record(TYPES.handshake, ENCODED.subarray(0, 20));
      client.data('x');
    },
  },
];
