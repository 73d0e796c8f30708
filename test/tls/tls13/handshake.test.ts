import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nobleProvider } from '../../../emulator/crypto/noble.ts';
import { nodeProvider } from '../../../emulator/crypto/node.node.ts';
import type { CryptoProvider } from '../../../emulator/crypto/provider.ts';
import { createTlsClient } from '../../../emulator/tls/client.ts';
import type { PeerQuestion } from '../../../emulator/tls/engine.ts';
import { clientHello } from '../../../emulator/tls/messages/client-hello.ts';
import { encryptedExtensions } from '../../../emulator/tls/messages/encrypted-extensions.ts';
import type { Extension } from '../../../emulator/tls/messages/extensions.ts';
import { decodeMessage, encodeMessage } from '../../../emulator/tls/messages/handshake.ts';
import { HELLO_RETRY_RANDOM, helloRetryRequest } from '../../../emulator/tls/messages/server-hello.ts';
import { createTlsServer } from '../../../emulator/tls/server.ts';
import { TLS13_SUITES } from '../../../emulator/tls/tls13/suites.ts';
import { TLS12, TLS13 } from '../../../emulator/tls/versions.ts';
import { concat } from '../../../emulator/world/bytes.ts';
import type { TraceEventBody } from '../../../emulator/world/trace-events.ts';
import { CERTIFICATES } from '../certificates.ts';
import { handshake, record, TYPES } from '../scripted.ts';
import { ACCEPT, ascii, CONNECTION, carry, converse, End, hex, records, testHost } from '../support.ts';
import { assertTalks, BOTH, ends, established } from './ends.ts';
import { HandmadeServer } from './handmade.ts';

describe('a handshake of TLS 1.3', () => {
  const FROM_CLIENT = ['ClientHello', 'ChangeCipherSpec', 'Finished'];
  const FROM_SERVER = [
    'ServerHello',
    'ChangeCipherSpec',
    'EncryptedExtensions',
    'Certificate',
    'CertificateVerify',
    'Finished',
  ];

  it('names the messages of both directions in order', () => {
    const { client, server } = established();
    assert.deepEqual(client.messages('sent'), FROM_CLIENT);
    assert.deepEqual(client.messages('received'), FROM_SERVER);
    assert.deepEqual(server.messages('sent'), FROM_SERVER);
    assert.deepEqual(server.messages('received'), FROM_CLIENT);
  });

  it('shows the same bytes and fields at both ends, and encrypts all from EncryptedExtensions on', () => {
    const { client, server } = established();
    const shown = (end: End, direction: 'sent' | 'received'): unknown =>
      end
        .all('tls.message')
        .filter((event) => event.direction === direction)
        .map(({ message, bytes, fields, encrypted, summary }) => {
          return { message, bytes: hex(bytes), fields, encrypted, summary };
        });
    assert.deepEqual(shown(client, 'received'), shown(server, 'sent'));
    assert.deepEqual(shown(server, 'received'), shown(client, 'sent'));
    const clear = server.all('tls.message').filter(({ encrypted }) => !encrypted);
    assert.deepEqual(
      clear.map(({ message }) => message),
      ['ClientHello', 'ServerHello', 'ChangeCipherSpec', 'ChangeCipherSpec'],
    );
  });

  it('writes version 3.1 on the first record and 3.3 on all others, and hides what protected records hold', () => {
    const { client } = established();
    const seen = client
      .all('tls.record')
      .map((event) => `${event.contentType} ${event.version.toString(16)}`);
    assert.deepEqual(seen, [
      'handshake 301',
      'handshake 303',
      'change_cipher_spec 303',
      ...Array.from({ length: 4 }, () => 'application_data 303'),
      'change_cipher_spec 303',
      'application_data 303',
    ]);
  });

  it('gives the same key log at both ends, for the random of the hello', () => {
    const { client, server } = established();
    assert.deepEqual(client.all('tls.secret'), server.all('tls.secret'));
    assert.deepEqual(
      client.all('tls.secret').map(({ label }) => label),
      [
        'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
        'SERVER_HANDSHAKE_TRAFFIC_SECRET',
        'CLIENT_TRAFFIC_SECRET_0',
        'SERVER_TRAFFIC_SECRET_0',
        'EXPORTER_SECRET',
      ],
    );
    const random = client.all('tls.message')[0]!.bytes.slice(6, 38);
    for (const { clientRandom } of client.all('tls.secret')) assert.deepEqual(clientRandom, random);
  });

  it('says what was agreed, and whether the peer was authenticated', () => {
    const { client, server } = established();
    assert.deepEqual(client.all('tls.established')[0], {
      type: 'tls.established',
      connection: '192.168.4.2:49152>192.0.2.10:443',
      role: 'client',
      version: 'TLSv1.3',
      suite: 'TLS_AES_128_GCM_SHA256',
      group: 'x25519',
      peerAuthenticated: true,
      peer: 'CN=the peer',
      resumed: false,
    });
    assert.equal(server.all('tls.established')[0]!.peerAuthenticated, false);
  });

  it('is the same, byte for byte, with either provider', () => {
    const said = (crypto: CryptoProvider): string => {
      const { client, server } = ends({
        client: { credentials: CERTIFICATES.rsa },
        server: { clientAuth: 'require', groups: [24] },
        clientHost: { crypto },
        serverHost: { crypto },
      });
      const passed: Uint8Array[] = [];
      converse(client, server, (bytes) => {
        passed.push(bytes);
        return bytes;
      });
      assertTalks(client, server);
      return hex(concat(...passed));
    };
    assert.equal(said(nobleProvider), said(nodeProvider));
  });

  for (const suite of TLS13_SUITES) {
    it(`carries data under ${suite.name}`, () => {
      const { client, server } = established({
        client: { suites: [suite.id] },
        server: { suites: [suite.id] },
      });
      assert.equal(server.tls.session!.suite, suite.name);
      assertTalks(client, server);
    });
  }

  for (const [group, id] of Object.entries({ secp256r1: 23, secp384r1: 24, secp521r1: 25, x25519: 29 })) {
    it(`agrees on keys in ${group}`, () => {
      const { client, server } = established({ client: { groups: [id] } });
      assert.equal(client.tls.session!.group, group);
      assertTalks(client, server);
    });
  }

  for (const name of ['p256', 'p384', 'p521', 'rsa', 'ed25519'] as const) {
    it(`is signed by a key of kind ${name}, of either side`, () => {
      const { client, server } = established({
        client: { credentials: CERTIFICATES[name] },
        server: { credentials: [CERTIFICATES[name]], clientAuth: 'require' },
      });
      assert.deepEqual(client.tls.session!.peerCertificates, CERTIFICATES[name].chain);
      assert.deepEqual(server.tls.session!.peerCertificates, CERTIFICATES[name].chain);
    });
  }

  it('goes on without a certificate of the client where it is only requested', () => {
    const { server } = established({ server: { clientAuth: 'request' } });
    assert.deepEqual(server.tls.session!.peerCertificates, []);
    assert.equal(server.tls.session!.peerAuthenticated, false);
  });

  it('fails with certificate_required where it is required', () => {
    const { client, server } = ends({ server: { clientAuth: 'require' } });
    converse(client, server);
    assert.deepEqual(server.alerts('sent'), ['fatal certificate_required']);
    assert.equal(client.error?.peerAlert, 'certificate_required');
  });

  it('fails, encrypted, with the alert of the verdict', () => {
    const verdict = () => ({ ...ACCEPT, accepted: false, alert: 'certificate_expired' as const });
    const { client, server } = ends({ clientHost: { verdict } });
    converse(client, server);
    assert.equal(server.error?.peerAlert, 'certificate_expired');
    assert.equal(client.all('tls.alert')[0]!.encrypted, true);
  });

  it('carries the OCSP response of the server to whom judges its certificate, when asked to', () => {
    const questions: PeerQuestion[] = [];
    const verdict = (question: PeerQuestion) => {
      questions.push(question);
      return ACCEPT;
    };
    const credentials = [{ ...CERTIFICATES.p256, ocspResponse: ascii('an OCSP response') }];
    established({ client: { ocspStapling: 'ask' }, server: { credentials }, clientHost: { verdict } });
    established({ server: { credentials }, clientHost: { verdict } });
    assert.deepEqual(
      questions.map(({ stapledOcsp }) => stapledOcsp),
      [ascii('an OCSP response'), undefined],
    );
  });

  it('fails where a stapled response is required and there is none', () => {
    const { client, server } = ends({ client: { ocspStapling: 'require' } });
    converse(client, server);
    assert.equal(client.error?.reason, 'certificate-status-missing');
  });

  it('keeps to the length of records that was asked for', () => {
    const { client, server } = established({ client: { maxFragmentLength: 512 } });
    server.tls.send(new Uint8Array(1200));
    const lengths = records(server.take()).map((bytes) => bytes.length - 5 - 1 - 16);
    assert.deepEqual(lengths, [512, 512, 176]);
    client.tls.send(new Uint8Array(600));
    assert.equal(records(client.take()).length, 2);
  });

  it('can be spoken by the device as well, though stock firmware does not: record by record', () => {
    const { client, server } = established({
      client: { profile: 'mbedtls' },
    });
    assert.equal(server.tls.session!.version, 'TLSv1.3');
    assertTalks(client, server);
    server.tls.updateKeys(true);
    carry(client, server);
    assertTalks(client, server);
  });

  it('takes messages in records of one byte', () => {
    const server = new HandmadeServer().sayHello();
    const { bytes } = encodeMessage(encryptedExtensions, { extensions: [] });
    for (const byte of bytes) server.end.receive(server.sealed('handshake', Uint8Array.of(byte)));
    assert.deepEqual(server.end.messages('received').slice(-1), ['EncryptedExtensions']);
  });

  it('takes any padding', () => {
    const server = new HandmadeServer().sayAll();
    server.end.receive(server.sealedInner(concat(ascii('hello'), Uint8Array.of(23), new Uint8Array(1000))));
    assert.deepEqual(server.end.tls.read(10), ascii('hello'));
  });

  it('ends with close_notify, and passes over user_canceled', () => {
    const server = new HandmadeServer().sayAll();
    server.end.receive(server.sealed('alert', Uint8Array.of(1, 90)));
    assert.equal(server.end.tls.state, 'established');
    server.end.receive(server.sealed('alert', Uint8Array.of(1, 0)));
    assert.equal(server.end.tls.peerClosed, true);
  });
});

describe('HelloRetryRequest', () => {
  it('asks for a key share of a group that both know', () => {
    const { client, server } = established({ server: { groups: [24] } });
    assert.deepEqual(server.messages('sent').slice(0, 4), [
      'HelloRetryRequest',
      'ChangeCipherSpec',
      'ServerHello',
      'EncryptedExtensions',
    ]);
    assert.deepEqual(client.messages('sent'), ['ClientHello', 'ChangeCipherSpec', 'ClientHello', 'Finished']);
    assert.equal(client.tls.session!.group, 'secp384r1');
    assertTalks(client, server);
  });

  it('brings a cookie, which the client gives back', () => {
    const cookie = ascii('a cookie');
    const server = new HandmadeServer();
    const extensions: readonly Extension[] = [
      { name: 'supported_versions', versions: [TLS13] },
      { name: 'cookie', cookie },
    ];
    server.end.receive(
      handshake(helloRetryRequest, { ...server.honestHello, random: HELLO_RETRY_RANDOM, extensions }),
    );
    const hellos = server.end.all('tls.message').filter(({ message }) => message === 'ClientHello');
    const [first, second] = hellos.map(({ bytes }) => decodeMessage(clientHello, bytes).message!);
    assert.deepEqual(second, { ...first, extensions: [...first!.extensions, { name: 'cookie', cookie }] });
  });
});

describe('the version agreed', () => {
  const cases: readonly [string, number[], number[], string][] = [
    ['is 1.3 where both speak it', BOTH, BOTH, 'TLSv1.3'],
    ['is 1.2 where the client speaks no other', [TLS12], BOTH, 'TLSv1.2'],
    ['is 1.2 where the server speaks no other', BOTH, [TLS12], 'TLSv1.2'],
  ];
  for (const [what, client, server, version] of cases) {
    it(what, () => {
      const found = established({ client: { versions: client }, server: { versions: server } });
      assert.equal(found.client.tls.session!.version, version);
      assertTalks(found.client, found.server);
    });
  }

  it('is 1.3 by default for modern peers, and 1.2 with a device', () => {
    for (const [profile, version] of [
      ['modern', 'TLSv1.3'],
      ['mbedtls', 'TLSv1.2'],
    ] as const) {
      const events: TraceEventBody[] = [];
      const connection = CONNECTION;
      const client = createTlsClient({ connection, profile }, testHost('client', {}, events));
      const server = createTlsServer(
        { connection, profile: 'modern', credentials: [CERTIFICATES.p256], clientAuth: 'none' },
        testHost('server', {}, events),
      );
      converse(new End(client, events), new End(server, events));
      assert.equal(server.session?.version, version);
    }
  });

  it('is none between a device and a server of 1.3 alone: protocol_version', () => {
    const { client, server } = ends({
      client: { profile: 'mbedtls', versions: [TLS12] },
      server: { versions: [TLS13] },
    });
    converse(client, server);
    assert.deepEqual(server.alerts('sent'), ['fatal protocol_version']);
    assert.equal(client.error?.peerAlert, 'protocol_version');
  });

  it('is none between a client of 1.3 alone and a server of 1.2: protocol_version', () => {
    const { client, server } = ends({ client: { versions: [TLS13] }, server: { versions: [TLS12] } });
    converse(client, server);
    assert.deepEqual(server.alerts('sent'), ['fatal protocol_version']);
  });

  it('cannot be talked down: the server marks its random, and the client looks for the mark', () => {
    const { client, server } = ends();
    // The middle takes supported_versions (43, 5 bytes) out of the hello.
    converse(client, server, (bytes, to) => (to === 'server' ? withoutVersions(bytes) : bytes));
    assert.equal(client.error?.reason, 'illegal-parameter');
    assert.match(client.error.message, /somebody changed the ClientHello/);
    const hello = server.all('tls.message').find(({ message }) => message === 'ServerHello')!;
    assert.equal(hex(hello.bytes.slice(30, 38)), hex(concat(ascii('DOWNGRD'), Uint8Array.of(1))));
  });
});

/** Renames the extension to one that nobody knows: what a man in the middle does who wants TLS 1.2. */
function withoutVersions(bytes: Uint8Array): Uint8Array {
  const at = Buffer.from(bytes).indexOf(Buffer.from('002b00050403040303', 'hex'));
  if (at < 0 || bytes[0] !== TYPES.handshake) return bytes;
  const changed = bytes.slice();
  changed[at] = 0x7f;
  return changed;
}

describe('ChangeCipherSpec', () => {
  it('may come at any time before the Finished, and means nothing', () => {
    const server = new HandmadeServer();
    const changeCipherSpec = record(TYPES.changeCipherSpec, Uint8Array.of(1));
    server.sayHello().end.receive(changeCipherSpec);
    server.end.receive(changeCipherSpec);
    assert.equal(server.end.error, undefined);
  });
});
