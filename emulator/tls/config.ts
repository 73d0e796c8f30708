import type { ConnectionId } from '../world/trace-events.ts';
import type { Credentials } from './engine.ts';
import type { ProfileName } from './profiles.ts';

export interface TlsClientConfig {
  readonly connection: ConnectionId;
  readonly profile: ProfileName;
  /** Sent as server_name. An address is sent by the `mbedtls` profile only. */
  readonly serverName?: string;
  /** Ids in order of preference; by default the profile's. Those that need a pre-shared key are left out. */
  readonly suites?: readonly number[];
  /** Shown when the server asks for a certificate. */
  readonly credentials?: Credentials;
}

export interface TlsServerConfig {
  readonly connection: ConnectionId;
  readonly profile: ProfileName;
  /** Chosen by server name, then by what the client can use; the first is the default. */
  readonly credentials: readonly Credentials[];
  readonly clientAuth: 'none' | 'request' | 'require';
  /** DER names of authorities, put into the CertificateRequest. */
  readonly clientCaNames?: readonly Uint8Array[];
  /** Ids in order of preference; by default the profile's. */
  readonly suites?: readonly number[];
}
