import { ClientStart } from './client-start.ts';
import type { TlsClientConfig } from './config.ts';
import { Connection } from './connection.ts';
import type { TlsConnection, TlsHost } from './engine.ts';
import { PROFILES } from './profiles.ts';

export type { TlsClientConfig } from './config.ts';

/** The client side of a connection. Call `start()` to have it speak. */
export function createTlsClient(config: TlsClientConfig, host: TlsHost): TlsConnection {
  return new Connection({
    connection: config.connection,
    role: 'client',
    profile: PROFILES[config.profile],
    ...(config.serverName === undefined ? {} : { serverName: config.serverName }),
    faults: config.faults,
    host,
    machine: (io) => new ClientStart(config, io),
  });
}
