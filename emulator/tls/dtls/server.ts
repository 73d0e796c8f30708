import type { DtlsServerConfig } from './config.ts';
import { DatagramConnection } from './connection.ts';
import type { DtlsConnection, DtlsHost } from './engine.ts';
import { DtlsServerStart } from './server-start.ts';

export type { DtlsServerConfig } from './config.ts';

/**
 * The server side of a DTLS 1.2 connection with one client; the host tells clients apart by their addresses. Call
 * `start()` before the first datagram is handed in.
 */
export function createDtlsServer(config: DtlsServerConfig, host: DtlsHost): DtlsConnection {
  return new DatagramConnection({
    role: 'server',
    config,
    host,
    machine: (io) => new DtlsServerStart(config, io),
    verifiesHello: config.cookies !== undefined,
  });
}
