/**
 * Records, hellos and messages out of turn that must end a connection of TLS 1.2, by the RFCs' sections, and the alert
 * with which a modern peer ends it. Where an RFC names no alert, it is the one that OpenSSL sends.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { certificate } from '../../emulator/tls/messages/certificate.ts';
import { clientHello } from '../../emulator/tls/messages/client-hello.ts';
import { serverHelloDone } from '../../emulator/tls/messages/empty.ts';
import type { Extension } from '../../emulator/tls/messages/extensions.ts';
import { finished } from '../../emulator/tls/messages/finished.ts';
import { serverHello } from '../../emulator/tls/messages/server-hello.ts';
import { CERTIFICATES } from './certificates.ts';
import { changeCipherSpec, editing, handshake, inserting, rawHandshake, record, TYPES } from './scripted.ts';
import {
  afterClientHello,
  type Case,
  CLIENT_HELLO,
  connected,
  EMPTY,
  hello,
  itFails,
  meet,
  offer,
  SERVER_HELLO,
  serverGiven,
} from './scripted-ends.ts';
import { ascii, fromHex, serverEnd } from './support.ts';

const RECORDS: readonly Case[] = [
  ['6.2.1: an empty alert', 'decode_error', 'bad-record', () => afterClientHello(record(TYPES.alert, EMPTY))],
  [
    '6.2.1: an empty ChangeCipherSpec',
    'decode_error',
    'bad-record',
    () => afterClientHello(record(TYPES.changeCipherSpec, EMPTY)),
  ],
  [
    '6.2.1: a type that is not known, as heartbeat is not',
    'unexpected_message',
    'not-tls',
    () => serverGiven(record(24, ascii('bleed'))),
  ],
  [
    '6.2.1: 2^14 + 1 bytes in the clear',
    'record_overflow',
    'record-overflow',
    () => serverGiven(fromHex('1603034001')),
  ],
  [
    '6.2.3: 2^14 + 2049 protected bytes',
    'record_overflow',
    'record-overflow',
    () => {
      const { server } = meet({});
      server.receive(fromHex('1703034801'));
      return server;
    },
  ],
  [
    '6.2.3: 2^14 + 1 bytes under protection',
    'record_overflow',
    'record-overflow',
    () => connected('client', 'application_data', new Uint8Array(16_385)),
  ],
  [
    '6.2.3.3: a protected record shorter than its nonce and tag',
    'bad_record_mac',
    'bad-record-mac',
    () => {
      const { client } = meet({});
      client.receive(record(TYPES.applicationData, new Uint8Array(23)));
      return client;
    },
  ],
  [
    'E.1: a major version other than 3',
    'protocol_version',
    'not-tls',
    () => serverGiven(record(TYPES.handshake, EMPTY, 0x0403)),
  ],
  [
    'RFC 6176: a ClientHello of SSL 2',
    'protocol_version',
    'not-tls',
    () => serverGiven(fromHex('802e0103010015000000100100800300800700c0')),
  ],
  [
    '7.2: an alert of three bytes',
    'decode_error',
    'bad-record',
    () => connected('client', 'alert', Uint8Array.of(1, 0, 0)),
  ],
  [
    '7.2: an alert of level 0, under protection',
    'illegal_parameter',
    'illegal-parameter',
    () => connected('server', 'alert', Uint8Array.of(0, 0)),
  ],
];

const HELLOS: readonly Case[] = [
  [
    'a ServerHello of TLS 1.3 without supported_versions',
    'protocol_version',
    'unsupported-version',
    () => afterClientHello(hello({ version: 0x0304 })),
  ],
  [
    'a ServerHello of SSL 3',
    'protocol_version',
    'unsupported-version',
    () => afterClientHello(hello({ version: 0x0300 })),
  ],
  [
    'a ClientHello of SSL 3',
    'protocol_version',
    'unsupported-version',
    () => serverGiven(offer({ version: 0x0300 })),
  ],
  [
    'a suite of DTLS or TLS 1.3 in TLS 1.2',
    'illegal_parameter',
    'unknown-suite',
    () => afterClientHello(hello({ suite: 0x1304 })),
  ],
  [
    'the signal of RFC 5746 as the suite chosen',
    'illegal_parameter',
    'unknown-suite',
    () => afterClientHello(hello({ suite: 0x00ff })),
  ],
  [
    'a session ID of 33 bytes',
    'decode_error',
    'decode-error',
    () => serverGiven(offer({ sessionId: new Uint8Array(33) })),
  ],
];

const ORDER: readonly Case[] = [
  [
    'a second ClientHello in the handshake',
    'unexpected_message',
    'unexpected-message',
    () => serverGiven(offer({}), offer({})),
  ],
  ['a ServerHello to a server', 'unexpected_message', 'unexpected-message', () => serverGiven(hello({}))],
  [
    'ServerHelloDone instead of a certificate',
    'unexpected_message',
    'unexpected-message',
    () => afterClientHello(hello({}), handshake(serverHelloDone, undefined)),
  ],
  [
    'a second ServerHello',
    'unexpected_message',
    'unexpected-message',
    () => afterClientHello(hello({}), hello({})),
  ],
  [
    'a second Certificate',
    'unexpected_message',
    'unexpected-message',
    () => {
      const shown = handshake(certificate, CERTIFICATES.p256);
      return afterClientHello(hello({}), shown, shown);
    },
  ],
  [
    'a ServerKeyExchange in static RSA',
    'unexpected_message',
    'unexpected-message',
    () => {
      const tamper = inserting('client', [22, 14], rawHandshake(12, Uint8Array.of(3, 0, 23, 1, 4)));
      const suites = [0x009c];
      return meet({ client: { suites }, server: { suites, credentials: [CERTIFICATES.rsa] }, tamper }).client;
    },
  ],
  [
    "the server's ChangeCipherSpec before its turn",
    'unexpected_message',
    'unexpected-message',
    () => meet({ tamper: inserting('client', [22, 14], changeCipherSpec) }).client,
  ],
  [
    "the client's ChangeCipherSpec before ClientKeyExchange",
    'unexpected_message',
    'unexpected-message',
    () => meet({ tamper: inserting('server', [22, 16], changeCipherSpec) }).server,
  ],
  [
    'a Finished without ChangeCipherSpec',
    'unexpected_message',
    'unexpected-message',
    () => meet({ tamper: inserting('server', [20], handshake(finished, new Uint8Array(12))) }).server,
  ],
  [
    'a second ChangeCipherSpec, which cannot be protected',
    'bad_record_mac',
    'bad-record-mac',
    () => meet({ tamper: inserting('server', [20], changeCipherSpec) }).server,
  ],
  [
    'application data before Finished',
    'unexpected_message',
    'unexpected-message',
    () => meet({ tamper: inserting('server', [20], record(TYPES.applicationData, ascii('early'))) }).server,
  ],
  [
    'a ChangeCipherSpec in the middle of a message',
    'unexpected_message',
    'unexpected-message',
    () => serverGiven(record(TYPES.handshake, offer({}).slice(5, 20)), changeCipherSpec),
  ],
  [
    'a certificate from a client that was not asked for one',
    'unexpected_message',
    'unexpected-message',
    () => meet({ tamper: inserting('server', [22, 16], handshake(certificate, { chain: [] })) }).server,
  ],
  [
    'no Certificate from a client that was asked',
    'unexpected_message',
    'unexpected-message',
    () => meet({ server: { clientAuth: 'request' }, tamper: editing('server', 11, () => undefined) }).server,
  ],
  [
    'a CertificateVerify without a certificate',
    'unexpected_message',
    'unexpected-message',
    () => meet({ tamper: inserting('server', [20], rawHandshake(15, Uint8Array.of(4, 3, 0, 1, 0))) }).server,
  ],
];

describe('records (RFC 5246 section 6.2)', () => itFails(RECORDS));
describe('hellos (RFC 5246 section 7.4.1)', () => itFails(HELLOS));
describe('messages out of turn (RFC 5246 section 7.3)', () => itFails(ORDER));

describe('what is no reason to fail', () => {
  it('a client that offers more compression than null', () => {
    assert.equal(serverGiven(offer({ compressionMethods: [1, 0] })).error, undefined);
  });

  it('a client of a version to come (RFC 5246 appendix E.1)', () => {
    const server = serverGiven(offer({ version: 0x0305 }));
    assert.deepEqual([server.error, server.messages('sent')[0]], [undefined, 'ServerHello']);
  });

  it('extensions, suites and groups that nobody knows (RFC 8701)', () => {
    const grease: Extension = { name: 'unknown', id: 0x0a0a, data: Uint8Array.of(0) };
    const extensions = [grease, { name: 'supported_groups', groups: [0x0a0a, 23] } as const];
    const rest = CLIENT_HELLO.extensions.slice(1);
    const server = serverGiven(offer({ suites: [0x0a0a, 0xc02b], extensions: [...extensions, ...rest] }));
    assert.equal(server.error, undefined);
  });

  it('a hello without any extension, where there is a suite for it', () => {
    const suites = [0x009c];
    const server = serverEnd({
      profile: 'modern',
      suites,
      credentials: [CERTIFICATES.rsa],
      clientAuth: 'none',
    });
    server.tls.start();
    server.receive(handshake(clientHello, { ...CLIENT_HELLO, suites, extensions: [] }));
    assert.equal(server.error, undefined);
  });

  it('a ServerHello in pieces of one byte', () => {
    const whole = handshake(serverHello, SERVER_HELLO).slice(5);
    const pieces = [...whole].map((byte) => record(TYPES.handshake, Uint8Array.of(byte)));
    assert.equal(afterClientHello(...pieces).error, undefined);
  });

  it('a warning that is not known', () => {
    const client = connected('client', 'alert', Uint8Array.of(1, 200));
    assert.deepEqual([client.error, client.alerts('received')], [undefined, ['warning unknown alert 200']]);
  });

  it('an empty record of application data (RFC 5246 section 6.2.1)', () => {
    assert.equal(connected('server', 'application_data', EMPTY).error, undefined);
  });
});
