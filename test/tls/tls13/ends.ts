/** Two modern ends that speak TLS 1.3 and 1.2. */
import assert from 'node:assert/strict';
import type { TlsClientConfig } from '../../../emulator/tls/client.ts';
import type { TlsServerConfig } from '../../../emulator/tls/server.ts';
import { TLS12, TLS13 } from '../../../emulator/tls/versions.ts';
import { CERTIFICATES } from '../certificates.ts';
import { ascii, carry, clientEnd, converse, type End, type HostOptions, serverEnd } from '../support.ts';

export const BOTH = [TLS13, TLS12];

export interface Configs {
  readonly client?: Partial<TlsClientConfig>;
  readonly server?: Partial<TlsServerConfig>;
  readonly clientHost?: HostOptions;
  readonly serverHost?: HostOptions;
}

export function ends(configs: Configs = {}): { client: End; server: End } {
  return {
    client: clientEnd(
      { profile: 'modern', versions: BOTH, serverName: 'api.example.com', ...configs.client },
      configs.clientHost,
    ),
    server: serverEnd(
      {
        profile: 'modern',
        versions: BOTH,
        credentials: [CERTIFICATES.p256],
        clientAuth: 'none',
        ...configs.server,
      },
      configs.serverHost,
    ),
  };
}

export function established(configs: Configs = {}): { client: End; server: End } {
  const { client, server } = ends(configs);
  converse(client, server);
  assert.equal(client.error ?? server.error, undefined);
  assert.equal(client.tls.state, 'established');
  assert.equal(server.tls.state, 'established');
  return { client, server };
}

export function assertTalks(client: End, server: End): void {
  client.tls.send(ascii('ping'));
  server.tls.send(ascii('pong'));
  carry(client, server);
  assert.deepEqual(server.tls.read(10), ascii('ping'));
  assert.deepEqual(client.tls.read(10), ascii('pong'));
}
