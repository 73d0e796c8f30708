import { ClientStart } from './client-start.ts';
import type { TlsClientConfig } from './config.ts';
import { Connection } from './connection.ts';
import type { TlsConnection, TlsHost } from './engine.ts';
import { PROFILES } from './profiles.ts';

export type { TlsClientConfig } from './config.ts';

/**
 * The client side of a connection. Call `start()` to have it speak. Throws RangeError for a configuration that no
 * handshake could satisfy.
 */
export function createTlsClient(config: TlsClientConfig, host: TlsHost): TlsConnection {
  if (config.psk?.key.length === 0) {
    throw new RangeError('psk.key is empty: a pre-shared key has at least one byte');
  }
  if (config.ocspStapling !== undefined && config.profile === 'mbedtls') {
    throw new RangeError('ocspStapling: mbedTLS knows no status_request; use the profile "modern"');
  }
  return new Connection({
    connection: config.connection,
    role: 'client',
    profile: PROFILES[config.profile],
    ...(config.serverName === undefined ? {} : { serverName: config.serverName }),
    faults: config.faults,
    recordsPerKey: config.recordsPerKey,
    host,
    machine: (io) => new ClientStart(config, io),
  });
}
