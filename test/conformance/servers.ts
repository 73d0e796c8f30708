/** The servers that are tried: the engine in memory, and `tls-sandbox tls-server` on ports. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { PeerVerdict, TlsHost } from '../../emulator/tls/engine.ts';
import type { TlsServerConfig } from '../../emulator/tls/server.ts';
import { ServerSessions } from '../../emulator/tls/server-sessions.ts';
import { encodePrivateKey } from '../../emulator/x509/keys.ts';
import { verifyChain } from '../../emulator/x509/verify.ts';
import { TlsServerProcess } from '../cli/tls-server-process.ts';
import { CERTIFICATES } from '../tls/certificates.ts';
import { NOW, serverEnd } from '../tls/support.ts';
import type { Connect } from './run.ts';
import { MemoryTransport } from './transport.ts';

/** Certificates of the tests are valid from November 2026. */
const LATER = NOW + 365 * 86_400;

const verdict: TlsHost['verifyPeer'] = ({ chain, purpose, keyUse }): PeerVerdict => {
  const judged = verifyChain({
    ...{ chain, purpose, keyExchange: keyUse, profile: 'rfc5280', crypto: nodeProvider },
    anchors: CERTIFICATES.p256.chain,
    time: LATER,
  });
  return { ...judged, authenticated: judged.accepted };
};

/** Connections to servers that share their sessions. */
export function inMemory(change: Partial<TlsServerConfig> = {}): Connect {
  const config = {
    profile: 'modern',
    credentials: [CERTIFICATES.p256, CERTIFICATES.rsa],
    clientAuth: 'none',
    applicationProtocols: ['http/1.1'],
    sessions: new ServerSessions({ ticketKey: new Uint8Array(32).fill(3) }),
    ...change,
  } as const;
  return () => new MemoryTransport(serverEnd(config, { verdict }));
}

export interface Ports {
  /** Serves everybody. */
  readonly open: number;
  /** Requires the certificate of CERTIFICATES.p256. */
  readonly closed: number;
  close(): Promise<void>;
}

export async function onPorts(version: '1.2' | '1.3'): Promise<Ports> {
  const folder = mkdtempSync(join(tmpdir(), 'tls-conformance-'));
  const file = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const { p256, rsa } = CERTIFICATES;
  const args = [
    ...['--tls', version],
    ...['--cert', file('p256.der', p256.chain[0]!), file('rsa.der', rsa.chain[0]!)],
    ...['--key', file('p256.key', encodePrivateKey(p256.key, 'pkcs8'))],
    file('rsa.key', encodePrivateKey(rsa.key, 'pkcs8')),
  ];
  const open = await TlsServerProcess.start(...args);
  const closed = await TlsServerProcess.start(...args, '--client-ca', join(folder, 'p256.der'));
  return {
    open: open.port,
    closed: closed.port,
    async close() {
      await TlsServerProcess.killAll();
      rmSync(folder, { recursive: true });
    },
  };
}
