/** TLS 1.3 with GnuTLS, which shares no code with OpenSSL: both roles, tickets, retries, new keys. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createConnection, createServer, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { TlsConnection } from '../../emulator/tls/engine.ts';
import type { ClientSession } from '../../emulator/tls/session.ts';
import { TLS13 } from '../../emulator/tls/versions.ts';
import { converse, NO_OPENSSL, OpensslCertificates, Program } from '../tls/openssl.ts';
import { ascii, clientEnd, serverEnd } from '../tls/support.ts';

const NO_GNUTLS =
  spawnSync('gnutls-serv', ['--version']).status === 0 ? NO_OPENSSL : 'GnuTLS is not installed';
const MODERN = { profile: 'modern', versions: [TLS13], serverName: 'api.example.com' } as const;
const TLS13_ALONE = 'NORMAL:-VERS-ALL:+VERS-TLS1.3';
const LINE = 'over the wire\n';

/** A port that is free now. */
async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((ready) => listener.listen(0, '127.0.0.1', ready));
  const { port } = listener.address() as { port: number };
  await new Promise((closed) => listener.close(closed));
  return port;
}

describe('GnuTLS in TLS 1.3', { skip: NO_GNUTLS }, () => {
  let certificates: OpensslCertificates;

  before(() => {
    certificates = new OpensslCertificates();
    certificates.issue('server', 'P-256', 'serverAuth');
    certificates.issue('client', 'rsa:2048', 'clientAuth');
  });

  after(() => certificates.remove());

  /** `gnutls-serv --echo`, and a way to talk to it as often as wanted. */
  async function withServer(
    args: readonly string[],
    action: (talk: (client: TlsConnection) => Promise<string>) => Promise<void>,
  ): Promise<void> {
    const port = await freePort();
    const server = new Program('gnutls-serv', [
      ...['--echo', '--port', String(port)],
      ...(args.includes('--require-client-cert') ? [] : ['--disable-client-cert']),
      ...[
        '--x509certfile',
        certificates.path('server.pem'),
        '--x509keyfile',
        certificates.path('server.key'),
      ],
      ...args,
    ]);
    try {
      await server.waitFor(/IPv4.*(done)/);
      await action(async (client) => {
        const socket = createConnection({ host: '127.0.0.1', port });
        const received = await converse(socket, client, (bytes) => bytes.length >= LINE.length, ascii(LINE));
        return Buffer.from(received).toString();
      });
    } finally {
      await server.stop();
    }
  }

  async function serve(args: readonly string[], server: TlsConnection): Promise<string> {
    const listener = createServer();
    await new Promise<void>((ready) => listener.listen(0, '127.0.0.1', ready));
    const { port } = listener.address() as { port: number };
    const accepted = new Promise<Socket>((resolve) => listener.once('connection', resolve));
    const client = new Program('gnutls-cli', ['--port', String(port), '--insecure', ...args, '127.0.0.1']);
    try {
      client.type(LINE);
      const received = await converse(await accepted, server, (bytes) => bytes.length >= LINE.length, 'echo');
      return Buffer.from(received).toString();
    } finally {
      await client.stop();
      listener.close();
    }
  }

  for (const [group, id] of Object.entries({ SECP256R1: 23, SECP384R1: 24, X25519: 29 })) {
    for (const [cipher, suite] of Object.entries({
      'AES-128-GCM': 0x1301,
      'AES-256-GCM': 0x1302,
      'CHACHA20-POLY1305': 0x1303,
      'AES-128-CCM': 0x1304,
    })) {
      const priority = `${TLS13_ALONE}:-CIPHER-ALL:+${cipher}:-GROUP-ALL:+GROUP-${group}`;

      it(`gnutls-serv, ${cipher}, ${group}`, async () => {
        await withServer(['--priority', priority], async (talk) => {
          const client = clientEnd({ ...MODERN, suites: [suite] });
          assert.equal(await talk(client.tls), LINE);
          assert.equal(client.error, undefined);
          const retried = client.messages('received').includes('HelloRetryRequest');
          assert.equal(retried, group !== 'X25519');
        });
      });

      it(`gnutls-cli, ${cipher}, ${group}`, async () => {
        const server = serverEnd({
          profile: 'modern',
          versions: [TLS13],
          suites: [suite],
          groups: [id],
          credentials: [certificates.credentials('server')],
          clientAuth: 'none',
        });
        assert.equal(await serve(['--priority', priority], server.tls), LINE);
        assert.equal(server.error, undefined);
      });
    }
  }

  it('gnutls-serv takes up our session', async () => {
    const sessions: ClientSession[] = [];
    await withServer(['--priority', TLS13_ALONE], async (talk) => {
      await talk(clientEnd({ ...MODERN, onSession: (session) => sessions.push(session) }).tls);
      const client = clientEnd({ ...MODERN, session: sessions[0]! }, { seed: 2 });
      assert.equal(await talk(client.tls), LINE);
      assert.equal(client.tls.session!.resumed, true);
    });
  });

  it('gnutls-cli shows a certificate, and gnutls-serv takes ours', async () => {
    const files = [
      '--x509certfile',
      certificates.path('client.pem'),
      '--x509keyfile',
      certificates.path('client.key'),
    ];
    const credentials = certificates.credentials('client');
    const server = serverEnd({
      profile: 'modern',
      versions: [TLS13],
      credentials: [certificates.credentials('server')],
      clientAuth: 'require',
    });
    assert.equal(await serve(['--priority', TLS13_ALONE, ...files], server.tls), LINE);
    assert.deepEqual(server.tls.session!.peerCertificates[0], credentials.chain[0]);

    const verify = ['--require-client-cert', '--x509cafile', certificates.path('ca.pem')];
    await withServer(['--priority', TLS13_ALONE, ...verify], async (talk) => {
      const client = clientEnd({ ...MODERN, credentials });
      assert.equal(await talk(client.tls), LINE);
      assert.ok(client.messages('sent').includes('CertificateVerify'));
    });
  });
});
