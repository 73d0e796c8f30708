/** Two ends of which one is wrong, or is given to believe so: the alert of the one that notices. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { certificate } from '../../emulator/tls/messages/certificate.ts';
import { helloRequest } from '../../emulator/tls/messages/empty.ts';
import { CERTIFICATES } from './certificates.ts';
import { editing, handshake } from './scripted.ts';
import { afterClientHello, assertFailed, hello } from './scripted-ends.ts';
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

  it("a provider's own defect is not laid to the peer's key", () => {
    const crypto: CryptoProvider = {
      ...nodeProvider,
      deriveSharedSecret: () => {
        throw new RangeError('of the provider');
      },
    };
    const { server } = meet({ serverHost: { crypto } });
    assertFailed(server, 'internal_error', 'internal');
    assert.ok(server.error!.cause instanceof RangeError);
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

  it('32 messages that lead nowhere are heard, and no more without data between them', () => {
    const request = handshake(helloRequest, undefined);
    const patient = afterClientHello(...Array.from({ length: 32 }, () => request), hello({}));
    assert.equal(patient.error, undefined);
    assertFailed(
      afterClientHello(...Array.from({ length: 33 }, () => request)),
      'unexpected_message',
      'unexpected-message',
    );
  });

  it('a HelloRequest in the handshake is passed over', () => {
    const client = afterClientHello(handshake(helloRequest, undefined), hello({}));
    assert.equal(client.error, undefined);
    assert.deepEqual(client.messages('received'), ['HelloRequest', 'ServerHello']);
  });
});
