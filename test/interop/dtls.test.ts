/** DTLS 1.2 with OpenSSL and GnuTLS in both roles. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SUITES } from '../../emulator/tls/suites.ts';
import { dtlsClient, dtlsServer } from '../tls/dtls/support.ts';
import { NO_OPENSSL, OpensslCertificates } from '../tls/openssl.ts';
import {
  NO_GNUTLS,
  serveGnutlsClient,
  serveOpensslDtlsClient,
  talkToGnutlsServer,
  talkToOpensslDtlsServer,
} from './dtls-programs.ts';
import { OPENSSL_NAMES } from './openssl-suites.ts';

const PROFILES = ['mbedtls', 'modern'] as const;
const LOSS = 0.25;
/** Ours is quicker to repeat itself than the second that the RFC and OpenSSL begin with: tests need not wait. */
const QUICK = { first: 50, longest: 2_000 };
/** OpenSSL's clients begin again on their own: for a server of the `mbedtls` profile, which would end, no cookie. */
const NO_COOKIE = { cookies: undefined };

let certificates: OpensslCertificates;

before(() => {
  certificates = new OpensslCertificates();
  certificates.issue('ec256', 'P-256', 'serverAuth');
  certificates.issue('rsa2048', 'rsa:2048', 'serverAuth');
  certificates.issue('client-ec', 'P-256', 'clientAuth');
  certificates.issue('client-rsa', 'rsa:2048', 'clientAuth');
});

after(() => certificates.remove());

describe('OpenSSL over DTLS', { skip: NO_OPENSSL }, () => {
  for (const profile of PROFILES) {
    for (const name of ['ec256', 'rsa2048']) {
      for (const clientName of [undefined, 'client-ec', 'client-rsa']) {
        const how = `${profile}, ${name}, ${clientName ?? 'no client certificate'}`;

        it(`s_server with our client: ${how}`, async () => {
          const clientAuth =
            clientName === undefined
              ? []
              : ['-Verify', '1', '-verify_return_error', '-CAfile', certificates.path('ca.pem')];
          const client = dtlsClient({
            profile,
            ...(clientName === undefined ? {} : { credentials: certificates.credentials(clientName) }),
          });
          await talkToOpensslDtlsServer([...certificates.files(name), ...clientAuth], client);
          assert.equal(client.tls.error, undefined);
          assert.equal(client.tls.session!.version, 'DTLSv1.2');
          assert.ok(client.messages('received').includes('HelloVerifyRequest'));
        });

        it(`s_client with our server: ${how}`, async () => {
          const server = dtlsServer({
            profile,
            credentials: [certificates.credentials(name)],
            clientAuth: clientName === undefined ? 'none' : 'require',
            ...(profile === 'mbedtls' ? NO_COOKIE : {}),
          });
          const verify = ['-verify_return_error', '-CAfile', certificates.path('ca.pem')];
          const shown = clientName === undefined ? [] : certificates.files(clientName);
          await serveOpensslDtlsClient([...verify, ...shown], server);
          assert.equal(server.tls.error, undefined);
          assert.deepEqual(
            server.tls.session!.peerCertificates[0],
            clientName && certificates.credentials(clientName).chain[0],
          );
          assert.equal(server.messages('sent').includes('HelloVerifyRequest'), profile === 'modern');
        });
      }
    }
  }

  it('s_server that keeps nothing of a client before its cookie', async () => {
    const client = dtlsClient();
    await talkToOpensslDtlsServer([...certificates.files('ec256'), '-listen'], client);
    assert.equal(client.messages('sent').filter((name) => name === 'ClientHello').length, 2);
  });

  for (const suite of SUITES.filter(({ id }) => OPENSSL_NAMES.has(id))) {
    const name = suite.keyExchange.endsWith('ECDSA') ? 'ec256' : 'rsa2048';
    const cipher = ['-cipher', `${OPENSSL_NAMES.get(suite.id)}:@SECLEVEL=0`];

    it(`s_server and s_client, ${suite.name} alone`, async () => {
      const client = dtlsClient({ profile: 'mbedtls', suites: [suite.id] });
      await talkToOpensslDtlsServer([...certificates.files(name), ...cipher], client);
      assert.equal(client.tls.session!.suite, suite.name);

      const credentials = [certificates.credentials(name)];
      const server = dtlsServer({ profile: 'mbedtls', credentials, ...NO_COOKIE });
      await serveOpensslDtlsClient(cipher, server);
      assert.equal(server.tls.session!.suite, suite.name);
    });
  }

  for (const mtu of [300, 512]) {
    it(`messages in pieces for an MTU of ${mtu}, both ways`, async () => {
      const client = dtlsClient({ mtu, credentials: certificates.credentials('client-rsa') });
      const clientAuth = ['-Verify', '1', '-CAfile', certificates.path('ca.pem')];
      await talkToOpensslDtlsServer(
        [...certificates.files('rsa2048'), ...clientAuth, '-mtu', String(mtu)],
        client,
      );
      assert.equal(client.tls.error, undefined);

      const credentials = [certificates.credentials('rsa2048')];
      const server = dtlsServer({ mtu, credentials, clientAuth: 'require' });
      await serveOpensslDtlsClient([...certificates.files('client-rsa'), '-mtu', String(mtu)], server);
      assert.equal(server.tls.error, undefined);
    });
  }

  it(`loses ${LOSS * 100} % of all datagrams and gets there, both roles`, async () => {
    const client = dtlsClient({ mtu: 512, handshakeTimeout: QUICK });
    const toServer = await talkToOpensslDtlsServer(
      [...certificates.files('rsa2048'), '-mtu', '512'],
      client,
      LOSS,
    );
    const credentials = [certificates.credentials('rsa2048')];
    const server = dtlsServer({ mtu: 512, credentials, handshakeTimeout: QUICK });
    const toClient = await serveOpensslDtlsClient(['-mtu', '512'], server, LOSS);
    assert.ok(toServer.lost > 0 && toClient.lost > 0);
    assert.ok(client.all('tls.retransmit').length + server.all('tls.retransmit').length > 0);
  });
});

describe('GnuTLS over DTLS', { skip: NO_GNUTLS || NO_OPENSSL }, () => {
  const files = (name: string): string[] => [
    '--x509certfile',
    certificates.path(`${name}.pem`),
    '--x509keyfile',
    certificates.path(`${name}.key`),
  ];

  for (const profile of PROFILES) {
    for (const name of ['ec256', 'rsa2048']) {
      it(`gnutls-serv with our client: ${profile}, ${name}`, async () => {
        const client = dtlsClient({ profile, credentials: certificates.credentials('client-ec') });
        const clientAuth = ['--require-client-cert', '--x509cafile', certificates.path('ca.pem')];
        const { received } = await talkToGnutlsServer([...files(name), ...clientAuth], client);
        assert.match(received, /from the engine/);
        assert.ok(client.messages('received').includes('HelloVerifyRequest'));
      });

      it(`gnutls-cli with our server: ${profile}, ${name}`, async () => {
        const server = dtlsServer({
          profile,
          credentials: [certificates.credentials(name)],
          clientAuth: 'require',
          ...(profile === 'mbedtls' ? NO_COOKIE : {}),
        });
        await serveGnutlsClient(['--insecure', ...files('client-rsa')], server);
        assert.equal(server.tls.error, undefined);
      });
    }
  }
});
