/**
 * A server of TLS 1.2 among clients that do everything wrong: each gets the alert of the RFCs and a closed connection,
 * never silence. Everything is said twice: to the engine in memory, and to `tls-sandbox tls-server` on a port.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { PeerVerdict, TlsHost } from '../../emulator/tls/engine.ts';
import type { TlsServerConfig } from '../../emulator/tls/server.ts';
import { ServerSessions } from '../../emulator/tls/server-sessions.ts';
import { encodePrivateKey } from '../../emulator/x509/keys.ts';
import { verifyChain } from '../../emulator/x509/verify.ts';
import { TlsServerProcess } from '../cli/tls-server-process.ts';
import { CERTIFICATES } from '../tls/certificates.ts';
import { NOW, serverEnd } from '../tls/support.ts';
import { Client12, ECDHE_ECDSA_GCM, RSA_CBC_SHA } from './client12.ts';
import { CLIENT_AUTHENTICATION, FINISHED, KEY_EXCHANGE, ORDER, PROTECTION } from './handshake-cases.ts';
import {
  type Case,
  EXTENSIONS,
  FIELDS,
  LENGTHS,
  MESSAGE_TYPES,
  RECORDS,
  SERVER_NAMES,
} from './hello-cases.ts';
import { ALERTS, RENEGOTIATION, RESUMPTION } from './session-cases.ts';
import { MemoryTransport, SocketTransport, type Transport } from './transport.ts';

const GROUPS: Readonly<Record<string, readonly Case[]>> = {
  'a first message of another type': MESSAGE_TYPES,
  'a ClientHello with lengths that do not fit': LENGTHS,
  'the fields of a ClientHello': FIELDS,
  'its extensions': EXTENSIONS,
  'its server_name': SERVER_NAMES,
  'its records': RECORDS,
  'the order of messages': ORDER,
  'the key exchange': KEY_EXCHANGE,
  Finished: FINISHED,
  'protected records': PROTECTION,
  alerts: ALERTS,
  renegotiation: RENEGOTIATION,
};

/** Of tables with hundreds of cases of a kind, a port hears one in so many: each costs a connection. */
const LONG = 100;
const EVERY = 16;

type Connect = () => Transport;

function runAll(groups: Readonly<Record<string, readonly Case[]>>, connect: Connect, sparing = false): void {
  for (const [group, cases] of Object.entries(groups)) {
    it(group, async () => {
      const every = sparing && cases.length > LONG ? EVERY : 1;
      for (const one of cases.filter((_, i) => i % every === 0)) await runOne(one, connect());
    });
  }
}

async function runOne({ what, alert, run }: Case, transport: Transport): Promise<void> {
  const client = new Client12(transport);
  try {
    await run(client);
    if (alert !== undefined) assert.equal(await client.heardAlert(), alert);
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : error}`, { cause: error });
  } finally {
    transport.close();
  }
}

function runResumption(connect: () => Connect): void {
  for (const { what, alert, first, second } of RESUMPTION) {
    it(`resumption ${what}`, async () => {
      const server = connect();
      const before = new Client12(server());
      await first(before);
      before.transport.close();
      const after = new Client12(server());
      await second(after, before);
      if (alert !== undefined) assert.equal(await after.heardAlert(), alert);
      after.transport.close();
    });
  }
}

const verdict: TlsHost['verifyPeer'] = ({ chain, purpose, keyUse }): PeerVerdict => {
  const judged = verifyChain({
    ...{ chain, purpose, keyExchange: keyUse, profile: 'rfc5280', crypto: nodeProvider },
    anchors: CERTIFICATES.p256.chain,
    // Certificates of the tests are valid from November 2026.
    time: NOW + 365 * 86_400,
  });
  return { ...judged, authenticated: judged.accepted };
};

function inMemory(change: Partial<TlsServerConfig> = {}): Connect {
  const sessions = new ServerSessions({ ticketKey: new Uint8Array(32).fill(3) });
  return () =>
    new MemoryTransport(
      serverEnd(
        {
          profile: 'modern',
          suites: [ECDHE_ECDSA_GCM, RSA_CBC_SHA],
          credentials: [CERTIFICATES.p256, CERTIFICATES.rsa],
          clientAuth: 'none',
          sessions,
          ...change,
        },
        { verdict },
      ),
    );
}

describe('TLS 1.2, the engine', () => {
  runAll(GROUPS, inMemory());
  runAll({ 'client authentication': CLIENT_AUTHENTICATION }, inMemory({ clientAuth: 'require' }));
  runResumption(() => inMemory());
});

describe('TLS 1.2, on a port', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tls-conformance-'));
  const file = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const ports = { open: 0, closed: 0 };
  before(async () => {
    const { p256, rsa } = CERTIFICATES;
    const args = [
      ...['--tls', '1.2'],
      ...['--cert', file('p256.der', p256.chain[0]!), file('rsa.der', rsa.chain[0]!)],
      ...['--key', file('p256.key', encodePrivateKey(p256.key, 'pkcs8'))],
      file('rsa.key', encodePrivateKey(rsa.key, 'pkcs8')),
    ];
    ports.open = (await TlsServerProcess.start(...args)).port;
    ports.closed = (await TlsServerProcess.start(...args, '--client-ca', join(folder, 'p256.der'))).port;
  });
  after(async () => {
    await TlsServerProcess.killAll();
    rmSync(folder, { recursive: true });
  });

  runAll(GROUPS, () => new SocketTransport(ports.open), true);
  runAll({ 'client authentication': CLIENT_AUTHENTICATION }, () => new SocketTransport(ports.closed));
  runResumption(() => () => new SocketTransport(ports.open));
});
