/** `gnutls-serv --echo` and `gnutls-cli`. */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { suiteById } from '../../../emulator/tls/suites.ts';
import { type OpensslCertificates, Program } from '../../tls/openssl.ts';
import { hex, PSK } from '../../tls/support.ts';
import { lastOf } from './openssl.ts';
import {
  type Ability,
  type Peer,
  type PeerServer,
  type PeerVisit,
  type Role,
  SERVER_NAME,
  type Setup,
  spoken,
} from './peer.ts';

const NO_GNUTLS: string | false =
  spawnSync('gnutls-serv', ['--version']).status === 0 && spawnSync('gnutls-cli', ['--version']).status === 0
    ? false
    : 'gnutls-bin is not installed';

const EVERYTHING = [
  '+KX-ALL:+ANON-ECDH',
  '+CIPHER-ALL:+AES-128-CCM-8:+AES-256-CCM-8',
  '+MAC-ALL:+SHA256:+SHA384:+SIGN-ALL:+CTYPE-X509:+COMP-NULL',
].join(':');

const VERSION_NAMES = { 'TLSv1.2': '+VERS-TLS1.2', 'TLSv1.3': '+VERS-TLS1.3' };

function priority(setup: Setup): string {
  const groups = setup.groups?.map((name) => `+GROUP-${name.toUpperCase()}`) ?? ['+GROUP-ALL'];
  const versions = spoken(setup).map((version) => VERSION_NAMES[version]);
  const more = [
    // With this it speaks no TLS 1.3.
    ...(setup.version === 'TLSv1.2' ? ['+NULL'] : []),
    // A client without a key would ask for one on its terminal; with RSA-PSK too there is no TLS 1.3.
    ...(setup.psk ? ['+PSK:+ECDHE-PSK:+RSA-PSK'] : []),
  ];
  const flags = [
    ...(setup.macThenEncrypt ? ['%NO_ETM'] : []),
    ...(setup.tickets === false ? ['%NO_TICKETS'] : []),
  ];
  return ['NONE', ...versions, EVERYTHING, ...more, ...groups, ...flags].join(':');
}

/** IANA numbers of what is listed: "TLS_RSA_NULL_SHA256    0x00, 0x3b    TLS1.2". */
function listedSuites(setup: Setup): readonly number[] {
  if (NO_GNUTLS !== false) return [];
  const listed = execFileSync('gnutls-cli', ['-l', '--priority', priority(setup)])
    .toString()
    .matchAll(/0x(..), 0x(..)/g);
  return [...listed].map(([, high, low]) => Number.parseInt(`${high}${low}`, 16));
}

const LACKS: Readonly<Record<string, string>> = {
  'waitsForClose client': 'gnutls-cli answers no close_notify',
  'maxFragmentLength client': 'gnutls-cli drops what does not fit into one short record',
  'maxFragmentLength server': 'gnutls-serv agrees to short records and sends long ones, to OpenSSL too',
};

export class GnutlsPeer implements Peer {
  readonly name = 'GnuTLS';
  readonly columns = { server: 'gnutls-serv', client: 'gnutls-cli' };
  readonly absent = NO_GNUTLS;
  readonly alwaysClosesFirst = true;
  readonly saysStapled = /OCSP status request/;
  private readonly suites = new Set([
    ...listedSuites({ version: 'TLSv1.2', psk: true }),
    ...listedSuites({ version: 'TLSv1.3' }),
  ]);

  lacksSuite(id: number, role: Role): string | undefined {
    if (role === 'client' && suiteById(id)?.keyExchange === 'ECDHE_PSK') {
      return 'gnutls-cli crashes when a handshake with ECDHE_PSK is complete, with gnutls-serv too';
    }
    return this.suites.has(id) ? undefined : 'GnuTLS does not list the suite';
  }

  lacks(ability: Ability, role: Role): string | undefined {
    return LACKS[`${ability} ${role}`];
  }

  async serve(setup: Setup, certificates: OpensslCertificates): Promise<PeerServer> {
    const [first] = setup.shows ?? [];
    const args = [
      ...common(setup, certificates),
      ...(setup.asksClient ? ['--require-client-cert', '--verify-client-cert'] : ['--disable-client-cert']),
      ...(setup.psk ? ['--pskpasswd', passwordFile(certificates)] : []),
      ...(setup.stapling ? ['--ocsp-response', certificates.path(`${first}.ocsp`)] : []),
    ];
    const { program, port } = await start(['--echo', '--crlf', ...args]);
    return {
      port,
      answer: (lines) => lines,
      get printed() {
        return program.printed;
      },
      stop: () => program.stop(),
    };
  }

  async connect(setup: Setup, certificates: OpensslCertificates, visit: PeerVisit): Promise<string> {
    const { port, lines } = visit;
    const client = new Program('gnutls-cli', [
      ...common(setup, certificates),
      ...['--port', String(port), '--sni-hostname', SERVER_NAME, '--verify-hostname', SERVER_NAME],
      ...(setup.psk ? ['--pskusername', Buffer.from(PSK.identity).toString(), '--pskkey', hex(PSK.key)] : []),
      ...(setup.resumes ? ['--resume', ...(setup.version === 'TLSv1.3' ? ['--waitresumption'] : [])] : []),
      ...(setup.maxFragmentLength === undefined ? [] : ['--recordsize', String(setup.maxFragmentLength)]),
      ...(setup.updatesKeys ? ['--inline-commands'] : []),
      // Else it has shares of two groups in its first hello.
      '--single-key-share',
      '127.0.0.1',
    ]);
    try {
      if (setup.updatesKeys) await updateKeys(client);
      client.type(lines);
      await client.waitFor(lastOf(lines)).catch(() => undefined);
      client.endInput();
      return await client.finish();
    } finally {
      await client.stop();
    }
  }
}

function common(setup: Setup, certificates: OpensslCertificates): string[] {
  const shown = setup.shows ?? [];
  return [
    ...['--priority', priority(setup)],
    ...['--x509cafile', certificates.path('ca.pem')],
    ...shown.flatMap((name) => [
      ...['--x509certfile', certificates.path(`${name}.pem`)],
      ...['--x509keyfile', certificates.path(`${name}.key`)],
    ]),
  ];
}

function passwordFile(certificates: OpensslCertificates): string {
  const file = certificates.path('psk.txt');
  writeFileSync(file, `${Buffer.from(PSK.identity).toString()}:${hex(PSK.key)}\n`);
  return file;
}

/** First its own keys, then those of both. */
async function updateKeys(client: Program): Promise<void> {
  client.type('^rekey1^\n');
  await client.waitFor(/(Rekey was completed)/);
  client.type('^rekey^\n');
  await client.waitFor(/Rekey was completed.*(Rekey was completed)/s);
}

/** It does not say which port it was given when it asks for any: it is told a free one, and again if that is gone. */
async function start(args: readonly string[], attempts = 3): Promise<{ program: Program; port: number }> {
  const port = await freePort();
  const program = new Program('gnutls-serv', ['--port', String(port), ...args]);
  try {
    await program.waitFor(/IPv4 0\.0\.0\.0 port \d+\.\.\.(done)/);
    return { program, port };
  } catch (error) {
    await program.stop();
    if (attempts === 1) throw error;
    return await start(args, attempts - 1);
  }
}

/** A port that is free now. */
async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((ready) => listener.listen(0, '0.0.0.0', ready));
  const { port } = listener.address() as { port: number };
  await new Promise((closed) => listener.close(closed));
  return port;
}
