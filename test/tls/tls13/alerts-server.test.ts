/** Each error of a server of TLS 1.3 has the alert that RFC 8446 names for it, and closes the connection. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rsaPoolKey } from '../../../emulator/crypto/rsa-key-pool.ts';
import { certificate13, entriesOf } from '../../../emulator/tls/messages/certificate13.ts';
import { type ClientHello, clientHello } from '../../../emulator/tls/messages/client-hello.ts';
import type { Extension } from '../../../emulator/tls/messages/extensions.ts';
import { keyUpdate } from '../../../emulator/tls/messages/key-update.ts';
import { TLS12, TLS13 } from '../../../emulator/tls/versions.ts';
import { CERTIFICATES } from '../certificates.ts';
import { handshake, record, TYPES } from '../scripted.ts';
import { CLIENT_HELLO } from '../scripted-ends.ts';
import { ascii, serverEnd } from '../support.ts';
import { assertFailed, EMPTY, HandmadeClient, HandmadeServer, P256, X25519 } from './handmade.ts';

const VERSION: Extension = { name: 'supported_versions', versions: [TLS13] };
const unknown = (id: number): Extension => ({ name: 'unknown', id, data: EMPTY });

describe('the peers made by hand', () => {
  it('complete the handshake with our client and with our server', () => {
    assert.equal(new HandmadeServer().sayAll().end.tls.state, 'established');
    assert.equal(new HandmadeClient().sayAll().end.tls.state, 'established');
  });
});

describe('a server that gets a ClientHello', () => {
  type Edit = (client: HandmadeClient) => Partial<ClientHello>;
  const without =
    (...names: string[]): Edit =>
    ({ honestExtensions }) => ({ extensions: honestExtensions.filter(({ name }) => !names.includes(name)) });
  const replacing =
    (extension: Extension): Edit =>
    ({ honestExtensions }) => ({
      extensions: honestExtensions.map((each) => (each.name === extension.name ? extension : each)),
    });
  const adding =
    (...extensions: Extension[]): Edit =>
    ({ honestExtensions }) => ({ extensions: [...honestExtensions, ...extensions] });
  const share = (group: number, length = 32): { group: number; publicKey: Uint8Array } => ({
    group,
    publicKey: new Uint8Array(length).fill(4),
  });
  const psk = (binders: number): Extension => ({
    name: 'pre_shared_key',
    offered: {
      identities: [{ identity: ascii('ticket'), obfuscatedAge: 0 }],
      binders: Array.from({ length: binders }, () => new Uint8Array(32)),
    },
    selected: 0,
  });

  const cases: readonly [string, Edit, string, string][] = [
    [
      'that offers compression',
      () => ({ compressionMethods: [1, 0] }),
      'illegal_parameter',
      'illegal-parameter',
    ],
    ['without suites it knows', () => ({ suites: [0x1399] }), 'handshake_failure', 'no-shared-parameters'],
    [
      'without signature_algorithms',
      without('signature_algorithms'),
      'missing_extension',
      'missing-extension',
    ],
    ['without groups', without('supported_groups', 'key_share'), 'missing_extension', 'missing-extension'],
    ['without key_share', without('key_share'), 'missing_extension', 'missing-extension'],
    ['without supported_groups', without('supported_groups'), 'missing_extension', 'missing-extension'],
    [
      'without groups it knows',
      ({ honestExtensions }) => ({
        extensions: honestExtensions.map((each): Extension => {
          if (each.name === 'supported_groups') return { ...each, groups: [30] };
          return each.name === 'key_share' ? { ...each, shares: [] } : each;
        }),
      }),
      'handshake_failure',
      'no-shared-parameters',
    ],
    [
      'without signatures that its keys can make',
      replacing({ name: 'signature_algorithms', schemes: [0x0503, 0x0401] }),
      'handshake_failure',
      'no-shared-parameters',
    ],
    [
      'with a key share of a group it does not support',
      replacing({ name: 'key_share', shares: [share(24, 97)] }),
      'illegal_parameter',
      'illegal-parameter',
    ],
    [
      'with two shares of a group',
      replacing({ name: 'key_share', shares: [share(X25519), share(X25519)] }),
      'illegal_parameter',
      'illegal-parameter',
    ],
    [
      'with a share that is no point',
      replacing({ name: 'key_share', shares: [share(P256, 65)] }),
      'illegal_parameter',
      'bad-key-share',
    ],
    ['with an extension twice', adding(VERSION), 'illegal_parameter', 'illegal-parameter'],
    [
      'with an extension that belongs elsewhere',
      adding(unknown(48)),
      'illegal_parameter',
      'illegal-parameter',
    ],
    ['with a binder too many', adding(psk(2)), 'illegal_parameter', 'illegal-parameter'],
    [
      'with pre_shared_key before others',
      adding(psk(1), unknown(99)),
      'illegal_parameter',
      'illegal-parameter',
    ],
    [
      'with pre_shared_key and no modes',
      (client) => ({
        extensions: [
          ...client.honestExtensions.filter(({ name }) => name !== 'psk_key_exchange_modes'),
          psk(1),
        ],
      }),
      'missing_extension',
      'missing-extension',
    ],
    ['of TLS 1.2', without('supported_versions'), 'protocol_version', 'unsupported-version'],
  ];

  for (const [what, edit, alert, reason] of cases) {
    it(`${what}: ${alert}`, () => {
      const client = new HandmadeClient();
      client.sayHello(edit(client));
      assertFailed(client.end, alert, reason);
    });
  }

  it('that falls back, though both speak better: inappropriate_fallback', () => {
    const client = new HandmadeClient({ versions: [TLS13, TLS12] });
    client.sayHello({ suites: [0xc02b, 0x5600], extensions: [] });
    assertFailed(client.end, 'inappropriate_fallback', 'inappropriate-fallback');
  });
});

describe('a server that asked for another key share and gets', () => {
  const askedForP256 = (): HandmadeClient => {
    const client = new HandmadeClient({ groups: [P256] });
    client.sayHello();
    assert.deepEqual(client.end.messages('sent'), ['HelloRetryRequest']);
    client.end.take();
    return client;
  };
  const p256: Extension = {
    name: 'key_share',
    shares: [{ group: P256, publicKey: new Uint8Array(65).fill(4) }],
  };
  const second = (client: HandmadeClient, ...more: Extension[]): readonly Extension[] => [
    ...client.honestExtensions.map((each) => (each.name === 'key_share' ? p256 : each)),
    ...more,
  ];

  const cases: readonly [string, (client: HandmadeClient) => Partial<ClientHello>][] = [
    ['the same again', () => ({})],
    ['another random', (c) => ({ extensions: second(c), random: new Uint8Array(32) })],
    ['other suites', (c) => ({ extensions: second(c), suites: [0x1301, 0x1302] })],
    ['a new extension', (c) => ({ extensions: second(c, unknown(99)) })],
    [
      'a cookie that nobody baked',
      (c) => ({ extensions: second(c, { name: 'cookie', cookie: ascii('x') }) }),
    ],
    ['early data', (c) => ({ extensions: second(c, { name: 'early_data', maxSize: 0 }) })],
  ];
  for (const [what, edit] of cases) {
    it(`${what}: illegal_parameter`, () => {
      const client = askedForP256();
      client.sayHello(edit(client));
      assertFailed(client.end, 'illegal_parameter', 'illegal-parameter');
    });
  }
});

describe('a server in the handshake, that gets', () => {
  const CERTIFICATE = { context: EMPTY, entries: entriesOf(CERTIFICATES.p256.chain) };
  const cases: readonly [string, (client: HandmadeClient) => void, string, string][] = [
    ['a wrong Finished', (c) => c.sayFinished(() => new Uint8Array(32)), 'decrypt_error', 'bad-finished'],
    [
      'a KeyUpdate',
      (c) => c.say(keyUpdate, { requested: false }),
      'unexpected_message',
      'unexpected-message',
    ],
    [
      'data',
      (c) => c.end.receive(c.sealed('application_data', ascii('early'))),
      'unexpected_message',
      'unexpected-message',
    ],
    ['a second ClientHello', (c) => c.sayRaw(1, EMPTY), 'unexpected_message', 'unexpected-message'],
    [
      'a certificate it did not ask for',
      (c) => c.say(certificate13, CERTIFICATE),
      'unexpected_message',
      'unexpected-message',
    ],
  ];
  for (const [what, say, alert, reason] of cases) {
    it(`${what}: ${alert}`, () => {
      const client = new HandmadeClient().sayHello().hearFlight();
      say(client);
      assertFailed(client.end, alert, reason);
    });
  }

  const asked: readonly [string, (client: HandmadeClient) => void, string, string][] = [
    [
      'no certificate',
      (c) => c.say(certificate13, { context: EMPTY, entries: [] }),
      'certificate_required',
      'certificate-missing',
    ],
    [
      'a certificate with a context',
      (c) => c.say(certificate13, { ...CERTIFICATE, context: ascii('x') }),
      'illegal_parameter',
      'illegal-parameter',
    ],
    [
      'a signature made as a server',
      (c) => {
        c.say(certificate13, CERTIFICATE);
        c.sayCertificateVerify({ signer: 'server' });
      },
      'decrypt_error',
      'bad-signature',
    ],
    [
      'a certificate without proof of its key',
      (c) => {
        c.say(certificate13, CERTIFICATE);
        c.sayFinished();
      },
      'unexpected_message',
      'unexpected-message',
    ],
  ];
  for (const [what, say, alert, reason] of asked) {
    it(`${what}, which it requires: ${alert}`, () => {
      const client = new HandmadeClient({ clientAuth: 'require' }).sayHello().hearFlight();
      say(client);
      assertFailed(client.end, alert, reason);
    });
  }

  it('an alert in the clear, from a client that could not derive keys', () => {
    const client = new HandmadeClient().sayHello().hearFlight();
    client.end.receive(record(TYPES.alert, Uint8Array.of(2, 47)));
    assert.equal(client.end.error?.reason, 'peer-alert');
    assert.equal(client.end.error.peerAlert, 'illegal_parameter');
  });

  it('an alert in the clear, from a client that has used its keys: unexpected_message', () => {
    const client = new HandmadeClient({ clientAuth: 'request' }).sayHello().hearFlight();
    client.say(certificate13, { context: EMPTY, entries: [] });
    client.end.receive(record(TYPES.alert, Uint8Array.of(2, 47)));
    assertFailed(client.end, 'unexpected_message', 'unexpected-message');
  });

  it('early data of no bytes, which could come without measure: bad_record_mac', () => {
    const client = new HandmadeClient();
    client.sayHello({ extensions: [...client.honestExtensions, { name: 'early_data', maxSize: 0 }] });
    client.end.take();
    client.end.receive(record(TYPES.applicationData, EMPTY));
    assertFailed(client.end, 'bad_record_mac', 'bad-record-mac');
  });

  it('and before the second hello: unexpected_message', () => {
    const client = new HandmadeClient({ groups: [P256] });
    client.sayHello({ extensions: [...client.honestExtensions, { name: 'early_data', maxSize: 0 }] });
    client.end.take();
    client.end.receive(record(TYPES.applicationData, EMPTY));
    assertFailed(client.end, 'unexpected_message', 'unexpected-message');
  });

  it('early data beyond measure: bad_record_mac', () => {
    const client = new HandmadeClient();
    client.sayHello({ extensions: [...client.honestExtensions, { name: 'early_data', maxSize: 0 }] });
    client.end.take();
    const early = record(TYPES.applicationData, new Uint8Array(16_384));
    for (let i = 0; i < 3; i++) client.end.receive(early);
    assert.equal(client.end.error, undefined);
    client.end.receive(early);
    assertFailed(client.end, 'bad_record_mac', 'bad-record-mac');
  });
});

describe('a server with an RSA key of 1024 bits', () => {
  const credentials = [{ chain: CERTIFICATES.rsa.chain, key: rsaPoolKey(1024, 0) }];
  const asked: Extension = { name: 'signature_algorithms', schemes: [0x0806, 0x0804] };
  const signed = ['signed RSA-PSS with SHA-256'];

  it('has no room for SHA-512 and a salt, and signs with what the client likes next', () => {
    const client = new HandmadeClient({ credentials });
    const others = client.honestExtensions.filter(({ name }) => name !== asked.name);
    client.sayHello({ extensions: [...others, asked] }).end.take();
    assert.equal(client.end.error, undefined);
    const verify = client.end.all('tls.message').find(({ message }) => message === 'CertificateVerify');
    assert.deepEqual(verify?.summary, signed);
  });

  it('does the same in TLS 1.2', () => {
    const server = serverEnd({ profile: 'modern', credentials, clientAuth: 'none' });
    server.tls.start();
    const groups: Extension = { name: 'supported_groups', groups: [P256] };
    server.receive(
      handshake(clientHello, { ...CLIENT_HELLO, suites: [0xc02f], extensions: [groups, asked] }),
    );
    assert.equal(server.error, undefined);
    const exchange = server.all('tls.message').find(({ message }) => message === 'ServerKeyExchange');
    assert.deepEqual(exchange?.summary, ['secp256r1', ...signed]);
  });
});

describe('a server that is connected', () => {
  it('refuses a ClientHello, from a client that wants to renegotiate: unexpected_message', () => {
    const client = new HandmadeClient().sayAll();
    client.sayRaw(1, EMPTY);
    assertFailed(client.end, 'unexpected_message', 'unexpected-message');
  });
});
