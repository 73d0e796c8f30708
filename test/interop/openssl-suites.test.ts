/** Every suite and group that both OpenSSL and the engine have, each alone, in both roles. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { hasBlockCipher } from '../../emulator/tls/ciphers.ts';
import { traitsOf } from '../../emulator/tls/key-exchanges.ts';
import { PEER_SUITES } from '../../emulator/tls/peer-suites.ts';
import { type CipherSuite, SUITES } from '../../emulator/tls/suites.ts';
import { NO_OPENSSL, OpensslCertificates, serveOpensslClient, talkToOpensslServer } from '../tls/openssl.ts';
import { ascii, clientEnd, hex, PSK, serverEnd, serverPsk } from '../tls/support.ts';
import { OPENSSL_NAMES } from './openssl-suites.ts';

const PROFILES = ['mbedtls', 'modern'] as const;

/** What OpenSSL never had or has given up: the engine's two ends meet in test/tls/handshake.test.ts. */
const isOpenssls = ({ id }: CipherSuite): boolean => OPENSSL_NAMES.has(id);

describe('OpenSSL', { skip: NO_OPENSSL }, () => {
  let certificates: OpensslCertificates;

  before(() => {
    certificates = new OpensslCertificates();
    certificates.issue('ec256', 'P-256', 'serverAuth');
    certificates.issue('rsa2048', 'rsa:2048', 'serverAuth');
  });

  after(() => certificates.remove());

  it('has all suites but those of static ECDH, of ARIA in CBC mode, and of RFC 8442', () => {
    const missing = [...SUITES, ...PEER_SUITES].filter((suite) => !isOpenssls(suite));
    const expected = /_ECDH_(RSA|ECDSA)_|_ARIA_\d+_CBC_|_ECDHE_PSK_WITH_AES_\d+_GCM_/;
    for (const { name } of missing) assert.match(name, expected);
  });

  for (const suite of [...SUITES, ...PEER_SUITES].filter(isOpenssls)) {
    const { certificate, psk } = traitsOf(suite);
    const name =
      certificate === undefined ? undefined : certificate.keys.includes('rsa') ? 'rsa2048' : 'ec256';
    const cipher = ['-cipher', `${OPENSSL_NAMES.get(suite.id)}:@SECLEVEL=0`];
    const key = psk ? ['-psk', hex(PSK.key), '-psk_identity', Buffer.from(PSK.identity).toString()] : [];

    // Of the two, only the device offers encrypt_then_mac: CBC suites are met with both orders.
    for (const profile of PROFILES) {
      it(`s_server, ${suite.name} alone, ${profile}`, async () => {
        const client = clientEnd({ profile, suites: [suite.id], ...(psk ? { psk: PSK } : {}) });
        const shown = name === undefined ? ['-nocert'] : certificates.files(name);
        const args = [...shown, ...cipher, ...key];
        const outcome = await talkToOpensslServer(args, client.tls, ascii('over the wire\n'));
        assert.equal(client.error, undefined, outcome.printed);
        assert.equal(client.tls.session!.suite, suite.name);
        assert.equal(Buffer.from(outcome.received).toString(), 'eriw eht revo\n');
      });
    }

    for (const order of hasBlockCipher(suite) ? [[], ['-no_etm']] : [[]]) {
      it(`s_client, ${suite.name} alone ${order.join('')}`, async () => {
        const server = serverEnd({
          profile: 'mbedtls',
          suites: [suite.id],
          credentials: name === undefined ? [] : [certificates.credentials(name)],
          clientAuth: 'none',
          ...(psk ? { preSharedKey: serverPsk } : {}),
        });
        const outcome = await serveOpensslClient(
          [...cipher, ...key, ...order],
          server.tls,
          'over the wire\n',
        );
        assert.equal(server.error, undefined, outcome.printed);
        assert.equal(server.tls.session!.suite, suite.name);
        assert.match(outcome.printed, /over the wire/);
      });
    }
  }

  for (const group of ['P-256', 'P-384', 'P-521', 'X25519']) {
    it(`s_server and s_client with group ${group} alone`, async () => {
      const client = clientEnd({ profile: 'modern' });
      const server = serverEnd({
        profile: 'modern',
        credentials: [certificates.credentials('rsa2048')],
        clientAuth: 'none',
      });
      await talkToOpensslServer(
        [...certificates.files('rsa2048'), '-groups', group],
        client.tls,
        ascii('line\n'),
      );
      await serveOpensslClient(['-groups', group], server.tls, 'line\n');
      const names = { 'P-256': 'secp256r1', 'P-384': 'secp384r1', 'P-521': 'secp521r1', X25519: 'x25519' };
      assert.equal(client.tls.session!.group, names[group as keyof typeof names]);
      assert.equal(server.tls.session!.group, names[group as keyof typeof names]);
    });
  }
});
