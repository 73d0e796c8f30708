import { describe } from 'node:test';
import { certificate } from '../../emulator/tls/messages/certificate.ts';
import { certificateVerify } from '../../emulator/tls/messages/certificate-verify.ts';
import { serverHelloDone } from '../../emulator/tls/messages/empty.ts';
import { finished } from '../../emulator/tls/messages/finished.ts';
import { CERTIFICATES } from './certificates.ts';
import { handshake, rawHandshake, record, TYPES } from './scripted.ts';
import {
  afterClientHello,
  type Case,
  CLIENT_HELLO,
  EMPTY,
  hello,
  itFails,
  offer,
  RENEGOTIATION_INFO,
  serverGiven,
} from './scripted-ends.ts';
import { ascii } from './support.ts';

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
      afterClientHello(hello({ extensions: [RENEGOTIATION_INFO, { name: 'unknown', id: 18, data: EMPTY }] })),
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
  describe(title, () => itFails(cases));
}
