import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, get, type RequestOptions } from 'node:https';
import { createConnection } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { NO_OPENSSL, OpensslCertificates } from '../tls/openssl.ts';
import { hear, TlsServerProcess } from './tls-server-process.ts';

const run = promisify(execFile);
const REQUEST = 'GET / HTTP/1.0\r\n\r\n';

let certificates: OpensslCertificates;

/** Node's own client; one connection a request. */
function fetchPage(port: number, options: RequestOptions = {}): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const ca = readFileSync(certificates.path('ca.pem'));
    const agent = new Agent({ keepAlive: false });
    get({ host: '127.0.0.1', port, servername: 'api.example.com', ca, agent, ...options }, (response) => {
      let body = '';
      response.on('data', (data) => {
        body += data;
      });
      response.on('end', () => resolve({ status: response.statusCode!, body }));
    }).on('error', reject);
  });
}

function clientPair(name: string): { cert: Buffer; key: Buffer } {
  return {
    cert: readFileSync(certificates.path(`${name}.pem`)),
    key: readFileSync(certificates.path(`${name}.key`)),
  };
}

describe('tls-sandbox tls-server', { skip: NO_OPENSSL }, () => {
  before(() => {
    certificates = new OpensslCertificates();
    certificates.issue('server', 'P-256', 'serverAuth');
    certificates.issue('rsa', 'rsa:2048', 'serverAuth');
    certificates.issue('client', 'P-256', 'clientAuth');
  });
  after(async () => {
    await TlsServerProcess.killAll();
    certificates.remove();
  });

  const pair = (name: string) => [
    ...['--cert', certificates.path(`${name}.pem`)],
    ...['--key', certificates.path(`${name}.key`)],
  ];

  describe('that serves everybody', () => {
    let server: TlsServerProcess;
    let port: number;
    let keylog: string;
    before(async () => {
      keylog = certificates.path('keys.log');
      ({ server, port } = await TlsServerProcess.start(...pair('server'), '--keylog', keylog));
    });
    after(async () => assert.equal(await server.interrupt(), 0));

    it('answers GET / with what was negotiated, and logs one line', async () => {
      const { status, body } = await fetchPage(port, { maxVersion: 'TLSv1.2' });
      assert.equal(status, 200);
      assert.match(body, /version +TLSv1\.2\n/);
      assert.match(body, /cipher suite +TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384\n/);
      assert.match(body, /group +x25519\n/);
      assert.match(body, /server name +api\.example\.com\n/);
      const { connection } = await server.nextLine();
      assert.match(connection.peer, /^127\.0\.0\.1:\d+$/);
      assert.equal(connection.negotiated.suite, 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384');
      assert.equal(connection.serverName, 'api.example.com');
      assert.deepEqual(connection.requests, ['GET / 200']);
      assert.equal(connection.failure, undefined);
      assert.ok(connection.sent > body.length && connection.received > 0 && connection.milliseconds >= 0);
    });

    it('speaks TLS 1.3 too', async () => {
      const { body } = await fetchPage(port, { minVersion: 'TLSv1.3' });
      assert.match(body, /version +TLSv1\.3\n/);
      const { connection } = await server.nextLine();
      assert.match(connection.negotiated.suite, /^TLS_AES_|^TLS_CHACHA20_/);
    });

    it('writes the secrets where Wireshark reads them', () => {
      assert.match(readFileSync(keylog, 'utf8'), /^CLIENT_RANDOM [0-9a-f]{64} [0-9a-f]{96}\n/);
    });

    it('answers another path with 404 and another method with 405', async () => {
      assert.equal((await fetchPage(port, { path: '/elsewhere' })).status, 404);
      assert.equal((await fetchPage(port, { method: 'DELETE' })).status, 405);
      assert.deepEqual((await server.nextLine()).connection.requests, ['GET /elsewhere 404']);
      assert.deepEqual((await server.nextLine()).connection.requests, ['DELETE / 405']);
    });

    it('sends close_notify, then closes, after an answer that says Connection: close', async () => {
      const ca = readFileSync(certificates.path('ca.pem'));
      const client = connect({ host: '127.0.0.1', port, servername: 'api.example.com', ca });
      let answer = '';
      client.on('data', (data) => {
        answer += data;
      });
      client.write(REQUEST);
      // Node ends in order only when it saw close_notify.
      await once(client, 'end');
      client.destroy();
      assert.match(answer, /^HTTP\/1\.1 200 OK\r\n.*Connection: close/s);
      await server.nextLine();
    });

    it('keeps an HTTP/1.1 connection for the next request', async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      await fetchPage(port, { agent });
      await fetchPage(port, { agent });
      agent.destroy();
      assert.deepEqual((await server.nextLine()).connection.requests, ['GET / 200', 'GET / 200']);
    });

    it('answers what is no TLS with an alert and a close; the log says why', async () => {
      const heard = await hear(port, Buffer.from('GET / HTTP/1.1\r\n\r\n'));
      assert.equal(heard.toString('hex'), '1503030002020a');
      const { connection } = await server.nextLine();
      assert.deepEqual(connection.failure.reason, 'not-tls');
      assert.equal(connection.failure.state, 'WAIT_CLIENT_HELLO');
      assert.equal(connection.alertSent, 'unexpected_message');
    });

    it('lets no reset overtake the alert, however much the client still sends', async () => {
      for (let round = 0; round < 20; round++) {
        const heard = await hear(port, Buffer.from('no TLS'), Buffer.alloc(1_000_000));
        assert.equal(heard.toString('hex'), '1503030002020a');
        await server.nextLine();
      }
    });

    it('survives a client that resets the connection', async () => {
      const socket = createConnection({ port, host: '127.0.0.1' });
      await once(socket, 'connect');
      socket.write(Buffer.of(22, 3, 3));
      socket.resetAndDestroy();
      const { connection } = await server.nextLine();
      assert.match(connection.failure.reason, /connection-lost|transport-closed/);
    });

    it('survives 500 clients one after the other, as quickly as they come', async () => {
      for (let i = 0; i < 500; i++) await hear(port, Buffer.of(0));
      for (let i = 0; i < 500; i++)
        assert.equal((await server.nextLine()).connection.alertSent, 'unexpected_message');
      assert.equal((await fetchPage(port)).status, 200);
      await server.nextLine();
    });

    it('serves 100 clients at once', async () => {
      const pages = await Promise.all(Array.from({ length: 100 }, () => fetchPage(port)));
      assert.ok(pages.every(({ status }) => status === 200));
      for (let i = 0; i < 100; i++) await server.nextLine();
    });
  });

  it('ends a handshake and a silence that last longer than --timeout', async () => {
    const { server, port } = await TlsServerProcess.start(...pair('server'), '--timeout', '200ms');
    assert.equal((await hear(port)).length, 0);
    assert.match((await server.nextLine()).connection.failure.detail, /handshake lasted 0\.2 s/);
    const ca = readFileSync(certificates.path('ca.pem'));
    const client = connect({ host: '127.0.0.1', port, servername: 'api.example.com', ca });
    await once(client.resume(), 'end');
    assert.match((await server.nextLine()).connection.failure.detail, /silence lasted 0\.2 s/);
    client.destroy();
    assert.equal(await server.interrupt(), 0);
  });

  it('ends on Ctrl-C with status 0, saying goodbye to those it serves', async () => {
    const { server, port } = await TlsServerProcess.start(...pair('server'));
    const ca = readFileSync(certificates.path('ca.pem'));
    const client = connect({ host: '127.0.0.1', port, servername: 'api.example.com', ca });
    await once(client, 'secureConnect');
    const status = server.interrupt();
    await once(client.resume(), 'end');
    client.destroy();
    assert.equal(await status, 0);
    await server.nextLine();
    assert.deepEqual((await server.nextLine()).ended, { served: 1, failed: 0 });
  });

  it('chooses among several certificates by what the client can use', async () => {
    const files = (kind: string) => [certificates.path(`server.${kind}`), certificates.path(`rsa.${kind}`)];
    const args = ['--cert', ...files('pem'), '--key', ...files('key')];
    const { server, port } = await TlsServerProcess.start(...args);
    const suite = async (ciphers: string) => {
      await fetchPage(port, { ciphers, maxVersion: 'TLSv1.2' });
      return (await server.nextLine()).connection.negotiated.suite;
    };
    assert.equal(await suite('ECDHE-RSA-AES128-GCM-SHA256'), 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256');
    assert.equal(await suite('ECDHE-ECDSA-AES128-SHA'), 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA');
    assert.equal(await suite('AES128-SHA'), 'TLS_RSA_WITH_AES_128_CBC_SHA');
    await server.interrupt();
  });

  it('takes an Ed25519 key as OpenSSL writes it', async () => {
    certificates.issue('ed', 'ed25519', 'serverAuth');
    const { server, port } = await TlsServerProcess.start(...pair('ed'));
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const { status } = await fetchPage(port, { minVersion: version, maxVersion: version });
      assert.equal(status, 200);
    }
    await server.interrupt();
  });

  it('closes unheard what is over --max-connections', async () => {
    const { server, port } = await TlsServerProcess.start(...pair('server'), '--max-connections', '1');
    const ca = readFileSync(certificates.path('ca.pem'));
    const first = connect({ host: '127.0.0.1', port, servername: 'api.example.com', ca });
    await once(first, 'secureConnect');
    await assert.rejects(fetchPage(port), /disconnected|hang up|ECONNRESET/);
    first.destroy();
    await server.nextLine();
    assert.equal((await fetchPage(port)).status, 200);
    await server.interrupt();
  });

  it('sends the chain of --chain along', async () => {
    const chain = ['--chain', certificates.path('ca.pem')];
    const { server, port } = await TlsServerProcess.start(...pair('server'), ...chain);
    const args = ['s_client', '-connect', `127.0.0.1:${port}`, '-showcerts'];
    const client = run('openssl', args);
    client.child.stdin!.write(REQUEST);
    assert.equal((await client).stdout.match(/BEGIN CERTIFICATE/g)?.length, 2);
    await server.interrupt();
  });

  it('prefers the suites of --ciphers, and speaks as an ESP32 does with --profile mbedtls', async () => {
    const ciphers = ['--ciphers', 'TLS_ECDHE_ECDSA_WITH_AES_128_CCM,TLS-ECDHE-ECDSA-WITH-AES-128-GCM-SHA256'];
    const { server, port } = await TlsServerProcess.start(
      ...pair('server'),
      ...ciphers,
      ...['--profile', 'mbedtls'],
    );
    const { body } = await fetchPage(port, {
      maxVersion: 'TLSv1.2',
      ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256',
    });
    assert.match(body, /TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256/);
    await server.interrupt();
  });

  describe('that asks for a client certificate', () => {
    const start = (...more: string[]) =>
      TlsServerProcess.start(...pair('server'), '--client-ca', certificates.path('ca.pem'), ...more);

    it('requires it, says whose it is, and refuses a client without', async () => {
      const { server, port } = await start();
      const { body } = await fetchPage(port, { ...clientPair('client') });
      assert.match(body, /client certificate +CN=client\n/);
      assert.equal((await server.nextLine()).connection.negotiated.clientCertificate, 'CN=client');
      await assert.rejects(fetchPage(port, { maxVersion: 'TLSv1.2' }), /handshake failure/);
      const { connection } = await server.nextLine();
      assert.equal(connection.failure.reason, 'certificate-missing');
      assert.equal(connection.alertSent, 'handshake_failure');
      await server.interrupt();
    });

    it('with --client-auth request serves both, but not one that it does not trust', async () => {
      const { server, port } = await start('--client-auth', 'request');
      assert.match((await fetchPage(port)).body, /client certificate +none\n/);
      assert.match((await fetchPage(port, clientPair('client'))).body, /client certificate +CN=client\n/);
      const stranger = new OpensslCertificates();
      stranger.issue('stranger', 'P-256', 'clientAuth');
      const cert = readFileSync(stranger.path('stranger.pem'));
      const key = readFileSync(stranger.path('stranger.key'));
      stranger.remove();
      await assert.rejects(fetchPage(port, { cert, key }), /unknown ca/);
      await server.interrupt();
    });

    it('trusts a self-signed certificate that is named itself', async () => {
      const { server, port } = await TlsServerProcess.start(
        ...pair('server'),
        ...['--client-ca', certificates.path('ca.pem')],
      );
      const { body } = await fetchPage(port, clientPair('ca'));
      assert.match(body, /client certificate +CN=Test Root\n/);
      await server.interrupt();
    });
  });

  it('names the misuse in one line and exits with 2', async () => {
    const { server, port } = await TlsServerProcess.start(...pair('server'));
    const key = certificates.path('server.key');
    const cert = certificates.path('server.pem');
    const garbage = certificates.path('garbage.pem');
    writeFileSync(garbage, 'garbage');
    const listen = ['--listen', '0'];
    const cases: [string[], RegExp][] = [
      [['--listen', String(port), ...pair('server')], new RegExp(`port ${port} is taken`)],
      [[...listen, '--cert', cert, '--key', certificates.path('rsa.key')], /rsa\.key is not the key of/],
      [[...listen, '--cert', cert, '--key', 'nowhere.key'], /nowhere\.key: .*no such file/],
      [[...listen, '--cert', cert, '--key', garbage], /garbage\.pem: /],
      [[...listen, '--cert', garbage, '--key', key], /garbage\.pem: neither PEM nor DER/],
      [[...listen, '--cert', cert, cert, '--key', key], /2 --cert but 1 --key/],
      [[...listen, ...pair('server'), '--client-auth', 'request'], /--client-auth needs --client-ca/],
      [[...listen, ...pair('server'), '--profile', 'mbedtls', '--tls', '1.3'], /TLS 1\.2 alone/],
      [[...listen, ...pair('server'), '--ciphers', 'AES128'], /there is no suite AES128/],
      [['--listen', '70000', ...pair('server')], /0 to 65535/],
      [[...listen, ...pair('server'), '--timeout', 'soon'], /duration/],
      [[...listen, '--cert', cert], /--key/],
    ];
    for (const [args, message] of cases) {
      const misused = new TlsServerProcess(args);
      assert.equal(await misused.end(), 2, args.join(' '));
      assert.match(misused.stderr, message);
      assert.deepEqual(misused.lines, []);
    }
    await server.interrupt();
  });
});
