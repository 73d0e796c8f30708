import type { TlsClientConfig, TlsServerConfig } from '../config.ts';

export interface DatagramConfig {
  /** Octets of the largest datagram, at least 256; by default the profile's. */
  readonly mtu?: number;
  /** Milliseconds of the first wait and of the longest; by default 1,000 and 60,000 (RFC 6347 4.2.4.1). */
  readonly handshakeTimeout?: { readonly first: number; readonly longest: number };
}

/** There is one version here, and it has no KeyUpdate. */
type NotInDatagrams = 'versions' | 'recordsPerKey';

export interface DtlsClientConfig extends Omit<TlsClientConfig, NotInDatagrams>, DatagramConfig {}

export interface DtlsServerConfig extends Omit<TlsServerConfig, NotInDatagrams>, DatagramConfig {
  /** Without it a client need not show that it can be reached (RFC 6347 section 4.2.1). */
  readonly cookies?: CookieConfig;
}

export interface CookieConfig {
  /** Known to the server alone, and the same for all its connections: 32 random bytes. */
  readonly secret: Uint8Array;
  /** What names the client on the transport: address and port (MicroPython: `wrap_socket(client_id=…)`). */
  readonly clientTransportId: Uint8Array;
}
