/** Static ECDH, which OpenSSL and GnuTLS no longer have, with Java's JSSE as the other end in both roles. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { SUITES } from '../../emulator/tls/suites.ts';
import { projectRoot } from '../support/project.ts';
import { converse, NO_OPENSSL, OpensslCertificates, Program } from '../tls/openssl.ts';
import { ascii, clientEnd, serverEnd } from '../tls/support.ts';
import { cell } from './matrix.ts';

const NO_JAVA = spawnSync('javac', ['-version']).status === 0 ? false : 'there is no Java compiler';

const SECTION = 'Static ECDH';

const NO_RSA_AUTHORITY = 'JSSE keeps ECDH_RSA to certificates that an RSA key signed';

/** JSSE has no ARIA. */
const STATIC_ECDH = SUITES.filter(({ name }) => /_ECDH_(ECDSA|RSA)_WITH_AES/.test(name));

const enough = (bytes: Uint8Array): boolean => bytes.length >= 'over the wire\n'.length;

describe('JSSE', { skip: NO_OPENSSL }, () => {
  let certificates: OpensslCertificates;

  before(() => {
    certificates = new OpensslCertificates();
    certificates.issue('ec256', 'P-256', 'serverAuth');
    const [store, ...files] = [certificates.path('ec256.p12'), '-inkey', certificates.path('ec256.key')];
    const input = ['-in', certificates.path('ec256.pem'), ...files, '-passout', 'pass:password'];
    execFileSync('openssl', ['pkcs12', '-export', '-out', store!, ...input]);
    if (NO_JAVA !== false) return;
    execFileSync('javac', ['-d', certificates.folder, join(projectRoot, 'test/interop/JsseEcho.java')]);
  });

  after(() => certificates.remove());

  const java = (...args: string[]): Program =>
    new Program('java', ['-cp', certificates.folder, 'JsseEcho', ...args]);

  for (const suite of STATIC_ECDH) {
    const lacking = NO_JAVA || (suite.keyExchange === 'ECDH_RSA' && NO_RSA_AUTHORITY);
    cell({ section: SECTION, row: suite.name, column: 'JSSE server' }, lacking, async () => {
      const server = java('server', certificates.path('ec256.p12'), suite.name);
      try {
        const port = Number(await server.waitFor(/ACCEPT 127\.0\.0\.1:(\d+)/));
        const client = clientEnd({ profile: 'mbedtls', suites: [suite.id] });
        const socket = createConnection({ host: '127.0.0.1', port });
        const received = await converse(socket, client.tls, enough, ascii('over the wire\n'));
        assert.equal(client.error, undefined, server.printed);
        assert.equal(client.tls.session!.suite, suite.name);
        assert.equal(Buffer.from(received).toString(), 'eriw eht revo\n');
      } finally {
        await server.stop();
      }
    });
  }

  for (const suite of STATIC_ECDH) {
    cell({ section: SECTION, row: suite.name, column: 'JSSE client' }, NO_JAVA, async () => {
      const listener = createServer();
      await new Promise<void>((ready) => listener.listen(0, '127.0.0.1', ready));
      const accepted = new Promise<Socket>((resolve) => listener.once('connection', resolve));
      const client = java('client', String((listener.address() as { port: number }).port), suite.name);
      try {
        const credentials = [certificates.credentials('ec256')];
        const server = serverEnd({ profile: 'mbedtls', credentials, clientAuth: 'none' });
        await converse(await accepted, server.tls, enough, 'echo');
        assert.equal(server.error, undefined);
        assert.equal(server.tls.session!.suite, suite.name);
        await client.waitFor(/(over the wire)/);
      } finally {
        await client.stop();
        listener.close();
      }
    });
  }
});
