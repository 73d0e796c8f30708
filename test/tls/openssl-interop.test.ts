import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CERTIFICATE_SUITES, type CipherSuite, isImplemented } from '../../emulator/tls/suites.ts';
import { NO_OPENSSL, OpensslCertificates, serveOpensslClient, talkToOpensslServer } from './openssl.ts';
import { ascii, clientEnd, serverEnd } from './support.ts';

const SERVER_KEYS = { ec256: 'P-256', ec384: 'P-384', ec521: 'P-521', rsa2048: 'rsa:2048' } as const;
const CLIENT_KEYS = { 'client-ec': 'P-256', 'client-rsa': 'rsa:2048' } as const;
const PROFILES = ['mbedtls', 'modern'] as const;

/** A suite as OpenSSL spells it: "ECDHE-ECDSA-AES256-GCM-SHA384". */
function opensslName(suite: CipherSuite): string {
  const [, keyExchange, cipher, hash] = /^TLS_(.+)_WITH_(.+_GCM)_(SHA\d+)$/.exec(suite.name)!;
  return `${keyExchange}-${cipher!.replace(/AES_(\d+)_/, 'AES$1-')}-${hash}`.replaceAll('_', '-');
}

describe('OpenSSL', { skip: NO_OPENSSL }, () => {
  let certificates: OpensslCertificates;

  before(() => {
    certificates = new OpensslCertificates();
    for (const [name, key] of Object.entries(SERVER_KEYS)) certificates.issue(name, key, 'serverAuth');
    for (const [name, key] of Object.entries(CLIENT_KEYS)) certificates.issue(name, key, 'clientAuth');
  });

  after(() => certificates.remove());

  const files = (name: string): string[] => [
    '-cert',
    certificates.path(`${name}.pem`),
    '-key',
    certificates.path(`${name}.key`),
  ];

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
            [...files(name), ...clientAuth],
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
          const shown = clientName === undefined ? [] : files(clientName);
          const outcome = await serveOpensslClient([...verify, ...shown], server.tls, 'over the wire\n');
          assert.equal(server.error, undefined, outcome.printed);
          assert.match(outcome.printed, /over the wire/);
          const leaf = clientName && certificates.credentials(clientName).chain[0];
          assert.deepEqual(server.tls.session!.peerCertificates[0], leaf);
        });
      }
    }
  }

  for (const suite of CERTIFICATE_SUITES.filter(isImplemented)) {
    const name = suite.keyExchange.endsWith('ECDSA') ? 'ec256' : 'rsa2048';

    it(`s_server, ${suite.name} alone`, async () => {
      const client = clientEnd({ profile: 'mbedtls' });
      const args = [...files(name), '-cipher', opensslName(suite)];
      const outcome = await talkToOpensslServer(args, client.tls, ascii('over the wire\n'));
      assert.equal(client.error, undefined, outcome.printed);
      assert.equal(client.tls.session!.suite, suite.name);
    });

    it(`s_client, ${suite.name} alone`, async () => {
      const server = serverEnd({
        profile: 'mbedtls',
        credentials: [certificates.credentials(name)],
        clientAuth: 'none',
      });
      const args = ['-cipher', opensslName(suite)];
      const outcome = await serveOpensslClient(args, server.tls, 'over the wire\n');
      assert.equal(server.error, undefined, outcome.printed);
      assert.equal(server.tls.session!.suite, suite.name);
    });
  }

  for (const group of ['P-256', 'P-384', 'P-521', 'X25519']) {
    it(`s_server and s_client with group ${group} alone`, async () => {
      const client = clientEnd({ profile: 'modern' });
      const server = serverEnd({
        profile: 'modern',
        credentials: [certificates.credentials('rsa2048')],
        clientAuth: 'none',
      });
      await talkToOpensslServer([...files('rsa2048'), '-groups', group], client.tls, ascii('line\n'));
      await serveOpensslClient(['-groups', group], server.tls, 'line\n');
      const names = { 'P-256': 'secp256r1', 'P-384': 'secp384r1', 'P-521': 'secp521r1', X25519: 'x25519' };
      assert.equal(client.tls.session!.group, names[group as keyof typeof names]);
      assert.equal(server.tls.session!.group, names[group as keyof typeof names]);
    });
  }

  it('takes what a device sends in records of at most 4096 bytes', async () => {
    const client = clientEnd({ profile: 'mbedtls' });
    const line = ascii(`${'x'.repeat(15_999)}\n`);
    const outcome = await talkToOpensslServer(files('ec256'), client.tls, line);
    assert.equal(outcome.received.length, 16_000);
    const sent = client.all('tls.record').filter((record) => record.contentType === 'application_data');
    assert.deepEqual(
      sent.filter((record) => record.direction === 'sent').map((record) => record.length - 24),
      [4096, 4096, 4096, 3712],
    );
  });

  it('refuses a client without certificate where it wants one, and our client reports the alert', async () => {
    const client = clientEnd({ profile: 'mbedtls' });
    const args = [...files('ec256'), '-Verify', '1', '-CAfile', certificates.path('ca.pem')];
    await talkToOpensslServer(args, client.tls, ascii('line\n'));
    assert.equal(client.error?.reason, 'peer-alert');
    assert.equal(client.error.peerAlert, 'handshake_failure');
  });

  it('that speaks TLS 1.3 only is reported as protocol_version', async () => {
    const client = clientEnd({ profile: 'modern' });
    await talkToOpensslServer([...files('ec256'), '-tls1_3'], client.tls, ascii('line\n'));
    assert.equal(client.error?.peerAlert, 'protocol_version');
  });
});
