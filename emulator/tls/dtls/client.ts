import { DtlsClientStart } from './client-start.ts';
import type { DtlsClientConfig } from './config.ts';
import { DatagramConnection } from './connection.ts';
import type { DtlsConnection, DtlsHost } from './engine.ts';

export type { DtlsClientConfig } from './config.ts';

/** The client side of a DTLS 1.2 connection. Call `start()` to have it speak. */
export function createDtlsClient(config: DtlsClientConfig, host: DtlsHost): DtlsConnection {
  return new DatagramConnection({
    role: 'client',
    config,
    ...(config.serverName === undefined ? {} : { serverName: config.serverName }),
    host,
    machine: (io) => new DtlsClientStart(config, io),
    verifiesHello: false,
  });
}
