import type { TlsServerConfig } from './config.ts';
import { Connection } from './connection.ts';
import type { TlsConnection, TlsHost } from './engine.ts';
import { PROFILES } from './profiles.ts';
import { ServerStart } from './server-start.ts';

export type { TlsServerConfig } from './config.ts';

/** The server side of a connection. Call `start()` before the first bytes are handed in. */
export function createTlsServer(config: TlsServerConfig, host: TlsHost): TlsConnection {
  return new Connection({
    connection: config.connection,
    role: 'server',
    profile: PROFILES[config.profile],
    faults: config.faults,
    recordsPerKey: config.recordsPerKey,
    host,
    machine: (io) => new ServerStart(config, io),
  });
}
