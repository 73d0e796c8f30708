/** `probe` against servers that nobody here wrote, on loopback: each version and kind of key, and each reason to fail. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { file, folder, make, openssl } from '../cli/tool.ts';
import { Program } from '../tls/openssl.ts';

const CLI = join(import.meta.dirname, '../../cli.js');
const NAME = 'api.example.com';

const isThere = (command: string, ...args: string[]) =>
  spawnSync(command, args).error === undefined ? false : `${command} is not installed`;
const NO_OPENSSL = isThere('openssl', 'version');

interface Report {
  readonly connects: boolean;
  readonly versions: readonly string[];
  readonly causes: readonly { readonly code: string }[];
  readonly boards: readonly {
    readonly board: string;
    readonly exception?: string;
    readonly handshake?: number;
    readonly heapPeak?: number;
  }[];
  readonly load?: { readonly subject: string; readonly source: string };
}

/** Runs beside the servers of this process, so not by spawnSync. */
async function probe(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [CLI, 'probe', ...args], { cwd: folder });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const [status] = await once(child, 'close');
  return { status, stdout, stderr };
}

async function report(port: number, ...args: string[]): Promise<Report> {
  const where = ['--name', NAME, '--ca', 'ec/ca.pem', '--board', 'esp32', '--no-output', '--json'];
  const { stdout, stderr } = await probe(`127.0.0.1:${port}`, ...where, ...args);
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const running: Program[] = [];
after(() => Promise.all(running.map((program) => program.stop())));

async function serveOpenssl(...args: string[]): Promise<number> {
  const program = new Program('openssl', ['s_server', '-accept', '127.0.0.1:0', '-www', ...args]);
  running.push(program);
  return Number(await program.waitFor(/ACCEPT 127\.0\.0\.1:(\d+)/));
}

/** Its own certificate, and the intermediate after it where there is one. */
const pki = (set: string) => [
  ...(existsSync(join(folder, set, 'intermediate.pem'))
    ? ['-cert_chain', join(folder, set, 'intermediate.pem')]
    : []),
  '-cert',
  join(folder, set, 'server.pem'),
  '-key',
  join(folder, set, 'server.key'),
];

describe('probe and OpenSSL', { skip: NO_OPENSSL }, () => {
  before(() => {
    make('ec', '--host', NAME, '--intermediate', '--client', 'sensor-1');
    make('rsa', '--host', NAME, '--key', 'rsa-2048', '--ca-key', 'rsa-2048');
  });

  for (const [set, versions] of [
    ['ec', ['TLSv1.3', 'TLSv1.2']],
    ['rsa', ['TLSv1.3', 'TLSv1.2']],
  ] as const) {
    it(`connects to a server with ${set} keys, with figures for the board`, async () => {
      const port = await serveOpenssl(...pki(set));
      const {
        connects,
        causes,
        boards,
        load,
        versions: spoken,
      } = await report(port, '--ca', `${set}/ca.pem`);
      assert.equal(connects, true);
      assert.deepEqual(causes, []);
      assert.deepEqual(spoken, versions);
      assert.equal(load!.source, 'file');
      assert.ok(boards[0]!.handshake! > 100e6, 'no ESP32 does it in a tenth of a second');
      assert.ok(boards[0]!.heapPeak! > 16_717, 'the record buffer alone takes more');
    });
  }

  const refusals: Record<string, { args: () => string[]; code: string; exception: RegExp }> = {
    'TLS 1.3 alone': { args: () => [...pki('ec'), '-tls1_3'], code: 'tls13-only', exception: /OSError/ },
    'TLS 1.1 at most': {
      args: () => [...pki('rsa'), '-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'],
      code: 'old-tls',
      exception: /BAD_PROTOCOL_VERSION/,
    },
    'no suite that the board has': {
      args: () => [...pki('ec'), '-tls1_2', '-cipher', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
      code: 'no-shared-suite',
      exception: /HANDSHAKE_FAILURE|FATAL_ALERT/,
    },
    'no curve that the board has': {
      args: () => [...pki('rsa'), '-tls1_2', '-cipher', 'ECDHE', '-groups', 'X25519'],
      code: 'no-shared-suite',
      exception: /OSError/,
    },
    'a client certificate demanded': {
      args: () => [
        ...pki('ec'),
        '-Verify',
        '2',
        '-verify_return_error',
        '-CAfile',
        join(folder, 'ec/ca.pem'),
      ],
      code: 'client-certificate',
      exception: /OSError/,
    },
  };
  for (const [title, { args, code, exception }] of Object.entries(refusals)) {
    it(`says why not: ${title}`, async () => {
      const { connects, causes, boards } = await report(await serveOpenssl(...args()));
      assert.equal(connects, false);
      assert.equal(causes[0]?.code, code);
      assert.match(boards[0]!.exception!, exception);
    });
  }

  it('connects with a certificate of its own where one is demanded', async () => {
    const port = await serveOpenssl(
      ...[...pki('ec'), '-Verify', '2', '-verify_return_error', '-CAfile', join(folder, 'ec/ca.pem')],
    );
    const shown = ['--cert', 'ec/client-sensor-1-chain.pem', '--key', 'ec/client-sensor-1.key'];
    assert.equal((await report(port, ...shown)).connects, true);
  });

  const chains: Record<string, { make: string[]; extra?: string[]; code: string }> = {
    expired: { make: ['--days', '1', '--time', '2026-01-01'], code: 'expired' },
    'not yet valid': { make: ['--time', '2099-01-01'], code: 'not-yet-valid' },
    'for another host': { make: ['--host', 'example.org'], code: 'wrong-name' },
    'of an authority that nobody knows': { make: [], code: 'incomplete-chain' },
  };
  for (const [title, { make: options, code }] of Object.entries(chains)) {
    it(`says what is wrong with a certificate: ${title}`, async () => {
      const set = title.replaceAll(' ', '-');
      const host = options.includes('--host') ? [] : ['--host', NAME];
      make(set, ...host, ...options);
      const port = await serveOpenssl(
        ...['-cert', join(folder, set, 'server.pem'), '-key', join(folder, set, 'server.key')],
      );
      const trusted = code === 'incomplete-chain' ? [] : ['--ca', `${set}/ca.pem`];
      const { connects, causes } = await report(port, ...trusted);
      assert.equal(connects, false);
      assert.ok(
        causes.some((cause) => cause.code === code),
        JSON.stringify(causes),
      );
    });
  }

  /** Made by OpenSSL, for `cert make` makes no bad ones: its arguments for the key, the signature and the purpose. */
  const bad: Record<string, { key: string[]; digest?: string; purpose?: string; code: string }> = {
    'a key too short': { key: ['-newkey', 'rsa:1024'], code: 'weak-key' },
    'a hash too old': { key: ['-newkey', 'rsa:2048'], digest: '-sha1', code: 'weak-signature' },
    'a purpose that is another': {
      key: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
      purpose: 'clientAuth',
      code: 'wrong-usage',
    },
    'a kind of key that the firmware does not know': {
      key: ['-newkey', 'ed25519'],
      code: 'unreadable-certificate',
    },
  };
  it('says that a board has too little memory', async () => {
    const small = file('small.yaml', 'base: esp32\nname: small\nmemory: {idfRegions: [7kB, 46kB]}\n');
    const args = ['--chain', 'ec/chain.pem', '--ca', 'ec/ca.pem', '--board', small, '--no-output', '--json'];
    const { causes, boards } = JSON.parse((await probe(...args)).stdout) as Report;
    assert.equal(causes[0]?.code, 'out-of-memory', JSON.stringify(boards));
  });

  for (const [title, { key, digest = '-sha256', purpose = 'serverAuth', code }] of Object.entries(bad)) {
    it(`says what is wrong with a saved chain: ${title}`, async () => {
      const name = `${code}.pem`;
      openssl(
        ...['req', '-x509', '-nodes', ...key, digest, '-days', '30', '-subj', `/CN=${NAME}`],
        ...['-addext', `subjectAltName=DNS:${NAME}`, '-addext', `extendedKeyUsage=${purpose}`],
        ...['-CA', 'rsa/ca.pem', '-CAkey', 'rsa/ca.key', '-keyout', `${code}.key`, '-out', name],
      );
      const { stdout, stderr } = await probe(
        ...['--chain', name, '--ca', 'rsa/ca.pem', '--board', 'esp32', '--no-output', '--json'],
      );
      assert.equal(stderr, '');
      const { connects, causes } = JSON.parse(stdout) as Report;
      assert.equal(connects, false);
      assert.ok(
        causes.some((cause) => cause.code === code),
        JSON.stringify(causes),
      );
    });
  }

  it('loads a self-signed certificate itself, and says who vouches for it', async () => {
    make('self', '--host', NAME, '--self-signed');
    const port = await serveOpenssl(
      ...['-cert', join(folder, 'self/server.pem'), '-key', join(folder, 'self/server.key')],
    );
    const { connects, load } = await report(port);
    assert.equal(connects, true);
    assert.equal(load!.source, 'server');
  });

  it('writes what makes a board connect: openssl verifies with ca.pem, and main.py is what was run', async () => {
    const port = await serveOpenssl(...pki('ec'));
    const { status, stdout } = await probe(`127.0.0.1:${port}`, '--name', NAME, '--ca', 'ec/ca.pem');
    assert.equal(status, 0, stdout);
    assert.match(stdout, /✔ A stock MicroPython esp32 connects/);
    const written = `probe-${NAME}`;
    for (const name of ['ca.der', 'ca.pem', 'main.py'])
      assert.ok(existsSync(join(folder, written, name)), name);
    const shown = openssl(
      ...['s_client', '-connect', `127.0.0.1:${port}`, '-CAfile', join(written, 'ca.pem')],
      ...['-verify_return_error', '-verify_hostname', NAME, '-tls1_2'],
    );
    assert.match(shown, /Verify return code: 0 \(ok\)/);
    assert.match(readFileSync(join(folder, written, 'main.py'), 'utf8'), /verify_mode = ssl.CERT_REQUIRED/);
  });

  it('answers for a saved chain as for its server', async () => {
    const { status, stdout, stderr } = await probe('--chain', 'ec/chain.pem', '--ca', 'ec/ca.pem', '--json');
    assert.equal(status, 0, stderr);
    assert.equal(JSON.parse(stdout).connects, true);
  });
});

describe('probe and GnuTLS', { skip: NO_OPENSSL || isThere('gnutls-serv', '--version') }, () => {
  before(() => {
    make('gnutls', '--host', NAME);
  });
  for (const [title, priority, connects] of [
    ['TLS 1.2', 'NORMAL:-VERS-ALL:+VERS-TLS1.2', true],
    ['TLS 1.3 alone', 'NORMAL:-VERS-ALL:+VERS-TLS1.3', false],
  ] as const) {
    it(`agrees with what it speaks: ${title}`, async () => {
      const port = await freePort();
      const files = [
        '--x509certfile',
        join(folder, 'gnutls/server.pem'),
        '--x509keyfile',
        join(folder, 'gnutls/server.key'),
      ];
      const program = new Program('gnutls-serv', [
        '--http',
        '-p',
        String(port),
        '--priority',
        priority,
        ...files,
      ]);
      running.push(program);
      await program.waitFor(/listening on IPv4.*done/s);
      const answer = await report(port, '--ca', 'gnutls/ca.pem');
      assert.equal(answer.connects, connects);
    });
  }
});

describe('probe and mosquitto', { skip: NO_OPENSSL || isThere('mosquitto', '-h') }, () => {
  let tls: number;
  let plain: number;
  before(async () => {
    make('mosquitto', '--host', NAME, '--client', 'sensor-1');
    [tls, plain] = [await freePort(), await freePort()];
    const path = (name: string) => join(folder, 'mosquitto', name);
    file(
      'mosquitto.conf',
      `user root
allow_anonymous true
listener ${plain} 127.0.0.1
listener ${tls} 127.0.0.1
cafile ${path('ca.pem')}
certfile ${path('server.pem')}
keyfile ${path('server.key')}
require_certificate true
log_type all
`,
    );
    const program = new Program('mosquitto', ['-v', '-c', join(folder, 'mosquitto.conf')]);
    running.push(program);
    await program.waitFor(/running/);
  });

  it('says that a broker wants a certificate', async () => {
    const { causes } = await report(tls, '--ca', 'mosquitto/ca.pem');
    assert.equal(causes[0]?.code, 'client-certificate');
  });

  it('connects with one', async () => {
    const shown = ['--cert', 'mosquitto/client-sensor-1.pem', '--key', 'mosquitto/client-sensor-1.key'];
    assert.equal((await report(tls, '--ca', 'mosquitto/ca.pem', ...shown)).connects, true);
  });

  it('says that the port without TLS is the wrong one', async () => {
    assert.equal((await report(plain)).causes[0]?.code, 'not-tls');
  });
});

describe('probe and nginx', { skip: NO_OPENSSL || isThere('nginx', '-v') }, () => {
  let ports: Record<'both' | 'tls13' | 'plain', number>;
  before(async () => {
    make('nginx', '--host', NAME, '--key', 'rsa-2048');
    ports = { both: await freePort(), tls13: await freePort(), plain: await freePort() };
    mkdirSync(join(folder, 'web'));
    const server = (listen: string, protocols: string) => `server {
  listen 127.0.0.1:${listen};
  ssl_certificate ${join(folder, 'nginx/server.pem')};
  ssl_certificate_key ${join(folder, 'nginx/server.key')};
  ssl_protocols ${protocols};
}`;
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    file(
      'web/nginx.conf',
      `daemon off;
pid ${join(folder, 'web/nginx.pid')};
error_log stderr notice;
events {}
http {
access_log off;
${temporary.map((name) => `${name}_temp_path ${join(folder, 'web', name)};`).join('\n')}
${server(`${ports.both} ssl`, 'TLSv1.2 TLSv1.3')}
${server(`${ports.tls13} ssl`, 'TLSv1.3')}
server { listen 127.0.0.1:${ports.plain}; }
}
`,
    );
    const program = new Program('nginx', ['-p', join(folder, 'web'), '-c', join(folder, 'web/nginx.conf')]);
    running.push(program);
    await program.waitFor(/start worker process/);
  });

  it('connects where both versions are spoken', async () => {
    assert.equal((await report(ports.both, '--ca', 'nginx/ca.pem')).connects, true);
  });
  it('does not where TLS 1.3 stands alone', async () => {
    assert.equal((await report(ports.tls13, '--ca', 'nginx/ca.pem')).causes[0]?.code, 'tls13-only');
  });
  it('does not where there is no TLS', async () => {
    assert.equal((await report(ports.plain)).causes[0]?.code, 'not-tls');
  });
});

describe('probe and what cannot be reached', () => {
  it('says that nothing listens', async () => {
    const { causes, boards } = await report(await freePort());
    assert.equal(causes[0]?.code, 'refused');
    assert.match(boards[0]!.exception!, /ECONN/);
  });

  it('says that a name is not known', async () => {
    const { stdout } = await probe('nothing.invalid:443', '--json', '--no-output', '--board', 'esp32');
    const { causes, boards } = JSON.parse(stdout) as Report;
    assert.equal(causes[0]?.code, 'no-name');
    assert.match(boards[0]!.exception!, /^OSError: -2/);
  });

  it('says that what listens closes the connection', async () => {
    const brusque: Server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(brusque, 'listening');
    const { causes } = await report((brusque.address() as AddressInfo).port);
    brusque.close();
    assert.equal(causes[0]?.code, 'not-tls');
  });

  it('says that nothing answers', async () => {
    const mute: Server = createServer(() => {}).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { causes } = await report((mute.address() as AddressInfo).port, '--timeout', '500ms');
    mute.close();
    assert.equal(causes[0]?.code, 'silent');
  });
});
