/** Every suite and group that both OpenSSL and the engine have, each alone, in both roles. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CERTIFICATE_SUITES, isImplemented } from '../../emulator/tls/suites.ts';
import { NO_OPENSSL, OpensslCertificates, serveOpensslClient, talkToOpensslServer } from '../tls/openssl.ts';
import { ascii, clientEnd, serverEnd } from '../tls/support.ts';
import { opensslName } from './openssl-suites.ts';

const PROFILES = ['mbedtls', 'modern'] as const;

describe('OpenSSL', { skip: NO_OPENSSL }, () => {
  let certificates: OpensslCertificates;

  before(() => {
    certificates = new OpensslCertificates();
    certificates.issue('ec256', 'P-256', 'serverAuth');
    certificates.issue('rsa2048', 'rsa:2048', 'serverAuth');
  });

  after(() => certificates.remove());

  for (const suite of CERTIFICATE_SUITES.filter(isImplemented)) {
    const name = suite.keyExchange.endsWith('ECDSA') ? 'ec256' : 'rsa2048';
    const cipher = ['-cipher', `${opensslName(suite)}:@SECLEVEL=0`];

    // Of the two, only the device offers encrypt_then_mac: CBC suites are met with both orders.
    for (const profile of PROFILES) {
      it(`s_server, ${suite.name} alone, ${profile}`, async () => {
        const client = clientEnd({ profile, suites: [suite.id] });
        const args = [...certificates.files(name), ...cipher];
        const outcome = await talkToOpensslServer(args, client.tls, ascii('over the wire\n'));
        assert.equal(client.error, undefined, outcome.printed);
        assert.equal(client.tls.session!.suite, suite.name);
        assert.equal(Buffer.from(outcome.received).toString(), 'eriw eht revo\n');
      });
    }

    for (const order of suite.macHash === undefined ? [[]] : [[], ['-no_etm']]) {
      it(`s_client, ${suite.name} alone ${order.join('')}`, async () => {
        const server = serverEnd({
          profile: 'mbedtls',
          credentials: [certificates.credentials(name)],
          clientAuth: 'none',
        });
        const outcome = await serveOpensslClient([...cipher, ...order], server.tls, 'over the wire\n');
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
