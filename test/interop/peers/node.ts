/** Node's `tls`: OpenSSL once more, but with an API of its own for sessions, certificates and stapling. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import * as tls from 'node:tls';
import { TLS13_SUITES } from '../../../emulator/tls/tls13/suites.ts';
import type { OpensslCertificates } from '../../tls/openssl.ts';
import { PSK } from '../../tls/support.ts';
import { EVERY_SUITE, GROUP_NAMES, opensslNames } from './openssl.ts';
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

const EVERY_NAME = [...TLS13_SUITES.map(({ name }) => name), EVERY_SUITE].join(':');

/** SSL_OP_NO_ENCRYPT_THEN_MAC, which `crypto.constants` leaves out. */
const NO_ENCRYPT_THEN_MAC = 2 ** 19;
/** SSL_OP_NO_TICKET. */
const NO_TICKET = 2 ** 14;

const LACKS: Readonly<Record<string, string>> = {
  'maxFragmentLength client': "Node's tls cannot ask for short records",
  'updatesKeys client': "Node's tls has no KeyUpdate",
};

export class NodePeer implements Peer {
  readonly name = 'Node';
  readonly columns = { server: 'Node server', client: 'Node client' };
  readonly absent = false;
  readonly alwaysClosesFirst = false;
  readonly saysStapled = /^response: 30/m;
  private readonly names = opensslNames();

  lacksSuite(id: number): string | undefined {
    const name = TLS13_SUITES.find((suite) => suite.id === id)?.name ?? this.names.get(id);
    // `tls.getCiphers()` names those that are on by default: what can be turned on, only the setter knows.
    return name !== undefined && accepts(name) ? undefined : "Node's OpenSSL does not have the suite";
  }

  lacks(ability: Ability, role: Role): string | undefined {
    return LACKS[`${ability} ${role}`];
  }

  async serve(setup: Setup, certificates: OpensslCertificates): Promise<PeerServer> {
    const server = tls.createServer({
      ...common(setup, certificates),
      requestCert: setup.asksClient === true,
      rejectUnauthorized: setup.asksClient === true,
      sessionIdContext: 'interop',
      ...(setup.psk ? { pskCallback: (_socket: tls.TLSSocket, identity: string) => keyOf(identity) } : {}),
    });
    let printed = '';
    keepSessions(server);
    if (setup.stapling) {
      const response = readFileSync(certificates.path(`${setup.shows![0]}.ocsp`));
      server.on('OCSPRequest', (_certificate, _issuer, answer) => answer(null, response));
    }
    server.on('tlsClientError', (error) => {
      printed += `${error}\n`;
    });
    server.on('secureConnection', (socket) => {
      socket.on('error', (error) => {
        printed += `${error}\n`;
      });
      socket.pipe(socket);
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    return {
      port: (server.address() as AddressInfo).port,
      answer: (lines) => lines,
      get printed() {
        return printed;
      },
      stop: () => new Promise((closed) => server.close(() => closed())),
    };
  }

  async connect(setup: Setup, certificates: OpensslCertificates, visit: PeerVisit): Promise<string> {
    const { port, lines } = visit;
    const options: tls.ConnectionOptions & tls.TLSSocketOptions = {
      ...common(setup, certificates),
      ...{ host: '127.0.0.1', port, servername: SERVER_NAME },
      requestOCSP: setup.stapling === true,
      ...(setup.psk
        ? {
            pskCallback: () => ({
              psk: Buffer.from(PSK.key),
              identity: Buffer.from(PSK.identity).toString(),
            }),
            // Of a server that shows no certificate there is nothing to check.
            checkServerIdentity: () => undefined,
            rejectUnauthorized: false,
          }
        : {}),
    };
    const first = await converse(setup, options, lines);
    if (!setup.resumes) return first.printed;
    if (first.session === undefined) return 'there is no session to take up';
    const again = await converse(setup, { ...options, session: first.session }, lines);
    return again.printed;
  }
}

function accepts(suite: string): boolean {
  try {
    // Node sets those of TLS 1.3 apart from the rest, which must then be more than a level.
    tls.createSecureContext({ ciphers: suite.startsWith('TLS_') ? suite : `${suite}:@SECLEVEL=0` });
    return true;
  } catch {
    return false;
  }
}

function common(setup: Setup, certificates: OpensslCertificates): tls.SecureContextOptions {
  const versions = spoken(setup);
  const pem = (name: string): Buffer => readFileSync(certificates.path(name));
  const shown = setup.shows ?? [];
  return {
    minVersion: versions[0]!,
    maxVersion: versions.at(-1)!,
    ciphers: EVERY_NAME,
    ca: pem('ca.pem'),
    cert: shown.map((name) => pem(`${name}.pem`)),
    key: shown.map((name) => pem(`${name}.key`)),
    ...(setup.groups === undefined
      ? {}
      : { ecdhCurve: setup.groups.map((name) => GROUP_NAMES[name]).join(':') }),
    secureOptions:
      (setup.tickets === false ? NO_TICKET : 0) | (setup.macThenEncrypt ? NO_ENCRYPT_THEN_MAC : 0),
  };
}

function keyOf(identity: string): Buffer | null {
  return identity === Buffer.from(PSK.identity).toString() ? Buffer.from(PSK.key) : null;
}

/** Node keeps no sessions by itself; those with a ticket do not come here. */
function keepSessions(server: tls.Server): void {
  const sessions = new Map<string, Buffer>();
  server.on('newSession', (id: Buffer, data: Buffer, done: () => void) => {
    sessions.set(id.toString('hex'), data);
    done();
  });
  server.on('resumeSession', (id: Buffer, done: (error: Error | null, data: Buffer | null) => void) => {
    done(null, sessions.get(id.toString('hex')) ?? null);
  });
}

interface Outcome {
  readonly printed: string;
  readonly session: Buffer | undefined;
}

function converse(setup: Setup, options: tls.ConnectionOptions, lines: string): Promise<Outcome> {
  return new Promise((resolve) => {
    let printed = '';
    let session: Buffer | undefined;
    const socket = tls.connect(options, () => socket.write(lines));
    socket.on('session', (kept) => {
      session = kept;
    });
    socket.on('OCSPResponse', (response) => {
      printed += `response: ${response?.toString('hex')}\n`;
    });
    socket.on('data', (bytes) => {
      printed += bytes.toString('latin1');
      if (setup.closesFirst && printed.endsWith(lines)) socket.end();
    });
    socket.on('error', (error) => {
      printed += `${error}\n`;
    });
    socket.on('close', () => resolve({ printed, session }));
  });
}
