/** `openssl s_server -rev` and `openssl s_client`. */
import { execFileSync } from 'node:child_process';
import { TLS13_SUITES } from '../../../emulator/tls/tls13/suites.ts';
import { NO_OPENSSL, type OpensslCertificates, Program } from '../../tls/openssl.ts';
import { hex, PSK } from '../../tls/support.ts';
import { type Peer, type PeerServer, type PeerVisit, SERVER_NAME, type Setup } from './peer.ts';

/** OpenSSL's names by IANA number: "0xC0,0x2B - ECDHE-ECDSA-AES128-GCM-SHA256 …". */
export function opensslNames(): ReadonlyMap<number, string> {
  if (NO_OPENSSL !== false) return new Map();
  const listed = execFileSync('openssl', ['ciphers', '-V', '-psk', EVERY_SUITE])
    .toString()
    .matchAll(/0x(..),0x(..) - (\S+)/g);
  return new Map([...listed].map(([, high, low, name]) => [Number.parseInt(`${high}${low}`, 16), name!]));
}

/** It lists those of TLS 1.3 that are enabled; the two with CCM are not, unless they are asked for. */
export const EVERY_SUITE = 'ALL:COMPLEMENTOFALL:@SECLEVEL=0';
const EVERY_TLS13_SUITE = TLS13_SUITES.map(({ name }) => name).join(':');

export const GROUP_NAMES = { secp256r1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521', x25519: 'X25519' };

export class OpensslPeer implements Peer {
  readonly name = 'OpenSSL';
  readonly columns = { server: 's_server', client: 's_client' };
  readonly absent = NO_OPENSSL;
  readonly alwaysClosesFirst = false;
  readonly saysStapled = /Cert Status: good/;
  private readonly names = opensslNames();

  lacksSuite(id: number): string | undefined {
    const isTls13 = TLS13_SUITES.some((suite) => suite.id === id);
    return isTls13 || this.names.has(id) ? undefined : 'OpenSSL does not list the suite';
  }

  lacks(): undefined {
    return undefined;
  }

  async serve(setup: Setup, certificates: OpensslCertificates): Promise<PeerServer> {
    const [first, second] = setup.shows ?? [];
    const args = [
      ...common(setup, certificates),
      ...(first === undefined ? ['-nocert'] : certificates.files(first)),
      ...(second === undefined
        ? []
        : certificates.files(second).map((arg) => arg.replace(/^-(?=cert|key)/, '-d'))),
      ...(setup.asksClient ? ['-Verify', '1', '-verify_return_error'] : []),
      ...(setup.stapling ? ['-status_file', certificates.path(`${first}.ocsp`)] : []),
    ];
    const program = new Program('openssl', ['s_server', '-accept', '127.0.0.1:0', '-rev', ...args]);
    const port = Number(await program.waitFor(/ACCEPT 127\.0\.0\.1:(\d+)/));
    return {
      port,
      answer: reversed,
      get printed() {
        return program.printed;
      },
      stop: () => program.stop(),
    };
  }

  async connect(setup: Setup, certificates: OpensslCertificates, visit: PeerVisit): Promise<string> {
    const { port, lines } = visit;
    const [shown] = setup.shows ?? [];
    const args = [
      ...common(setup, certificates),
      ...(shown === undefined ? [] : certificates.files(shown)),
      ...['-servername', SERVER_NAME, '-connect', `127.0.0.1:${port}`],
      // Nobody can be verified who shows nothing, nor by name who has none.
      ...(setup.psk ? [] : ['-verify_return_error', '-verify_hostname', SERVER_NAME]),
      ...(setup.stapling ? ['-status'] : []),
      ...(setup.macThenEncrypt ? ['-no_etm'] : []),
      ...(setup.maxFragmentLength === undefined ? [] : ['-maxfraglen', String(setup.maxFragmentLength)]),
    ];
    if (!setup.resumes) return await converse(setup, args, lines);
    const file = certificates.path(`session-${port}`);
    await converse(setup, [...args, '-sess_out', file], lines);
    return await converse(setup, [...args, '-sess_in', file], lines);
  }
}

function common(setup: Setup, certificates: OpensslCertificates): string[] {
  const { version, groups, psk, tickets } = setup;
  return [
    ...(version === 'both' ? [] : [version === 'TLSv1.3' ? '-tls1_3' : '-tls1_2']),
    ...['-cipher', EVERY_SUITE, '-ciphersuites', EVERY_TLS13_SUITE],
    ...['-CAfile', certificates.path('ca.pem')],
    ...(groups === undefined ? [] : ['-groups', groups.map((name) => GROUP_NAMES[name]).join(':')]),
    ...(psk ? ['-psk', hex(PSK.key), '-psk_identity', Buffer.from(PSK.identity).toString()] : []),
    ...(tickets === false ? ['-no_ticket'] : []),
  ];
}

async function converse(setup: Setup, args: readonly string[], lines: string): Promise<string> {
  // Quiet, it would not show the response either, nor take commands.
  const talkative = setup.stapling || setup.updatesKeys || setup.closesFirst;
  const client = new Program('openssl', ['s_client', ...(talkative ? [] : ['-quiet']), ...args]);
  try {
    if (setup.updatesKeys) await updateKeys(client);
    client.type(lines);
    if (setup.closesFirst) {
      await client.waitFor(lastOf(lines));
      client.type('Q\n');
    }
    return await client.finish();
  } finally {
    await client.stop();
  }
}

/** Two commands in one read would be a line of text. */
async function updateKeys(client: Program): Promise<void> {
  client.type('k\n');
  await client.waitFor(/(KEYUPDATE)/);
  client.type('K\n');
  await client.waitFor(/KEYUPDATE.*(KEYUPDATE)/s);
}

/** The last of the lines, once it came back. */
export function lastOf(lines: string): RegExp {
  return new RegExp(`(${lines.trimEnd().split('\n').at(-1)})`);
}

/** Each line back to front, as `-rev` has it. */
function reversed(lines: string): string {
  return lines
    .split('\n')
    .map((line) => [...line].reverse().join(''))
    .join('\n');
}
