/** Hellos of TLS 1.3 that a server must refuse, and some that it must not. */
import assert from 'node:assert/strict';
import type { ClientHello } from '../../emulator/tls/messages/client-hello.ts';
import type { Extension, ExtensionName } from '../../emulator/tls/messages/extensions.ts';
import { EMPTY, resized, TYPES } from './bytes.ts';
import { AES_256_GCM, type Client13, HELLO13, KEY_SHARE, SUPPORTED } from './client13.ts';
import type { Edit } from './record-client.ts';
import type { CaseOf } from './run.ts';

export type Case13 = CaseOf<Client13>;

function hello(what: string, alert: string, change: Partial<ClientHello>, edit?: Edit): Case13 {
  return { what, alert: `fatal ${alert}`, run: (client) => client.hello(change, edit) };
}

function accepted(what: string, change: Partial<ClientHello>, size?: number): Case13 {
  return {
    what,
    async run(client) {
      client.hello(change, undefined, size);
      await client.serverFlight();
      client.finished();
      client.alert(1, 0);
      assert.equal(await client.heardAlert(), 'warning close_notify');
    },
  };
}

const unknown = (id: number, ...data: number[]): Extension => ({
  name: 'unknown',
  id,
  data: Uint8Array.from(data),
});
const { extensions } = HELLO13;
const without = (...names: (ExtensionName | 'unknown')[]): Partial<ClientHello> => ({
  extensions: extensions.filter(({ name }) => !names.includes(name)),
});
/** Instead of those of the same name. */
const instead = (name: ExtensionName, ...more: Extension[]): Partial<ClientHello> => ({
  extensions: [...without(name).extensions!, ...more],
});
const and = (...more: Extension[]): Partial<ClientHello> => ({ extensions: [...extensions, ...more] });

const share = (group: number, publicKey: Uint8Array): Extension => ({
  name: 'key_share',
  shares: [{ group, publicKey }],
});
const point = KEY_SHARE.name === 'key_share' ? KEY_SHARE.shares[0]!.publicKey : EMPTY;
const flipped = point.map((byte, i) => (i === 64 ? byte ^ 1 : byte));
const hybrid = point.map((byte, i) => (i === 0 ? 6 : byte));
const x25519 = (...bytes: number[]): Partial<ClientHello> => ({
  extensions: [
    ...without('supported_groups', 'key_share').extensions!,
    { name: 'supported_groups', groups: [29] },
    share(
      29,
      Uint8Array.from({ length: 32 }, (_, i) => bytes[i] ?? 0),
    ),
  ],
});
const alpn = (...protocols: readonly string[]): Extension => ({
  name: 'application_layer_protocol_negotiation',
  protocols,
});
const versions = (...list: number[]): Extension => ({ name: 'supported_versions', versions: list });

export const HELLOS13: readonly Case13[] = [
  accepted('as it should be', {}),
  accepted('in records of one byte', {}, 1),
  accepted('in records of 37 bytes', {}, 37),
  accepted('with extensions in another order', { extensions: extensions.toReversed() }),
  accepted('with extensions that nobody knows', and(unknown(0x1a1a), unknown(9000, 1, 2, 3))),
  accepted('with 4,000 extensions', and(...Array.from({ length: 4000 }, (_, i) => unknown(70 + i)))),
  accepted(
    'with versions that nobody knows',
    instead('supported_versions', versions(0x2a2a, 0x7f1c, 0x0304)),
  ),
  accepted('with a legacy version of TLS 1.1', { version: 0x0302 }),
  accepted('with a legacy version of 254.254', { version: 0xfefe }),
  accepted('with AES-256-GCM', { suites: [AES_256_GCM] }),
  hello('no suite of TLS 1.3', 'handshake_failure', { suites: [0xc02b, 0x009c] }),
  hello('suites that nobody knows', 'handshake_failure', { suites: [0x13ff, 0xfafa] }),
  hello('no suites', 'decode_error', { suites: [] }),
  hello('compression besides null', 'illegal_parameter', { compressionMethods: [1, 0] }),
  hello('compression alone', 'illegal_parameter', { compressionMethods: [1] }),
  hello('no compression methods', 'decode_error', { compressionMethods: [] }),
  ...[0, 0x0002, 0x0200, 0x0300].map((version) =>
    hello(`a legacy version of 0x${version.toString(16)}`, 'protocol_version', { version }),
  ),
  hello(
    'versions that nobody speaks',
    'protocol_version',
    instead('supported_versions', versions(0x7f1c, 0x0305)),
  ),
  hello('TLS 1.2 alone, to a server of 1.3 alone', 'protocol_version', without('supported_versions')),
  hello('an empty list of versions', 'decode_error', instead('supported_versions', unknown(43, 0))),
  hello(
    'a list of versions of odd length',
    'decode_error',
    instead('supported_versions', unknown(43, 3, 3, 4, 3)),
  ),
  hello('no key_share', 'missing_extension', without('key_share')),
  hello('no supported_groups', 'missing_extension', without('supported_groups')),
  hello('no signature_algorithms', 'missing_extension', without('signature_algorithms')),
  hello('a key_share of no bytes', 'decode_error', instead('key_share', unknown(51))),
  hello('a key_share that is too long', 'decode_error', instead('key_share', unknown(51, 0, 200, 0, 23))),
  hello('groups that nobody knows', 'handshake_failure', {
    extensions: [
      ...without('supported_groups', 'key_share').extensions!,
      { name: 'supported_groups', groups: [0x0a0a, 1, 9] },
      { name: 'key_share', shares: [] },
    ],
  }),
  hello(
    'a share of a group that is not supported',
    'illegal_parameter',
    instead('key_share', share(24, point)),
  ),
  hello('two shares of a group', 'illegal_parameter', {
    extensions: [
      ...SUPPORTED,
      {
        name: 'key_share',
        shares: [
          { group: 23, publicKey: point },
          { group: 23, publicKey: point },
        ],
      },
    ],
  }),
  hello('a point off the curve', 'illegal_parameter', instead('key_share', share(23, flipped))),
  hello('a point of zeros', 'illegal_parameter', instead('key_share', share(23, new Uint8Array(65)))),
  hello('a hybrid point', 'illegal_parameter', instead('key_share', share(23, hybrid))),
  hello('a compressed point', 'illegal_parameter', instead('key_share', share(23, flipped.subarray(0, 33)))),
  hello('a point cut by a byte', 'illegal_parameter', instead('key_share', share(23, point.subarray(0, 64)))),
  hello('a key of X25519 that is zero', 'illegal_parameter', x25519()),
  hello('a key of X25519 of small order', 'illegal_parameter', x25519(1)),
  hello('a key of X25519 of 31 bytes', 'illegal_parameter', {
    extensions: [
      ...without('supported_groups', 'key_share').extensions!,
      { name: 'supported_groups', groups: [29] },
      share(29, new Uint8Array(31).fill(9)),
    ],
  }),
  hello('signatures that the server cannot make', 'handshake_failure', {
    ...instead('signature_algorithms', { name: 'signature_algorithms', schemes: [0x0808, 0x0809] }),
  }),
  hello('PKCS #1 and SHA-1 alone', 'handshake_failure', {
    ...instead('signature_algorithms', {
      name: 'signature_algorithms',
      schemes: [0x0401, 0x0501, 0x0201, 0x0203],
    }),
  }),
  hello('an extension twice', 'illegal_parameter', and(unknown(9000), unknown(9000))),
  hello('oid_filters, which belong in another message', 'illegal_parameter', and(unknown(48, 0, 0))),
  hello('an empty list of groups', 'decode_error', instead('supported_groups', unknown(10, 0, 0))),
  hello('an empty list of signatures', 'decode_error', instead('signature_algorithms', unknown(13, 0, 0))),
  accepted('with http/1.1', and(alpn('h2', 'http/1.1'))),
  hello('protocols that the server does not speak', 'no_application_protocol', and(alpn('h2'))),
  ...[1, 5, 40, 70, 100].map((count) => hello(`${count} bytes missing`, 'decode_error', {}, resized(-count))),
  ...[1, 4].map((count) => hello(`${count} bytes too many`, 'decode_error', {}, resized(count))),
];

/** A share of a group that the server does not speak makes it ask for another. */
const RETRY: Partial<ClientHello> = {
  extensions: [
    ...without('supported_groups', 'key_share').extensions!,
    { name: 'supported_groups', groups: [0x0a0a, 23] },
    share(0x0a0a, Uint8Array.of(1)),
  ],
};
const SECOND: Partial<ClientHello> = {
  extensions: [
    ...without('supported_groups', 'key_share').extensions!,
    { name: 'supported_groups', groups: [0x0a0a, 23] },
    share(23, point),
  ],
};

function second(what: string, alert: string, change: Partial<ClientHello>): Case13 {
  return {
    what,
    alert: `fatal ${alert}`,
    async run(client) {
      client.hello(RETRY);
      await client.helloRetryRequest();
      client.hello(change);
    },
  };
}

export const RETRIES: readonly Case13[] = [
  {
    what: 'a second hello as it was asked for',
    async run(client) {
      client.hello(RETRY);
      await client.helloRetryRequest();
      client.changeCipherSpec();
      client.hello(SECOND);
      await client.serverFlight({ afterRetry: true });
      client.finished();
      client.alert(1, 0);
      assert.equal(await client.heardAlert(), 'warning close_notify');
    },
  },
  second('the first hello again', 'illegal_parameter', RETRY),
  second('a second hello with another random', 'illegal_parameter', {
    ...SECOND,
    random: new Uint8Array(32),
  }),
  second('a second hello with another session id', 'illegal_parameter', { ...SECOND, sessionId: EMPTY }),
  second('a second hello with other suites', 'illegal_parameter', { ...SECOND, suites: [AES_256_GCM] }),
  second('a second hello without key_share', 'missing_extension', {
    extensions: SECOND.extensions!.filter(({ name }) => name !== 'key_share'),
  }),
  {
    what: 'Finished instead of a second hello',
    alert: 'fatal unexpected_message',
    async run(client) {
      client.hello(RETRY);
      await client.helloRetryRequest();
      client.record(TYPES.handshake, Uint8Array.of(20, 0, 0, 1, 0));
    },
  },
];
