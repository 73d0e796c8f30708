/** DTLS 1.2 with OpenSSL and GnuTLS in both roles. */
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { traitsOf } from '../../emulator/tls/key-exchanges.ts';
import { SUITES } from '../../emulator/tls/suites.ts';
import { dtlsClient, dtlsServer } from '../tls/dtls/support.ts';
import { NO_OPENSSL, OpensslCertificates } from '../tls/openssl.ts';
import { hex, PSK, serverPsk } from '../tls/support.ts';
import {
  NO_GNUTLS,
  serveGnutlsClient,
  serveOpensslDtlsClient,
  talkToGnutlsServer,
  talkToOpensslDtlsServer,
} from './dtls-programs.ts';
import { cell } from './matrix.ts';
import { opensslNames } from './peers/openssl.ts';

const OPENSSL_NAMES = opensslNames();
const PROFILES = ['mbedtls', 'modern'] as const;
const SECTION = 'DTLS 1.2';
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
        const row = `${name}, ${clientName ?? 'no client certificate'}`;
        const place = { section: SECTION, row, variant: profile };

        cell({ ...place, column: 's_server' }, false, async () => {
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

        cell({ ...place, column: 's_client' }, false, async () => {
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

  const listens = { section: SECTION, row: 'a server that keeps nothing of a client before its cookie' };
  cell({ ...listens, column: 's_server' }, false, async () => {
    const client = dtlsClient();
    await talkToOpensslDtlsServer([...certificates.files('ec256'), '-listen'], client);
    assert.equal(client.messages('sent').filter((name) => name === 'ClientHello').length, 2);
  });

  for (const suite of SUITES) {
    const lacking = OPENSSL_NAMES.has(suite.id) ? false : 'OpenSSL does not list the suite';
    const name = suite.keyExchange.endsWith('ECDSA') ? 'ec256' : 'rsa2048';
    const { psk } = traitsOf(suite);
    const key = psk ? ['-psk', hex(PSK.key), '-psk_identity', Buffer.from(PSK.identity).toString()] : [];
    const args = ['-cipher', `${OPENSSL_NAMES.get(suite.id)}:@SECLEVEL=0`, ...key];
    const place = { section: 'DTLS 1.2, suites', row: suite.name };

    cell({ ...place, column: 's_server' }, lacking, async () => {
      const client = dtlsClient({ profile: 'mbedtls', suites: [suite.id], ...(psk ? { psk: PSK } : {}) });
      await talkToOpensslDtlsServer([...certificates.files(name), ...args], client);
      assert.equal(client.tls.session!.suite, suite.name);
    });

    cell({ ...place, column: 's_client' }, lacking, async () => {
      const credentials = [certificates.credentials(name)];
      const preSharedKey = psk ? { preSharedKey: serverPsk } : {};
      const server = dtlsServer({ profile: 'mbedtls', credentials, ...preSharedKey, ...NO_COOKIE });
      await serveOpensslDtlsClient(args, server);
      assert.equal(server.tls.session!.suite, suite.name);
    });
  }

  for (const mtu of [300, 512]) {
    const place = { section: SECTION, row: `messages in pieces for an MTU of ${mtu}` };

    cell({ ...place, column: 's_server' }, false, async () => {
      const client = dtlsClient({ mtu, credentials: certificates.credentials('client-rsa') });
      const clientAuth = ['-Verify', '1', '-CAfile', certificates.path('ca.pem')];
      await talkToOpensslDtlsServer(
        [...certificates.files('rsa2048'), ...clientAuth, '-mtu', String(mtu)],
        client,
      );
      assert.equal(client.tls.error, undefined);
    });

    cell({ ...place, column: 's_client' }, false, async () => {
      const credentials = [certificates.credentials('rsa2048')];
      const server = dtlsServer({ mtu, credentials, clientAuth: 'require' });
      await serveOpensslDtlsClient([...certificates.files('client-rsa'), '-mtu', String(mtu)], server);
      assert.equal(server.tls.error, undefined);
    });
  }

  const lossy = { section: SECTION, row: `${LOSS * 100} % of all datagrams lost` };

  cell({ ...lossy, column: 's_server' }, false, async () => {
    const client = dtlsClient({ mtu: 512, handshakeTimeout: QUICK });
    const toServer = await talkToOpensslDtlsServer(
      [...certificates.files('rsa2048'), '-mtu', '512'],
      client,
      LOSS,
    );
    assert.ok(toServer.lost > 0);
  });

  cell({ ...lossy, column: 's_client' }, false, async () => {
    const credentials = [certificates.credentials('rsa2048')];
    const server = dtlsServer({ mtu: 512, credentials, handshakeTimeout: QUICK });
    const toClient = await serveOpensslDtlsClient(['-mtu', '512'], server, LOSS);
    assert.ok(toClient.lost > 0);
  });
});

describe('GnuTLS over DTLS', { skip: NO_OPENSSL }, () => {
  const files = (name: string): string[] => [
    '--x509certfile',
    certificates.path(`${name}.pem`),
    '--x509keyfile',
    certificates.path(`${name}.key`),
  ];

  for (const profile of PROFILES) {
    for (const name of ['ec256', 'rsa2048']) {
      const place = { section: SECTION, row: `${name}, mutual`, variant: profile };

      cell({ ...place, column: 'gnutls-serv' }, NO_GNUTLS, async () => {
        const client = dtlsClient({ profile, credentials: certificates.credentials('client-ec') });
        const clientAuth = ['--require-client-cert', '--x509cafile', certificates.path('ca.pem')];
        const { received } = await talkToGnutlsServer([...files(name), ...clientAuth], client);
        assert.match(received, /from the engine/);
        assert.ok(client.messages('received').includes('HelloVerifyRequest'));
      });

      cell({ ...place, column: 'gnutls-cli' }, NO_GNUTLS, async () => {
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
