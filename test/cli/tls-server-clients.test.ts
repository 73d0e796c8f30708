/** Clients that people have, each in both versions, with and without a certificate of its own. */
import assert from 'node:assert/strict';
import { type ExecFileOptions, execFile, spawnSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { NO_OPENSSL, OpensslCertificates } from '../tls/openssl.ts';
import { TlsServerProcess } from './tls-server-process.ts';

const run = promisify(execFile);
const REQUEST = 'GET / HTTP/1.0\r\n\r\n';

type Version = '1.2' | '1.3';

interface Visit {
  readonly port: number;
  readonly version: Version;
  /** Whether it shows the certificate `client`. */
  readonly certified: boolean;
}

interface Client {
  readonly program: string;
  readonly args: (visit: Visit) => readonly string[];
  /** Whether the request goes to its standard input. */
  readonly typed?: boolean;
}

let certificates: OpensslCertificates;
const file = (name: string) => certificates.path(name);
const when = (condition: boolean, ...args: readonly string[]) => (condition ? args : []);

const PYTHON = `
import http.client, ssl, sys
ca, port, version, cert, key = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
context.check_hostname = False
context.minimum_version = context.maximum_version = getattr(ssl.TLSVersion, version)
if cert: context.load_cert_chain(cert, key)
client = http.client.HTTPSConnection("127.0.0.1", int(port), context=context)
client.request("GET", "/")
print(client.getresponse().read().decode())`;

const NODE = `
const [ca, port, version, cert, key] = process.argv.slice(1);
const { readFileSync: read } = require('node:fs');
const pair = cert && { cert: read(cert), key: read(key) };
const options = { host: '127.0.0.1', port, servername: 'api.example.com', ca: read(ca), ...pair };
require('node:https').get({ ...options, minVersion: version, maxVersion: version }, (r) => r.pipe(process.stdout));`;

const CLIENTS: readonly Client[] = [
  {
    program: 'curl',
    args: ({ port, version, certified }) => [
      ...['-sS', `--tlsv${version}`, '--tls-max', version, '--cacert', file('ca.pem')],
      ...when(certified, '--cert', file('client.pem'), '--key', file('client.key')),
      ...['--connect-to', `api.example.com:443:127.0.0.1:${port}`, 'https://api.example.com/'],
    ],
  },
  {
    program: 'openssl',
    args: ({ port, version, certified }) => [
      ...['s_client', '-quiet', '-verify_return_error', `-tls${version.replace('.', '_')}`],
      ...['-connect', `127.0.0.1:${port}`, '-CAfile', file('ca.pem')],
      ...when(certified, ...certificates.files('client')),
    ],
    typed: true,
  },
  {
    program: 'gnutls-cli',
    args: ({ port, version, certified }) => [
      ...['--x509cafile', file('ca.pem'), '--sni-hostname', 'api.example.com'],
      ...['--verify-hostname', 'api.example.com', '--priority', `NORMAL:-VERS-ALL:+VERS-TLS${version}`],
      ...when(certified, '--x509certfile', file('client.pem'), '--x509keyfile', file('client.key')),
      ...['-p', String(port), '127.0.0.1'],
    ],
    typed: true,
  },
  {
    program: 'python3',
    args: ({ port, version, certified }) => [
      ...['-c', PYTHON, file('ca.pem'), String(port), `TLSv${version.replace('.', '_')}`],
      ...(certified ? [file('client.pem'), file('client.key')] : ['', '']),
    ],
  },
  {
    program: process.execPath,
    args: ({ port, version, certified }) => [
      ...['-e', NODE, file('ca.pem'), String(port), `TLSv${version}`],
      ...when(certified, file('client.pem'), file('client.key')),
    ],
  },
];

async function visit({ program, args, typed }: Client, how: Visit): Promise<string> {
  const options: ExecFileOptions = { timeout: 20_000 };
  const running = run(program, [...args(how)], options);
  // Some close at the end of their input before they have read the answer, so it stays open.
  if (typed) running.child.stdin!.write(REQUEST);
  return String((await running).stdout);
}

describe('tls-sandbox tls-server and', { skip: NO_OPENSSL }, () => {
  let server: TlsServerProcess;
  let port: number;
  before(async () => {
    certificates = new OpensslCertificates();
    certificates.issue('server', 'P-256', 'serverAuth');
    certificates.issue('client', 'P-256', 'clientAuth');
    ({ server, port } = await TlsServerProcess.start(
      ...certificates.files('server').map((arg) => arg.replace(/^-(cert|key)$/, '--$1')),
      ...['--client-ca', file('ca.pem'), '--client-auth', 'request'],
    ));
  });
  after(async () => {
    await TlsServerProcess.killAll();
    certificates.remove();
  });

  for (const client of CLIENTS) {
    const { program } = client;
    const skip = spawnSync(program, ['--version']).error && `${program} is not installed`;
    for (const version of ['1.2', '1.3'] as const) {
      for (const certified of [false, true]) {
        const name = program === process.execPath ? 'node' : program;
        const how = certified ? 'with a certificate' : 'without one';
        it(`${name}, TLS ${version}, ${how}`, { skip: skip ?? false }, async () => {
          const page = await visit(client, { port, version, certified });
          assert.match(page, new RegExp(`version +TLSv${version}`));
          assert.match(page, certified ? /client certificate +CN=client/ : /client certificate +none/);
          const { connection } = await server.nextLine();
          assert.equal(connection.negotiated.version, `TLSv${version}`);
          assert.equal(connection.failure, undefined);
        });
      }
    }
  }
});
