/** What one handshake leaves behind so that a later one can take it up (resumption). Plain data. */
import type { UnixSeconds } from '../world/time.ts';
import type { TlsVersion } from './versions.ts';

/** What both sides must know of a session to take it up again, in either version. */
export interface SessionState {
  readonly version: TlsVersion;
  /** IANA id of the cipher suite. */
  readonly suite: number;
  /** TLS 1.2: the master secret. TLS 1.3: the pre-shared key of one ticket (RFC 8446 section 4.6.1). */
  readonly secret: Uint8Array;
  /** RFC 7627 section 5.3: a session is resumed only with the extension it was made with. */
  readonly extendedMasterSecret: boolean;
  readonly serverName: string | undefined;
  /** TLS 1.2: octets of the largest record, if fewer were agreed on; for all connections of a session (RFC 6066 4). */
  readonly maxFragmentLength?: number | undefined;
  /** DER, leaf first; a resumed handshake sends none. Empty when the peer showed none. */
  readonly peerCertificates: readonly Uint8Array[];
  readonly peerAuthenticated: boolean;
  readonly establishedAt: UnixSeconds;
}

/** A session as a client keeps it. */
export interface ClientSession extends SessionState {
  /** TLS 1.2 session ID; empty when the server gave a ticket only. */
  readonly sessionId: Uint8Array;
  readonly ticket: Uint8Array | undefined;
  readonly receivedAt: UnixSeconds;
  /** Seconds that the server will honour it; 0: it did not say. */
  readonly lifetime: number;
  /** RFC 8446 section 4.6.1: hides the age from an eavesdropper; 0 in TLS 1.2. */
  readonly ageAdd: number;
}
