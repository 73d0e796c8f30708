import type { ConnectionId } from '../world/trace-events.ts';
import type { Credentials } from './engine.ts';
import type { Fault } from './faults.ts';
import type { ProfileName } from './profiles.ts';
import type { ServerSessions } from './server-sessions.ts';
import type { ClientSession } from './session.ts';

/** What a client and a server are told alike. */
interface CommonConfig {
  readonly connection: ConnectionId;
  readonly profile: ProfileName;
  /** Protocol versions spoken (TLS12, TLS13); by default the profile's. */
  readonly versions?: readonly number[];
  /** Ids in order of preference, of all versions; by default the profile's. */
  readonly suites?: readonly number[];
  /** Named groups in order of preference; by default the profile's. */
  readonly groups?: readonly number[];
  /**
   * TLS 1.3: records that this side sends under one key, two or more; then it sends a KeyUpdate. No more than the cipher
   * stands (RFC 8446 section 5.5), which is the default.
   */
  readonly recordsPerKey?: number;
  /** What this side does wrong on purpose. */
  readonly faults?: readonly Fault[];
}

export interface TlsClientConfig extends CommonConfig {
  /** Sent as server_name. An address is sent by the `mbedtls` profile only. */
  readonly serverName?: string;
  /** Shown when the server asks for a certificate. */
  readonly credentials?: Credentials;
  /** A secret shared beforehand (RFC 4279). With it the `mbedtls` profile offers PSK suites alone. */
  readonly psk?: PreSharedKey;
  /** A session to take up again, kept from `onSession`. */
  readonly session?: ClientSession;
  /**
   * Called for each session that the server lets this client take up later. Whoever keeps it drops it when its
   * connection fails (RFC 5246 section 7.2.2).
   */
  readonly onSession?: (session: ClientSession) => void;
  /** Octets of the largest record that this client wants to receive (RFC 6066 section 4). */
  readonly maxFragmentLength?: 512 | 1024 | 2048 | 4096;
  /**
   * Whether the server is asked to staple an OCSP response, and whether a handshake without one fails. The `mbedtls`
   * profile cannot ask.
   */
  readonly ocspStapling?: 'ask' | 'require';
}

export interface TlsServerConfig extends CommonConfig {
  /** Chosen by server name, then by what the client can use; the first is the default. */
  readonly credentials: readonly Credentials[];
  readonly clientAuth: 'none' | 'request' | 'require';
  /** DER names of authorities, put into the CertificateRequest. */
  readonly clientCaNames?: readonly Uint8Array[];
  /** The key of an identity, or undefined when it is not known (RFC 4279). */
  readonly preSharedKey?: (identity: Uint8Array) => Uint8Array | undefined;
  /** Helps the client choose an identity (RFC 4279 section 5.2). */
  readonly pskIdentityHint?: Uint8Array;
  /** Spoken inside, in order of preference (RFC 7301); without it a client may speak what it likes. */
  readonly applicationProtocols?: readonly string[];
  /** What sessions are resumed from; without it every handshake is a full one. */
  readonly sessions?: ServerSessions;
}

export interface PreSharedKey {
  readonly identity: Uint8Array;
  /** Not empty. */
  readonly key: Uint8Array;
}
