import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { TLS13 } from '../../../emulator/tls/versions.ts';
import { NO_OPENSSL, OpensslCertificates, serveOpensslClient, talkToOpensslServer } from '../openssl.ts';
import { ascii, clientEnd, serverEnd } from '../support.ts';

const MODERN = { profile: 'modern', versions: [TLS13] } as const;

describe('OpenSSL in TLS 1.3', { skip: NO_OPENSSL }, () => {
  let certificates: OpensslCertificates;

  before(() => {
    certificates = new OpensslCertificates();
    certificates.issue('ec', 'P-256', 'serverAuth');
    certificates.issue('rsa', 'rsa:2048', 'serverAuth');
    certificates.issue('client', 'P-256', 'clientAuth');
  });

  after(() => certificates.remove());

  for (const name of ['ec', 'rsa']) {
    for (const clientName of [undefined, 'client']) {
      const how = `${name}, ${clientName ?? 'no'} client certificate`;

      it(`s_server with our client: ${how}`, async () => {
        const clientAuth =
          clientName === undefined
            ? []
            : ['-Verify', '1', '-verify_return_error', '-CAfile', certificates.path('ca.pem')];
        const client = clientEnd({
          ...MODERN,
          serverName: 'api.example.com',
          ...(clientName === undefined ? {} : { credentials: certificates.credentials(clientName) }),
        });
        const args = ['-tls1_3', ...certificates.files(name), ...clientAuth];
        const outcome = await talkToOpensslServer(args, client.tls, ascii('over the wire\n'));
        assert.equal(client.error, undefined, outcome.printed);
        assert.equal(client.tls.session?.version, 'TLSv1.3');
        assert.equal(Buffer.from(outcome.received).toString(), 'eriw eht revo\n');
      });

      it(`s_client with our server: ${how}`, async () => {
        const server = serverEnd({
          ...MODERN,
          credentials: [certificates.credentials(name)],
          clientAuth: clientName === undefined ? 'none' : 'require',
        });
        const verify = ['-tls1_3', '-verify_return_error', '-CAfile', certificates.path('ca.pem')];
        const shown = clientName === undefined ? [] : certificates.files(clientName);
        const outcome = await serveOpensslClient([...verify, ...shown], server.tls, 'over the wire\n');
        assert.equal(server.error, undefined, outcome.printed);
        assert.match(outcome.printed, /over the wire/);
        const leaf = clientName && certificates.credentials(clientName).chain[0];
        assert.deepEqual(server.tls.session!.peerCertificates[0], leaf);
      });
    }
  }

  it('a group without a key share is asked for with a HelloRetryRequest, by either side', async () => {
    const client = clientEnd(MODERN);
    const server = serverEnd({
      ...MODERN,
      groups: [24],
      credentials: [certificates.credentials('ec')],
      clientAuth: 'none',
    });
    const args = ['-tls1_3', ...certificates.files('ec'), '-groups', 'P-384'];
    const outcome = await talkToOpensslServer(args, client.tls, ascii('line\n'));
    await serveOpensslClient(['-tls1_3', '-groups', 'X25519:P-384'], server.tls, 'line\n');
    assert.equal(client.error, undefined, outcome.printed);
    assert.equal(server.error, undefined);
    assert.equal(client.tls.session!.group, 'secp384r1');
    assert.equal(server.tls.session!.group, 'secp384r1');
    assert.equal(client.messages('received')[0], 'HelloRetryRequest');
    assert.equal(server.messages('sent')[0], 'HelloRetryRequest');
  });
});
