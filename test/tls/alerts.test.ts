/** Each error of a modern peer has the alert that the RFC names for it, and closes the connection. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { certificate } from '../../emulator/tls/messages/certificate.ts';
import { certificateVerify } from '../../emulator/tls/messages/certificate-verify.ts';
import { type ClientHello, clientHello } from '../../emulator/tls/messages/client-hello.ts';
import { helloRequest, serverHelloDone } from '../../emulator/tls/messages/empty.ts';
import type { Extension } from '../../emulator/tls/messages/extensions.ts';
import { finished } from '../../emulator/tls/messages/finished.ts';
import { type ServerHello, serverHello } from '../../emulator/tls/messages/server-hello.ts';
import { CERTIFICATES } from './certificates.ts';
import { editing, handshake, rawHandshake, record, TYPES } from './scripted.ts';
import {
  ascii,
  carry,
  clientEnd,
  converse,
  type End,
  type HostOptions,
  serverEnd,
  type Tamper,
} from './support.ts';

const EMPTY = new Uint8Array(0);
const RENEGOTIATION_INFO: Extension = { name: 'renegotiation_info', renegotiatedConnection: EMPTY };

const SERVER_HELLO: ServerHello = {
  version: 0x0303,
  random: new Uint8Array(32).fill(7),
  sessionId: EMPTY,
  suite: 0xc02b,
  compressionMethod: 0,
  extensions: [RENEGOTIATION_INFO],
};

const CLIENT_HELLO: ClientHello = {
  version: 0x0303,
  random: new Uint8Array(32).fill(7),
  sessionId: EMPTY,
  suites: [0xc02b],
  compressionMethods: [0],
  extensions: [
    { name: 'supported_groups', groups: [23] },
    { name: 'signature_algorithms', schemes: [0x0403] },
  ],
};

function failure(end: End): { alerts: string[]; reason: string | undefined; state: string } {
  assert.equal(end.tls.state, end.error === undefined ? end.tls.state : 'failed');
  return { alerts: end.alerts('sent'), reason: end.error?.reason, state: end.error?.state ?? '' };
}

/** Asserts that it failed so, and that it says so once and stays failed. */
function assertFailed(end: End, alert: string, reason: string): void {
  const found = failure(end);
  assert.deepEqual([found.alerts, found.reason], [[`fatal ${alert}`], reason]);
  assert.equal(end.all('tls.failed').length, 1);
  assert.throws(() => end.tls.receive(EMPTY), { name: 'TlsError', reason });
}

function afterClientHello(...bytes: Uint8Array[]): End {
  const client = clientEnd({ profile: 'modern', serverName: 'api.example.com' });
  client.tls.start();
  client.take();
  client.receive(Buffer.concat(bytes));
  client.take();
  return client;
}

function serverGiven(...bytes: Uint8Array[]): End {
  const server = serverEnd({ profile: 'modern', credentials: [CERTIFICATES.p256], clientAuth: 'none' });
  server.tls.start();
  server.receive(Buffer.concat(bytes));
  server.take();
  return server;
}

const hello = (change: Partial<ServerHello>): Uint8Array =>
  handshake(serverHello, { ...SERVER_HELLO, ...change });
const offer = (change: Partial<ClientHello>): Uint8Array =>
  handshake(clientHello, { ...CLIENT_HELLO, ...change });

type Case = readonly [what: string, alert: string, reason: string, end: () => End];

const FIRST_FLIGHT: readonly Case[] = [
  ['plain text', 'unexpected_message', 'not-tls', () => afterClientHello(ascii('HTTP/1.1 400'))],
  ['one byte that starts no record', 'unexpected_message', 'not-tls', () => afterClientHello(ascii('H'))],
  [
    'a record of SSL 2 version',
    'protocol_version',
    'not-tls',
    () => afterClientHello(record(TYPES.handshake, EMPTY, 0x0200)),
  ],
  [
    'a record longer than 2^14 + 2048',
    'record_overflow',
    'record-overflow',
    () => afterClientHello(Uint8Array.of(22, 3, 3, 0x48, 0x01)),
  ],
  [
    'an empty handshake record',
    'decode_error',
    'bad-record',
    () => afterClientHello(record(TYPES.handshake, EMPTY)),
  ],
  [
    'application data',
    'unexpected_message',
    'unexpected-message',
    () => afterClientHello(record(TYPES.applicationData, ascii('hello'))),
  ],
  [
    'ChangeCipherSpec',
    'unexpected_message',
    'unexpected-message',
    () => afterClientHello(record(TYPES.changeCipherSpec, Uint8Array.of(1))),
  ],
  [
    'ChangeCipherSpec with another value',
    'illegal_parameter',
    'bad-record',
    () => afterClientHello(record(TYPES.changeCipherSpec, Uint8Array.of(2))),
  ],
  [
    'an alert of one byte',
    'decode_error',
    'bad-record',
    () => afterClientHello(record(21, Uint8Array.of(2))),
  ],
  [
    'an alert of level 3',
    'illegal_parameter',
    'illegal-parameter',
    () => afterClientHello(record(21, Uint8Array.of(3, 40))),
  ],
  [
    'a handshake message of unknown type, by its first byte',
    'unexpected_message',
    'unexpected-message',
    () => afterClientHello(record(TYPES.handshake, Uint8Array.of(99))),
  ],
  [
    'a ServerHello of 2^24 - 1 bytes',
    'decode_error',
    'message-too-long',
    () => afterClientHello(record(TYPES.handshake, Uint8Array.of(2, 255, 255, 255))),
  ],
  [
    'Certificate before ServerHello',
    'unexpected_message',
    'unexpected-message',
    () => afterClientHello(handshake(certificate, CERTIFICATES.p256)),
  ],
];

const SERVER_HELLOS: readonly Case[] = [
  ['TLS 1.1', 'protocol_version', 'unsupported-version', () => afterClientHello(hello({ version: 0x0302 }))],
  [
    'compression',
    'illegal_parameter',
    'compression-selected',
    () => afterClientHello(hello({ compressionMethod: 1 })),
  ],
  [
    'a suite that was not offered',
    'illegal_parameter',
    'illegal-parameter',
    () => afterClientHello(hello({ suite: 0x002f })),
  ],
  [
    'a suite that nobody knows',
    'illegal_parameter',
    'unknown-suite',
    () => afterClientHello(hello({ suite: 0x0005 })),
  ],
  [
    'an extension that was not asked for',
    'unsupported_extension',
    'unsupported-extension',
    () =>
      afterClientHello(hello({ extensions: [RENEGOTIATION_INFO, { name: 'unknown', id: 16, data: EMPTY }] })),
  ],
  [
    'an extension twice',
    'illegal_parameter',
    'illegal-parameter',
    () => afterClientHello(hello({ extensions: [RENEGOTIATION_INFO, RENEGOTIATION_INFO] })),
  ],
  [
    'no renegotiation_info',
    'handshake_failure',
    'renegotiation-mismatch',
    () => afterClientHello(hello({ extensions: [] })),
  ],
  [
    'renegotiation_info of an older handshake',
    'handshake_failure',
    'renegotiation-mismatch',
    () =>
      afterClientHello(
        hello({ extensions: [{ name: 'renegotiation_info', renegotiatedConnection: Uint8Array.of(1) }] }),
      ),
  ],
  [
    'a session id of 33 bytes',
    'decode_error',
    'decode-error',
    () => afterClientHello(hello({ sessionId: new Uint8Array(33) })),
  ],
  [
    'an end in the middle',
    'decode_error',
    'decode-error',
    () => afterClientHello(rawHandshake(2, new Uint8Array(20))),
  ],
  [
    'an empty list of certificates',
    'decode_error',
    'decode-error',
    () => afterClientHello(hello({}), handshake(certificate, { chain: [] })),
  ],
  [
    'a certificate that is no DER',
    'bad_certificate',
    'bad-certificate',
    () => afterClientHello(hello({}), handshake(certificate, { chain: [ascii('certificate')] })),
  ],
  [
    'an RSA certificate with an ECDSA suite',
    'illegal_parameter',
    'illegal-parameter',
    () => afterClientHello(hello({}), handshake(certificate, CERTIFICATES.rsa)),
  ],
  [
    'ServerHelloDone without ServerKeyExchange',
    'unexpected_message',
    'unexpected-message',
    () =>
      afterClientHello(
        hello({}),
        handshake(certificate, CERTIFICATES.p256),
        handshake(serverHelloDone, undefined),
      ),
  ],
  [
    'application data between the fragments of a message',
    'unexpected_message',
    'unexpected-message',
    () => {
      const whole = hello({});
      const half = record(TYPES.handshake, whole.slice(5, 30));
      return afterClientHello(half, record(TYPES.applicationData, ascii('x')));
    },
  ],
];

const CLIENT_HELLOS: readonly Case[] = [
  ['TLS 1.1', 'protocol_version', 'unsupported-version', () => serverGiven(offer({ version: 0x0302 }))],
  [
    'TLS 1.3 only',
    'protocol_version',
    'unsupported-version',
    () => serverGiven(offer({ extensions: [{ name: 'supported_versions', versions: [0x0304] }] })),
  ],
  [
    'no suite of the server',
    'handshake_failure',
    'no-shared-parameters',
    () => serverGiven(offer({ suites: [0xc02f, 0x1301] })),
  ],
  [
    'no group of the server',
    'handshake_failure',
    'no-shared-parameters',
    () => serverGiven(offer({ extensions: [{ name: 'supported_groups', groups: [30] }] })),
  ],
  [
    'no signature that the key can make',
    'handshake_failure',
    'no-shared-parameters',
    () => serverGiven(offer({ extensions: [{ name: 'signature_algorithms', schemes: [0x0401, 0x0203] }] })),
  ],
  [
    'compression only',
    'illegal_parameter',
    'illegal-parameter',
    () => serverGiven(offer({ compressionMethods: [1] })),
  ],
  [
    'compressed points only',
    'illegal_parameter',
    'illegal-parameter',
    () => serverGiven(offer({ extensions: [{ name: 'ec_point_formats', formats: [1] }] })),
  ],
  [
    'an extension twice',
    'illegal_parameter',
    'illegal-parameter',
    () => serverGiven(offer({ extensions: [...CLIENT_HELLO.extensions, ...CLIENT_HELLO.extensions] })),
  ],
  [
    'renegotiation_info of an older handshake',
    'handshake_failure',
    'renegotiation-mismatch',
    () =>
      serverGiven(
        offer({ extensions: [{ name: 'renegotiation_info', renegotiatedConnection: Uint8Array.of(1) }] }),
      ),
  ],
  ['no suites', 'decode_error', 'decode-error', () => serverGiven(offer({ suites: [] }))],
  [
    'Finished instead of ClientHello',
    'unexpected_message',
    'unexpected-message',
    () => serverGiven(handshake(finished, new Uint8Array(12))),
  ],
  [
    'CertificateVerify where ClientKeyExchange belongs',
    'unexpected_message',
    'unexpected-message',
    () =>
      serverGiven(offer({}), handshake(certificateVerify, { scheme: 0x0403, signature: new Uint8Array(70) })),
  ],
  [
    'ChangeCipherSpec where ClientKeyExchange belongs',
    'unexpected_message',
    'unexpected-message',
    () => serverGiven(offer({}), record(TYPES.changeCipherSpec, Uint8Array.of(1))),
  ],
  [
    'a record of another version once TLS 1.2 is agreed',
    'protocol_version',
    'bad-record-version',
    () => serverGiven(offer({}), record(TYPES.handshake, Uint8Array.of(16), 0x0301)),
  ],
  [
    'a point that is not on the curve',
    'illegal_parameter',
    'bad-key-share',
    () => serverGiven(offer({}), rawHandshake(16, Uint8Array.of(65, 4, ...new Uint8Array(64).fill(1)))),
  ],
];

for (const [title, cases] of [
  ['a client that is answered', FIRST_FLIGHT],
  ['a client that is answered by a ServerHello with', SERVER_HELLOS],
  ['a server that is greeted with', CLIENT_HELLOS],
] as const) {
  describe(title, () => {
    for (const [what, alert, reason, end] of cases) {
      it(`${what}: ${alert}`, () => assertFailed(end(), alert, reason));
    }
  });
}

interface Meeting {
  readonly tamper?: Tamper;
  readonly clientHost?: HostOptions;
  readonly serverHost?: HostOptions;
  readonly clientAuth?: 'none' | 'require';
  readonly showsCertificate?: boolean;
}

function meet(meeting: Meeting): { client: End; server: End } {
  const credentials = meeting.showsCertificate === true ? { credentials: CERTIFICATES.p256 } : {};
  const client = clientEnd({ profile: 'modern', ...credentials }, meeting.clientHost);
  const server = serverEnd(
    { profile: 'modern', credentials: [CERTIFICATES.p256], clientAuth: meeting.clientAuth ?? 'none' },
    meeting.serverHost,
  );
  converse(client, server, meeting.tamper);
  return { client, server };
}

/** A provider that computes a wrong HMAC for what contains the label: a wrong Finished. */
function mistaking(label: string): CryptoProvider {
  return {
    ...nodeProvider,
    hmac(hash, key, data) {
      const mac = nodeProvider.hmac(hash, key, data);
      return Buffer.from(data).includes(label) ? mac.map((byte) => byte ^ 1) : mac;
    },
  };
}

const lastByte = (body: Uint8Array): Uint8Array => {
  body[body.length - 1]! ^= 1;
  return body;
};

describe('two ends, one of which is wrong', () => {
  it('a changed signature of the ServerKeyExchange: decrypt_error', () => {
    const { client, server } = meet({ tamper: editing('client', 12, lastByte) });
    assertFailed(client, 'decrypt_error', 'bad-signature');
    assert.deepEqual(server.error?.peerAlert, 'decrypt_error');
  });

  it('a group in the ServerKeyExchange that was not offered: illegal_parameter', () => {
    const tamper = editing('client', 12, (body) => Uint8Array.of(body[0]!, 0, 30, ...body.slice(3)));
    assertFailed(meet({ tamper }).client, 'illegal_parameter', 'illegal-parameter');
  });

  it("a server's point that is not on the curve, but signed: illegal_parameter", () => {
    const crypto: CryptoProvider = {
      ...nodeProvider,
      generateKeyShare: (group, random) => {
        const share = nodeProvider.generateKeyShare(group, random);
        return { ...share, publicKey: Uint8Array.of(4, ...new Uint8Array(64).fill(1)) };
      },
    };
    assertFailed(meet({ serverHost: { crypto } }).client, 'illegal_parameter', 'bad-key-share');
  });

  it("a wrong Finished of the client: the server's decrypt_error", () => {
    const { client, server } = meet({ clientHost: { crypto: mistaking('client finished') } });
    assertFailed(server, 'decrypt_error', 'bad-finished');
    assert.equal(client.error?.peerAlert, 'decrypt_error');
  });

  it("a wrong Finished of the server: the client's decrypt_error", () => {
    const { client } = meet({ serverHost: { crypto: mistaking('server finished') } });
    assertFailed(client, 'decrypt_error', 'bad-finished');
  });

  it('no client certificate where one is required: handshake_failure', () => {
    assertFailed(meet({ clientAuth: 'require' }).server, 'handshake_failure', 'certificate-missing');
  });

  it('a changed CertificateVerify: decrypt_error', () => {
    const tamper = editing('server', 15, lastByte);
    const { server } = meet({ clientAuth: 'require', showsCertificate: true, tamper });
    assertFailed(server, 'decrypt_error', 'bad-signature');
  });

  it('a CertificateVerify with an algorithm that was not asked for: illegal_parameter', () => {
    const tamper = editing('server', 15, (body) => Uint8Array.of(2, 3, ...body.slice(2)));
    const { server } = meet({ clientAuth: 'require', showsCertificate: true, tamper });
    assertFailed(server, 'illegal_parameter', 'illegal-parameter');
  });

  it('no CertificateVerify after a certificate: unexpected_message', () => {
    const tamper = editing('server', 15, () => undefined);
    const { server } = meet({ clientAuth: 'require', showsCertificate: true, tamper });
    assertFailed(server, 'unexpected_message', 'unexpected-message');
  });

  it("a certificate that the host refuses: the verdict's alert and words", () => {
    const verdict = () =>
      ({
        accepted: false,
        authenticated: false,
        checks: [],
        alert: 'certificate_expired',
        detail: 'expired yesterday',
      }) as const;
    const { client, server } = meet({ clientHost: { verdict } });
    assertFailed(client, 'certificate_expired', 'certificate-refused');
    assert.equal(client.error!.message, 'expired yesterday');
    assert.equal(server.error!.peerAlert, 'certificate_expired');
  });

  it('no trust anchors: unknown_ca', () => {
    const verdict = () =>
      ({ accepted: false, authenticated: false, checks: [], reason: 'no-ca-chain' }) as const;
    assertFailed(meet({ clientHost: { verdict } }).client, 'unknown_ca', 'no-ca-chain');
  });

  it('a host whose call-back throws: internal_error, and still a TlsError', () => {
    const verdict = (): never => {
      throw new RangeError('the disk is full');
    };
    const { client } = meet({ clientHost: { verdict } });
    assertFailed(client, 'internal_error', 'internal');
    assert.ok(client.error!.cause instanceof RangeError);
  });

  it('a changed record of application data: an encrypted bad_record_mac', () => {
    const { client, server } = meet({});
    client.tls.send(ascii('data'));
    const bytes = client.take();
    bytes[bytes.length - 1]! ^= 1;
    server.receive(bytes);
    assertFailed(server, 'bad_record_mac', 'bad-record-mac');
    assert.equal(server.all('tls.alert')[0]!.encrypted, true);
    carry(client, server);
    assert.equal(client.error?.peerAlert, 'bad_record_mac');
  });

  it('a wrong RSA-encrypted secret: nothing until Finished, whatever is wrong with it', () => {
    const edits = [lastByte, (body: Uint8Array) => body.fill(0, 2), (body: Uint8Array) => body.fill(255, 2)];
    for (const edit of edits) {
      const suites = [0x009c];
      const client = clientEnd({ profile: 'modern', suites });
      const server = serverEnd({
        profile: 'modern',
        suites,
        credentials: [CERTIFICATES.rsa],
        clientAuth: 'none',
      });
      converse(client, server, editing('server', 16, edit));
      assertFailed(server, 'bad_record_mac', 'bad-record-mac');
      assert.equal(server.error!.state, 'WAIT_FINISHED');
    }
  });

  it('the transport ends in the handshake: no alert', () => {
    const client = clientEnd({ profile: 'modern' });
    client.tls.start();
    assert.throws(() => client.tls.receiveEnd(), { reason: 'transport-closed', state: 'WAIT_SERVER_HELLO' });
    assert.deepEqual(client.alerts('sent'), []);
  });

  it('a message out of turn is shown, when all of it is there', () => {
    const client = afterClientHello(handshake(certificate, CERTIFICATES.p256));
    assert.deepEqual(client.all('tls.message').at(-1)!.summary, ['out of turn']);
  });

  it('a HelloRequest in the handshake is passed over', () => {
    const client = afterClientHello(handshake(helloRequest, undefined), hello({}));
    assert.equal(client.error, undefined);
    assert.deepEqual(client.messages('received'), ['HelloRequest', 'ServerHello']);
  });
});
