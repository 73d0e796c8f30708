/** Each error of a client of TLS 1.3 has the alert that RFC 8446 names for it, and closes the connection. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { certificateRequest13 } from '../../../emulator/tls/messages/certificate-request13.ts';
import { certificate13, entriesOf } from '../../../emulator/tls/messages/certificate13.ts';
import { encryptedExtensions } from '../../../emulator/tls/messages/encrypted-extensions.ts';
import type { Extension } from '../../../emulator/tls/messages/extensions.ts';
import { finished13 } from '../../../emulator/tls/messages/finished.ts';
import { encodeMessage } from '../../../emulator/tls/messages/handshake.ts';
import { keyUpdate } from '../../../emulator/tls/messages/key-update.ts';
import { TLS13 } from '../../../emulator/tls/versions.ts';
import { concat } from '../../../emulator/world/bytes.ts';
import { CERTIFICATES } from '../certificates.ts';
import { rawHandshake, record, TYPES } from '../scripted.ts';
import { ascii } from '../support.ts';
import { assertFailed, EMPTY, HandmadeServer } from './handmade.ts';

const VERSION: Extension = { name: 'supported_versions', versions: [TLS13] };
const unknown = (id: number): Extension => ({ name: 'unknown', id, data: EMPTY });

describe('a client in the handshake, that gets', () => {
  const cases: readonly [string, (server: HandmadeServer) => void, string, string][] = [
    [
      'EncryptedExtensions with what it did not offer',
      (s) => s.sayHello().say(encryptedExtensions, { extensions: [unknown(18)] }),
      'unsupported_extension',
      'unsupported-extension',
    ],
    [
      'EncryptedExtensions with what belongs elsewhere',
      (s) => s.sayHello().say(encryptedExtensions, { extensions: [VERSION] }),
      'illegal_parameter',
      'illegal-parameter',
    ],
    [
      'a Certificate first',
      (s) => s.sayHello().sayRaw(11, Uint8Array.of(0, 0, 0, 0)),
      'unexpected_message',
      'unexpected-message',
    ],
    [
      'a request without signature_algorithms',
      (s) => {
        s.sayHello().say(encryptedExtensions, { extensions: [] });
        s.say(certificateRequest13, { context: EMPTY, extensions: [] });
      },
      'missing_extension',
      'missing-extension',
    ],
    [
      'a request with a context',
      (s) => {
        s.sayHello().say(encryptedExtensions, { extensions: [] });
        const extensions: readonly Extension[] = [{ name: 'signature_algorithms', schemes: [0x0403] }];
        s.say(certificateRequest13, { context: ascii('x'), extensions });
      },
      'illegal_parameter',
      'illegal-parameter',
    ],
    [
      'no certificate',
      (s) => {
        s.sayHello().say(encryptedExtensions, { extensions: [] });
        s.say(certificate13, { context: EMPTY, entries: [] });
      },
      'decode_error',
      'decode-error',
    ],
    [
      'a certificate that cannot be read',
      (s) => {
        s.sayHello().say(encryptedExtensions, { extensions: [] });
        s.say(certificate13, { context: EMPTY, entries: entriesOf([ascii('no certificate')]) });
      },
      'bad_certificate',
      'bad-certificate',
    ],
    [
      'a certificate with an extension it did not offer',
      (s) => {
        s.sayHello().say(encryptedExtensions, { extensions: [] });
        const [leaf] = entriesOf(CERTIFICATES.p256.chain);
        s.say(certificate13, { context: EMPTY, entries: [{ ...leaf!, extensions: [unknown(18)] }] });
      },
      'unsupported_extension',
      'unsupported-extension',
    ],
    [
      'a signature made as a client',
      (s) => s.sayUpToCertificate().sayCertificateVerify({ signer: 'client' }),
      'decrypt_error',
      'bad-signature',
    ],
    [
      'a signature of a kind that its key cannot make',
      (s) => s.sayUpToCertificate().sayCertificateVerify({ scheme: 0x0804 }),
      'illegal_parameter',
      'illegal-parameter',
    ],
    [
      'a PKCS #1 signature',
      (s) => s.sayUpToCertificate().sayCertificateVerify({ scheme: 0x0401 }),
      'illegal_parameter',
      'illegal-parameter',
    ],
    [
      'a Finished without a signature',
      (s) => s.sayUpToCertificate().sayFinished(),
      'unexpected_message',
      'unexpected-message',
    ],
    [
      'a wrong Finished',
      (s) => {
        s.sayUpToCertificate().sayCertificateVerify();
        s.sayFinished((verifyData) => verifyData.map((byte) => byte ^ 1));
      },
      'decrypt_error',
      'bad-finished',
    ],
    [
      'a short Finished',
      (s) => {
        s.sayUpToCertificate().sayCertificateVerify();
        s.sayRaw(20, new Uint8Array(12));
      },
      'decode_error',
      'decode-error',
    ],
    [
      'data before the end',
      (s) => s.sayHello().end.receive(s.sealed('application_data', ascii('hi'))),
      'unexpected_message',
      'unexpected-message',
    ],
    [
      'a handshake message in the clear',
      (s) => s.sayHello().end.receive(rawHandshake(8, Uint8Array.of(0, 0))),
      'unexpected_message',
      'unexpected-message',
    ],
    [
      'an alert in the clear',
      (s) => s.sayHello().end.receive(record(TYPES.alert, Uint8Array.of(2, 40))),
      'unexpected_message',
      'unexpected-message',
    ],
    [
      'a record that was changed on its way',
      (s) => {
        const sealed = s.sayHello().sealed('handshake', Uint8Array.of(8, 0, 0, 2, 0, 0));
        sealed[sealed.length - 1]! ^= 1;
        s.end.receive(sealed);
      },
      'bad_record_mac',
      'bad-record-mac',
    ],
    [
      'a record too short for its tag',
      (s) => s.sayHello().end.receive(record(23, new Uint8Array(16))),
      'bad_record_mac',
      'bad-record-mac',
    ],
    [
      'a record longer than 2^14 + 256',
      (s) => s.sayHello().end.receive(record(23, new Uint8Array(16_641))),
      'record_overflow',
      'record-overflow',
    ],
    [
      'more than 2^14 bytes in a record',
      (s) => s.sayHello().end.receive(s.sealed('handshake', new Uint8Array(16_385))),
      'record_overflow',
      'record-overflow',
    ],
    [
      'more than 2^14 bytes of padding',
      (s) => s.sayHello().end.receive(s.sealedInner(concat(Uint8Array.of(8, 22), new Uint8Array(16_384)))),
      'record_overflow',
      'record-overflow',
    ],
    [
      'nothing but padding',
      (s) => s.sayHello().end.receive(s.sealedInner(new Uint8Array(8))),
      'unexpected_message',
      'unexpected-message',
    ],
    [
      'an empty handshake record',
      (s) => s.sayHello().end.receive(s.sealed('handshake', EMPTY)),
      'unexpected_message',
      'unexpected-message',
    ],
    [
      'an empty alert record',
      (s) => s.sayHello().end.receive(s.sealed('alert', EMPTY)),
      'unexpected_message',
      'unexpected-message',
    ],
    [
      'a protected ChangeCipherSpec',
      (s) => s.sayHello().end.receive(s.sealed('change_cipher_spec', Uint8Array.of(1))),
      'unexpected_message',
      'unexpected-message',
    ],
    [
      'a ChangeCipherSpec that says 2',
      (s) => s.sayHello().end.receive(record(20, Uint8Array.of(2))),
      'unexpected_message',
      'unexpected-message',
    ],
    [
      'a ChangeCipherSpec of two bytes',
      (s) => s.sayHello().end.receive(record(20, Uint8Array.of(1, 1))),
      'unexpected_message',
      'unexpected-message',
    ],
    [
      'a ChangeCipherSpec in the middle of a message',
      (s) => {
        s.sayHello().end.receive(s.sealed('handshake', Uint8Array.of(8, 0, 0)));
        s.end.receive(record(20, Uint8Array.of(1)));
      },
      'unexpected_message',
      'unexpected-message',
    ],
    [
      'a message that begins before a change of keys',
      (s) => {
        s.sayUpToCertificate().sayCertificateVerify();
        const { bytes } = encodeMessage(finished13(32), s.verifyData);
        s.end.receive(s.sealed('handshake', concat(bytes, Uint8Array.of(4))));
      },
      'unexpected_message',
      'unexpected-message',
    ],
  ];

  for (const [what, say, alert, reason] of cases) {
    it(`${what}: ${alert}`, () => {
      const server = new HandmadeServer();
      say(server);
      assertFailed(server.end, alert, reason);
    });
  }

  it('a warning that is an error, whatever its level', () => {
    const server = new HandmadeServer();
    server.sayHello().end.receive(server.sealed('alert', Uint8Array.of(1, 40)));
    assert.equal(server.end.error?.reason, 'peer-alert');
    assert.equal(server.end.error.peerAlert, 'handshake_failure');
    assert.deepEqual(server.end.alerts('sent'), []);
  });
});

describe('an established connection, on which comes', () => {
  const message = (requested: boolean): Uint8Array => encodeMessage(keyUpdate, { requested }).bytes;
  const cases: readonly [string, (peer: HandmadeServer) => void, string, string][] = [
    [
      'a ChangeCipherSpec',
      (s) => s.end.receive(record(20, Uint8Array.of(1))),
      'unexpected_message',
      'unexpected-message',
    ],
    [
      'a KeyUpdate that asks for 2',
      (s) => s.sayRaw(24, Uint8Array.of(2)),
      'illegal_parameter',
      'illegal-parameter',
    ],
    ['a KeyUpdate of two bytes', (s) => s.sayRaw(24, Uint8Array.of(0, 0)), 'decode_error', 'decode-error'],
    [
      'a KeyUpdate with more behind it in the record',
      (s) => s.end.receive(s.sealed('handshake', Buffer.concat([message(false), Uint8Array.of(24)]))),
      'unexpected_message',
      'unexpected-message',
    ],
    [
      'a request for a certificate after the handshake',
      (s) => {
        const extensions: readonly Extension[] = [{ name: 'signature_algorithms', schemes: [0x0403] }];
        s.say(certificateRequest13, { context: ascii('x'), extensions });
      },
      'unexpected_message',
      'unexpected-message',
    ],
    ['a ServerHello', (s) => s.sayRaw(2, EMPTY), 'unexpected_message', 'unexpected-message'],
    ['a HelloRequest', (s) => s.sayRaw(0, EMPTY), 'unexpected_message', 'unexpected-message'],
    [
      'a message of a type nobody knows',
      (s) => s.sayRaw(99, EMPTY),
      'unexpected_message',
      'unexpected-message',
    ],
  ];
  for (const [what, say, alert, reason] of cases) {
    it(`${what}: ${alert}`, () => {
      const server = new HandmadeServer().sayAll();
      server.end.take();
      say(server);
      assertFailed(server.end, alert, reason);
    });
  }
});
