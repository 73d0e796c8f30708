/** This project's engine in the benchmarks. Its events are made, since they always are, and nobody keeps them. */
import assert from 'node:assert/strict';
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { createTlsClient } from '../../emulator/tls/client.ts';
import type { TlsClientConfig } from '../../emulator/tls/config.ts';
import type { TlsConnection, TlsHost } from '../../emulator/tls/engine.ts';
import { createTlsServer } from '../../emulator/tls/server.ts';
import { TLS13 } from '../../emulator/tls/versions.ts';
import { Random } from '../../emulator/world/random.ts';
import { verifyChain } from '../../emulator/x509/verify.ts';
import { HOST, type Pki } from './chains.ts';

/** What is spoken. */
export interface Setting {
  readonly version: number;
  readonly suite: number;
  readonly mutual: boolean;
  readonly pki: Pki;
}

const NOW = Date.UTC(2026, 5, 1) / 1000;
const CONNECTION = '192.168.4.2:49152>192.0.2.10:443';

let connections = 0;

function hostFor(crypto: CryptoProvider, { root }: Pki): TlsHost {
  const random = new Random(++connections);
  return {
    crypto,
    random: (length) => random.bytes(length),
    unixTime: () => NOW,
    emit: () => {},
    verifyPeer: ({ chain, purpose }) => {
      const host = purpose === 'server' ? { host: HOST } : {};
      const request = { chain, purpose, anchors: [root], time: NOW, crypto, ...host } as const;
      const verdict = verifyChain({ ...request, profile: 'mbedtls' });
      return { ...verdict, authenticated: verdict.accepted };
    },
  };
}

/** The device in TLS 1.2, which is what it speaks; else a client of today. */
export function ourClient(
  crypto: CryptoProvider,
  { version, suite, mutual, pki }: Setting,
  profile: TlsClientConfig['profile'] = version === TLS13 ? 'modern' : 'mbedtls',
): TlsConnection {
  return createTlsClient(
    {
      connection: CONNECTION,
      profile,
      versions: [version],
      suites: [suite],
      groups: [SECP256R1],
      serverName: HOST,
      ...(mutual && { credentials: pki.client }),
    },
    hostFor(crypto, pki),
  );
}

const SECP256R1 = 0x0017;

export function ourServer(crypto: CryptoProvider, { version, suite, mutual, pki }: Setting): TlsConnection {
  return createTlsServer(
    {
      connection: CONNECTION,
      profile: 'modern',
      versions: [version],
      suites: [suite],
      credentials: [pki.server],
      clientAuth: mutual ? 'require' : 'none',
    },
    hostFor(crypto, pki),
  );
}

/** Carries bytes until neither has anything to say. */
export function carry(client: TlsConnection, server: TlsConnection): void {
  for (;;) {
    const toServer = client.take();
    if (toServer.length > 0) server.receive(toServer);
    const toClient = server.take();
    if (toClient.length > 0) client.receive(toClient);
    if (toServer.length === 0 && toClient.length === 0) return;
  }
}

export function handshake(client: TlsConnection, server: TlsConnection, { mutual }: Setting): void {
  server.start();
  client.start();
  carry(client, server);
  assert.equal(client.session?.peerAuthenticated, true);
  assert.equal(server.session?.peerAuthenticated, mutual);
}
