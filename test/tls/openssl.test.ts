import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { NO_OPENSSL, OpensslCertificates, serveOpensslClient, talkToOpensslServer } from './openssl.ts';
import { ascii, clientEnd, serverEnd } from './support.ts';

const SERVER_KEYS = { ec256: 'P-256', ec384: 'P-384', ec521: 'P-521', rsa2048: 'rsa:2048' } as const;
const CLIENT_KEYS = { 'client-ec': 'P-256', 'client-rsa': 'rsa:2048' } as const;
const PROFILES = ['mbedtls', 'modern'] as const;

describe('OpenSSL', { skip: NO_OPENSSL }, () => {
  let certificates: OpensslCertificates;

  before(() => {
    certificates = new OpensslCertificates();
    for (const [name, key] of Object.entries(SERVER_KEYS)) certificates.issue(name, key, 'serverAuth');
    for (const [name, key] of Object.entries(CLIENT_KEYS)) certificates.issue(name, key, 'clientAuth');
  });

  after(() => certificates.remove());

  for (const profile of PROFILES) {
    for (const name of Object.keys(SERVER_KEYS)) {
      for (const clientName of [undefined, ...Object.keys(CLIENT_KEYS)]) {
        const how = `${profile}, ${name}, ${clientName ?? 'no client certificate'}`;

        it(`s_server with our client: ${how}`, async () => {
          const clientAuth =
            clientName === undefined
              ? []
              : ['-Verify', '1', '-verify_return_error', '-CAfile', certificates.path('ca.pem')];
          const client = clientEnd({
            profile,
            serverName: 'api.example.com',
            ...(clientName === undefined ? {} : { credentials: certificates.credentials(clientName) }),
          });
          const outcome = await talkToOpensslServer(
            [...certificates.files(name), ...clientAuth],
            client.tls,
            ascii('over the wire\n'),
          );
          assert.equal(client.error, undefined, outcome.printed);
          assert.deepEqual(Buffer.from(outcome.received).toString(), 'eriw eht revo\n');
        });

        it(`s_client with our server: ${how}`, async () => {
          const server = serverEnd({
            profile,
            credentials: [certificates.credentials(name)],
            clientAuth: clientName === undefined ? 'none' : 'require',
          });
          const verify = ['-verify_return_error', '-CAfile', certificates.path('ca.pem')];
          const shown = clientName === undefined ? [] : certificates.files(clientName);
          const outcome = await serveOpensslClient([...verify, ...shown], server.tls, 'over the wire\n');
          assert.equal(server.error, undefined, outcome.printed);
          assert.match(outcome.printed, /over the wire/);
          const leaf = clientName && certificates.credentials(clientName).chain[0];
          assert.deepEqual(server.tls.session!.peerCertificates[0], leaf);
        });
      }
    }
  }

  it('takes what a device sends in records of at most 4096 bytes', async () => {
    const client = clientEnd({ profile: 'mbedtls' });
    const line = ascii(`${'x'.repeat(15_999)}\n`);
    const outcome = await talkToOpensslServer(certificates.files('ec256'), client.tls, line);
    assert.equal(outcome.received.length, 16_000);
    const sent = client.all('tls.record').filter((record) => record.contentType === 'application_data');
    assert.deepEqual(
      sent.filter((record) => record.direction === 'sent').map((record) => record.length - 24),
      [4096, 4096, 4096, 3712],
    );
  });

  it('refuses a client without certificate where it wants one, and our client reports the alert', async () => {
    const client = clientEnd({ profile: 'mbedtls' });
    const args = [...certificates.files('ec256'), '-Verify', '1', '-CAfile', certificates.path('ca.pem')];
    await talkToOpensslServer(args, client.tls, ascii('line\n'));
    assert.equal(client.error?.reason, 'peer-alert');
    assert.equal(client.error.peerAlert, 'handshake_failure');
  });

  it('that speaks TLS 1.3 only is reported as protocol_version', async () => {
    const client = clientEnd({ profile: 'modern' });
    await talkToOpensslServer([...certificates.files('ec256'), '-tls1_3'], client.tls, ascii('line\n'));
    assert.equal(client.error?.peerAlert, 'protocol_version');
  });
});
