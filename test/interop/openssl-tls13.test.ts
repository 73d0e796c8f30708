/** TLS 1.3 with OpenSSL in both roles: suites, groups, keys, client certificates, tickets, retries, new keys. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ServerSessions } from '../../emulator/tls/server-sessions.ts';
import type { ClientSession } from '../../emulator/tls/session.ts';
import { TLS13_SUITES } from '../../emulator/tls/tls13/suites.ts';
import { TLS12, TLS13 } from '../../emulator/tls/versions.ts';
import {
  NO_OPENSSL,
  OpensslCertificates,
  serveOpensslClient,
  talkToOpensslServer,
  withOpensslServer,
} from '../tls/openssl.ts';
import { ascii, clientEnd, serverEnd } from '../tls/support.ts';

const MODERN = { profile: 'modern', versions: [TLS13] } as const;
const TLS = '-tls1_3';
const KEYS = { ec256: 'P-256', ec384: 'P-384', ec521: 'P-521', rsa2048: 'rsa:2048', ed25519: 'ed25519' };
const GROUPS = { 'P-256': 'secp256r1', 'P-384': 'secp384r1', 'P-521': 'secp521r1', X25519: 'x25519' };

describe('OpenSSL in TLS 1.3', { skip: NO_OPENSSL }, () => {
  let certificates: OpensslCertificates;

  before(() => {
    certificates = new OpensslCertificates();
    for (const [name, key] of Object.entries(KEYS)) {
      certificates.issue(name, key, 'serverAuth');
      certificates.issue(`client-${name}`, key, 'clientAuth');
    }
  });

  after(() => certificates.remove());

  const served = (name: string, more: Partial<Parameters<typeof serverEnd>[0]> = {}) =>
    serverEnd({ ...MODERN, credentials: [certificates.credentials(name)], clientAuth: 'none', ...more });

  for (const suite of TLS13_SUITES) {
    for (const [group, ours] of Object.entries(GROUPS)) {
      for (const name of ['ec256', 'rsa2048', 'ed25519']) {
        const args = [TLS, '-ciphersuites', suite.name, '-groups', group];

        it(`s_server, ${suite.name}, ${group}, ${name}`, async () => {
          const client = clientEnd({ ...MODERN, suites: [suite.id] });
          const files = certificates.files(name);
          const outcome = await talkToOpensslServer(
            [...args, ...files],
            client.tls,
            ascii('over the wire\n'),
          );
          assert.equal(client.error, undefined, outcome.printed);
          assert.equal(client.tls.session!.suite, suite.name);
          assert.equal(client.tls.session!.group, ours);
          assert.equal(Buffer.from(outcome.received).toString(), 'eriw eht revo\n');
        });

        it(`s_client, ${suite.name}, ${group}, ${name}`, async () => {
          const server = served(name, { suites: [suite.id] });
          const outcome = await serveOpensslClient(args, server.tls, 'over the wire\n');
          assert.equal(server.error, undefined, outcome.printed);
          assert.equal(server.tls.session!.suite, suite.name);
          assert.equal(server.tls.session!.group, ours);
          assert.match(outcome.printed, /over the wire/);
        });
      }
    }
  }

  for (const name of Object.keys(KEYS)) {
    it(`client certificates with a key of kind ${name}, in both roles`, async () => {
      const credentials = certificates.credentials(`client-${name}`);
      const client = clientEnd({ ...MODERN, credentials });
      const verify = ['-Verify', '1', '-verify_return_error', '-CAfile', certificates.path('ca.pem')];
      const args = [TLS, ...certificates.files(name), ...verify];
      const outcome = await talkToOpensslServer(args, client.tls, ascii('line\n'));
      assert.equal(client.error, undefined, outcome.printed);
      assert.equal(Buffer.from(outcome.received).toString(), 'enil\n');

      const server = served(name, { clientAuth: 'require' });
      await serveOpensslClient([TLS, ...certificates.files(`client-${name}`)], server.tls, 'line\n');
      assert.deepEqual(server.tls.session!.peerCertificates[0], credentials.chain[0]);
    });
  }

  it('a client without a certificate is told so, in both roles', async () => {
    const client = clientEnd(MODERN);
    const verify = ['-Verify', '1', '-CAfile', certificates.path('ca.pem')];
    await talkToOpensslServer([TLS, ...certificates.files('ec256'), ...verify], client.tls, ascii('line\n'));
    assert.equal(client.error?.peerAlert, 'certificate_required');

    const server = served('ec256', { clientAuth: 'require' });
    const outcome = await serveOpensslClient([TLS], server.tls, 'line\n');
    assert.equal(server.error?.alert, 'certificate_required');
    assert.match(outcome.printed, /certificate required/);
  });

  for (const suite of ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384']) {
    it(`s_server takes up our session, ${suite}`, async () => {
      const sessions: ClientSession[] = [];
      const onSession = (session: ClientSession): number => sessions.push(session);
      const args = [TLS, ...certificates.files('ec256'), '-ciphersuites', suite];
      await withOpensslServer(args, async (talk) => {
        await talk(clientEnd({ ...MODERN, onSession }).tls, ascii('line\n'));
        assert.ok(sessions.length > 0);
        const client = clientEnd({ ...MODERN, session: sessions[0]! }, { seed: 2 });
        const outcome = await talk(client.tls, ascii('once more\n'));
        assert.equal(client.error, undefined, outcome.printed);
        assert.equal(client.tls.session!.resumed, true);
        assert.equal(Buffer.from(outcome.received).toString(), 'erom ecno\n');
      });
    });

    it(`s_client takes up its session with us, ${suite}`, async () => {
      const sessions = new ServerSessions({ ticketKey: new Uint8Array(32).fill(1) });
      const file = join(certificates.folder, `session-${suite}`);
      const args = [TLS, '-ciphersuites', suite];
      await serveOpensslClient([...args, '-sess_out', file], served('rsa2048', { sessions }).tls, 'line\n');
      const server = served('rsa2048', { sessions });
      const outcome = await serveOpensslClient([...args, '-sess_in', file], server.tls, 'once more\n');
      assert.equal(server.error, undefined, outcome.printed);
      assert.equal(server.tls.session!.resumed, true);
      assert.match(outcome.printed, /once more/);
    });
  }

  it('takes up a session after a HelloRetryRequest, in both roles', async () => {
    const got: ClientSession[] = [];
    await withOpensslServer([TLS, ...certificates.files('ec256'), '-groups', 'P-384'], async (talk) => {
      const onSession = (session: ClientSession): number => got.push(session);
      await talk(clientEnd({ ...MODERN, onSession }).tls, ascii('line\n'));
      const client = clientEnd({ ...MODERN, session: got[0]! }, { seed: 2 });
      const outcome = await talk(client.tls, ascii('line\n'));
      assert.equal(client.error, undefined, outcome.printed);
      assert.equal(client.messages('received')[0], 'HelloRetryRequest');
      assert.equal(client.tls.session!.resumed, true);
    });

    const sessions = new ServerSessions({ ticketKey: new Uint8Array(32).fill(1) });
    const file = join(certificates.folder, 'session-retry');
    const args = [TLS, '-groups', 'X25519:P-521'];
    await serveOpensslClient([...args, '-sess_out', file], served('ec256', { sessions }).tls, 'line\n');
    const server = served('ec256', { sessions, groups: [25] });
    const outcome = await serveOpensslClient([...args, '-sess_in', file], server.tls, 'line\n');
    assert.equal(server.error, undefined, outcome.printed);
    assert.equal(server.messages('sent')[0], 'HelloRetryRequest');
    assert.equal(server.tls.session!.resumed, true);
  });

  it('s_client updates its keys, and asks for ours', async () => {
    const server = served('ec256');
    const updates = (): number => server.messages('received').filter((name) => name === 'KeyUpdate').length;
    const outcome = await serveOpensslClient([TLS], server.tls, 'over the wire\n', [
      { type: 'k\n', until: () => updates() === 1 },
      { type: 'K\n', until: () => updates() === 2 },
    ]);
    assert.equal(server.error, undefined, outcome.printed);
    assert.deepEqual(server.messages('sent').slice(-1), ['KeyUpdate']);
    assert.match(outcome.printed, /over the wire/);
  });

  it('agrees on TLS 1.2 with one who speaks no other, though we speak both', async () => {
    const versions = [TLS13, TLS12];
    const server = served('ec256', { versions });
    const outcome = await serveOpensslClient([], server.tls, 'over the wire\n');
    assert.equal(server.error, undefined, outcome.printed);
    assert.equal(server.tls.session!.version, 'TLSv1.2');

    const client = clientEnd({ profile: 'modern', versions });
    await talkToOpensslServer(certificates.files('ec256'), client.tls, ascii('line\n'));
    assert.equal(client.tls.session!.version, 'TLSv1.2');
  });
});
