import { describe, it } from 'node:test';
import { nodeProvider } from '../../../emulator/crypto/node.node.ts';
import type { Extension } from '../../../emulator/tls/messages/extensions.ts';
import {
  HELLO_RETRY_RANDOM,
  helloRetryRequest,
  type ServerHello,
} from '../../../emulator/tls/messages/server-hello.ts';
import { TLS12, TLS13 } from '../../../emulator/tls/versions.ts';
import { handshake } from '../scripted.ts';
import { ascii } from '../support.ts';
import { assertFailed, EMPTY, HandmadeServer, P256, X25519 } from './handmade.ts';

const VERSION: Extension = { name: 'supported_versions', versions: [TLS13] };
const unknown = (id: number): Extension => ({ name: 'unknown', id, data: EMPTY });

describe('a client that is answered by a ServerHello', () => {
  type Case = readonly [string, (server: HandmadeServer) => Partial<ServerHello>, string, string];
  const withExtensions = (more: readonly Extension[]) => (server: HandmadeServer) => ({
    extensions: [...server.honestHello.extensions, ...more],
  });
  const cases: readonly Case[] = [
    ['of legacy version 3.2', () => ({ version: 0x0302 }), 'illegal_parameter', 'illegal-parameter'],
    [
      'that selects TLS 1.2 in the extension',
      ({ honestHello }) => ({
        extensions: [honestHello.extensions[0]!, { name: 'supported_versions', versions: [TLS12] }],
      }),
      'illegal_parameter',
      'illegal-parameter',
    ],
    ['of TLS 1.2', () => ({ extensions: [] }), 'protocol_version', 'unsupported-version'],
    ['with another session ID', () => ({ sessionId: EMPTY }), 'illegal_parameter', 'illegal-parameter'],
    ['with compression', () => ({ compressionMethod: 1 }), 'illegal_parameter', 'compression-selected'],
    ['with a suite not offered', () => ({ suite: 0x1304 }), 'illegal_parameter', 'illegal-parameter'],
    ['with a suite of TLS 1.2', () => ({ suite: 0xc02b }), 'illegal_parameter', 'illegal-parameter'],
    ['without a key share', () => ({ extensions: [VERSION] }), 'missing_extension', 'missing-extension'],
    [
      'with a key share of a group that none was offered of',
      () => ({ extensions: [VERSION, { name: 'key_share', shares: [{ group: P256, publicKey: EMPTY }] }] }),
      'decode_error',
      'decode-error',
    ],
    [
      'with a point of another group',
      () => ({
        extensions: [
          VERSION,
          { name: 'key_share', shares: [{ group: P256, publicKey: new Uint8Array(65).fill(4) }] },
        ],
      }),
      'illegal_parameter',
      'illegal-parameter',
    ],
    [
      'with a point of small order',
      () => ({
        extensions: [
          VERSION,
          { name: 'key_share', shares: [{ group: X25519, publicKey: new Uint8Array(32) }] },
        ],
      }),
      'illegal_parameter',
      'bad-key-share',
    ],
    [
      'with an extension that was not offered',
      withExtensions([unknown(18)]),
      'unsupported_extension',
      'unsupported-extension',
    ],
    [
      'with an extension that belongs elsewhere',
      withExtensions([{ name: 'supported_groups', groups: [X25519] }]),
      'illegal_parameter',
      'illegal-parameter',
    ],
    ['with an extension twice', withExtensions([VERSION]), 'illegal_parameter', 'illegal-parameter'],
    [
      'that takes up a session nobody offered',
      withExtensions([{ name: 'pre_shared_key', offered: undefined, selected: 0 }]),
      'unsupported_extension',
      'unsupported-extension',
    ],
  ];

  for (const [what, edit, alert, reason] of cases) {
    it(`${what}: ${alert}`, () => {
      const server = new HandmadeServer();
      server.sayHello(edit(server));
      assertFailed(server.end, alert, reason);
    });
  }

  it('under the sentinel of a server that was talked down: illegal_parameter', () => {
    for (const last of [0, 1]) {
      const server = new HandmadeServer({ versions: [TLS13, TLS12] });
      const random = new Uint8Array(32).fill(7);
      random.set([...ascii('DOWNGRD'), last], 24);
      server.sayHello({
        random,
        sessionId: EMPTY,
        suite: 0xc02b,
        extensions: [{ name: 'renegotiation_info', renegotiatedConnection: EMPTY }],
      });
      assertFailed(server.end, 'illegal_parameter', 'illegal-parameter');
    }
  });
});

describe('a client that is asked to try again', () => {
  const retry = (server: HandmadeServer, extensions: readonly Extension[], suite = 0x1301): Uint8Array =>
    handshake(helloRetryRequest, {
      ...server.honestHello,
      random: HELLO_RETRY_RANDOM,
      suite,
      extensions: [VERSION, ...extensions],
    });
  const group = (id: number): Extension => ({ name: 'key_share', shares: [{ group: id, publicKey: EMPTY }] });

  const cases: readonly [string, readonly Extension[], string, string][] = [
    ['with nothing new', [], 'illegal_parameter', 'illegal-parameter'],
    ['with the group that was offered', [group(X25519)], 'illegal_parameter', 'illegal-parameter'],
    ['with a group it does not support', [group(30)], 'illegal_parameter', 'illegal-parameter'],
    [
      'with an extension not offered',
      [group(P256), unknown(18)],
      'unsupported_extension',
      'unsupported-extension',
    ],
    [
      'with an extension that belongs elsewhere',
      [group(P256), { name: 'server_name', hostName: undefined }],
      'illegal_parameter',
      'illegal-parameter',
    ],
    [
      'with an empty cookie',
      [group(P256), { name: 'cookie', cookie: EMPTY }],
      'decode_error',
      'decode-error',
    ],
  ];
  for (const [what, extensions, alert, reason] of cases) {
    it(`${what}: ${alert}`, () => {
      const server = new HandmadeServer();
      server.end.receive(retry(server, extensions));
      assertFailed(server.end, alert, reason);
    });
  }

  it('twice: unexpected_message', () => {
    const server = new HandmadeServer();
    server.end.receive(retry(server, [group(P256)]));
    server.end.receive(retry(server, [group(24)]));
    assertFailed(server.end, 'unexpected_message', 'unexpected-message');
  });

  it('and then gets a ServerHello with another suite: illegal_parameter', () => {
    const server = new HandmadeServer();
    server.end.receive(retry(server, [group(P256)], 0x1303));
    const { publicKey } = nodeProvider.generateKeyShare('secp256r1', new Uint8Array(40).fill(9));
    server.sayHello({ extensions: [VERSION, { name: 'key_share', shares: [{ group: P256, publicKey }] }] });
    assertFailed(server.end, 'illegal_parameter', 'illegal-parameter');
  });
});
