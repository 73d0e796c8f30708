/**
 * What the engine is to those who use it, and what it asks of them. Sans-I/O: bytes in, bytes and events
 * out; no sockets, no clock, no randomness of its own. Both versions and both roles have this face.
 */
import type { CryptoProvider, PrivateKey, PublicKey } from '../crypto/provider.ts';
import type { UnixSeconds } from '../world/time.ts';
import type { CertificateCheck, TraceEventBody } from '../world/trace-events.ts';
import type { KeyExchange } from '../x509/verdict.ts';
import type { TlsVersion } from './versions.ts';

/** What the engine asks of whoever embeds it. */
export interface TlsHost {
  /** Cryptography; the device passes a metered one. */
  readonly crypto: CryptoProvider;
  random(length: number): Uint8Array;
  /** What this side's clock shows; the first four bytes of a TLS 1.2 random, and certificate dates. */
  unixTime(): UnixSeconds;
  /** Every event has type `tls.*`; the host stamps time and actor. */
  emit(event: TraceEventBody): void;
  /** Judges the peer's certificate chain. Called once, before the peer's key is used. */
  verifyPeer(question: PeerQuestion): PeerVerdict;
  /** Whether the peer is told of an error by an alert; without this it always is, where the profile has one. */
  tellsPeer?(error: TlsError): boolean;
}

/** What a host is asked to judge. */
export interface PeerQuestion {
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
  /** What the peer is: a server or a client. */
  readonly purpose: 'server' | 'client';
  /** How the handshake will use the leaf's key, which its keyUsage must allow. */
  readonly keyUse: KeyExchange;
  /** DER of the OCSPResponse that a server stapled (RFC 6066 section 8); undefined when there was none. */
  readonly stapledOcsp?: Uint8Array | undefined;
}

export interface PeerVerdict {
  readonly accepted: boolean;
  /** Subject of the leaf, shown in the trace; present also when nothing was verified. */
  readonly subject?: string;
  /** False when the verdict is "not looked at" (CERT_NONE): the connection is then not authenticated. */
  readonly authenticated: boolean;
  readonly checks: readonly CertificateCheck[];
  /** On refusal: the alert to send (name in RFC 8446 section 6), and the reason for the error. */
  readonly alert?: AlertName;
  readonly detail?: string;
  /** On refusal, when it was not the chain itself: no trust anchors, or a key that may not be used so. */
  readonly reason?: 'certificate-refused' | 'certificate-usage' | 'no-ca-chain';
}

export interface Credentials {
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
  readonly key: PrivateKey;
  /** Signs outside (secure element). `data` is what is signed, not its hash. */
  readonly sign?: (scheme: number, data: Uint8Array) => Uint8Array;
  /** DER of an OCSPResponse for the leaf, which a server staples when asked (RFC 6066 section 8). */
  readonly ocspResponse?: Uint8Array;
}

export interface TlsConnection {
  /** Hands the engine bytes from the wire. Throws TlsError; the alert to send is then in `take()`. */
  receive(bytes: Uint8Array): void;
  /** The peer closed its sending side of the transport. Throws TlsError in a handshake. */
  receiveEnd(): void;
  /** Queues application data; returns how many bytes were accepted. Only after `established`. */
  send(bytes: Uint8Array): number;
  /** Application data received so far, at most `limit` bytes; empty when there is none. */
  read(limit: number): Uint8Array;
  /** Bytes to put on the wire: everything there is to say until the peer has answered. */
  take(): Uint8Array;
  /**
   * One record at a time. A profile that flushes record by record (mbedTLS) makes the next message of its
   * flight only here, when the records before it were taken: the arithmetic of a ClientKeyExchange then comes
   * after the Certificate is on the wire. So this call, and `take()`, can throw TlsError as `receive` does;
   * the alert is the next record.
   */
  takeRecord(): Uint8Array | undefined;
  /** How many bytes complete the record header or body now being received: what mbedTLS would ask for. */
  readonly bytesWanted: number;
  /** Begins the handshake (a client queues its ClientHello). */
  start(): void;
  /** Queues close_notify. */
  close(): void;
  /** Queues a fatal alert of the host's own, in any state; the connection is otherwise as before. */
  sendAlert(description: AlertName): void;
  /**
   * New keys for what this side sends, and if asked for what the peer sends (RFC 8446 section 4.6.3). Throws Error
   * before `established`, after `close`, and where the version has no KeyUpdate.
   */
  updateKeys(requestPeer: boolean): void;

  readonly state: 'handshaking' | 'established' | 'closed' | 'failed';
  /** True once the peer's close_notify was read. */
  readonly peerClosed: boolean;
  readonly error: TlsError | undefined;
  /** After `established`. */
  readonly session: TlsSession | undefined;
}

export interface TlsSession {
  readonly version: TlsVersion;
  /** IANA name without prefix conventions: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384". */
  readonly suite: string;
  readonly group: string | undefined;
  readonly peerCertificates: readonly Uint8Array[];
  readonly peerAuthenticated: boolean;
  /** Whether it took up an older session, whose certificates are then shown here. */
  readonly resumed: boolean;
}

/** RFC 8446 section 6 (and RFC 5246 section 7.2 for those 1.3 dropped). */
export const ALERT_CODES = {
  close_notify: 0,
  unexpected_message: 10,
  bad_record_mac: 20,
  decryption_failed: 21,
  record_overflow: 22,
  decompression_failure: 30,
  handshake_failure: 40,
  no_certificate: 41,
  bad_certificate: 42,
  unsupported_certificate: 43,
  certificate_revoked: 44,
  certificate_expired: 45,
  certificate_unknown: 46,
  illegal_parameter: 47,
  unknown_ca: 48,
  access_denied: 49,
  decode_error: 50,
  decrypt_error: 51,
  export_restriction: 60,
  protocol_version: 70,
  insufficient_security: 71,
  internal_error: 80,
  inappropriate_fallback: 86,
  user_canceled: 90,
  no_renegotiation: 100,
  missing_extension: 109,
  unsupported_extension: 110,
  unrecognized_name: 112,
  bad_certificate_status_response: 113,
  unknown_psk_identity: 115,
  certificate_required: 116,
  no_application_protocol: 120,
} as const;

export type AlertName = keyof typeof ALERT_CODES;

/**
 * What went wrong, one word per cause: alerts.ts maps it to the alert, mbedtls-errors.ts to mbedTLS's numbers,
 * reports to sentences. `alert` is what this side sends; none when the cause was the peer's own alert or the
 * transport's end.
 */
export type TlsErrorReason =
  | 'peer-alert'
  /** close_notify before the handshake was complete. */
  | 'peer-closed'
  | 'transport-closed'
  | 'not-tls'
  | 'bad-record-version'
  | 'record-overflow'
  | 'bad-record'
  | 'bad-record-mac'
  | 'unexpected-message'
  | 'message-too-long'
  | 'decode-error'
  | 'unknown-suite'
  | 'compression-selected'
  | 'unsupported-extension'
  | 'renegotiation-mismatch'
  | 'bad-certificate'
  | 'certificate-refused'
  | 'certificate-usage'
  | 'certificate-missing'
  /** A client asked for a stapled OCSP response and got none (RFC 6066 section 8). */
  | 'certificate-status-missing'
  /** A session is taken up with other properties than it had (RFC 7627 section 5.3). */
  | 'session-mismatch'
  | 'bad-signature'
  | 'bad-finished'
  | 'bad-key-share'
  | 'illegal-parameter'
  | 'missing-extension'
  | 'inappropriate-fallback'
  | 'bad-psk-binder'
  /** RFC 4279 section 2. */
  | 'unknown-psk-identity'
  | 'unsupported-version'
  | 'no-shared-parameters'
  | 'no-ca-chain'
  /** DTLS: the client must first show that it can be reached; a new connection takes its second hello. */
  | 'hello-verify-required'
  /** DTLS: the peer did not answer, however often it was asked. */
  | 'timeout'
  | 'out-of-memory'
  | 'internal';

export interface TlsErrorDetails {
  readonly alert?: AlertName | undefined;
  readonly state?: string | undefined;
  readonly peerAlert?: AlertName | undefined;
  readonly keyKind?: PublicKey['kind'] | undefined;
  readonly cause?: unknown;
}

export class TlsError extends Error {
  override readonly name = 'TlsError';
  readonly reason: TlsErrorReason;
  readonly alert: AlertName | undefined;
  /** State of the handshake machine. */
  readonly state: string;
  /** The peer's alert, when that is the reason. */
  readonly peerAlert: AlertName | undefined;
  /** Whose signature it was, when that is the reason. */
  readonly keyKind: PublicKey['kind'] | undefined;

  constructor(reason: TlsErrorReason, message: string, more: TlsErrorDetails = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.reason = reason;
    this.alert = more.alert;
    this.state = more.state ?? '';
    this.peerAlert = more.peerAlert;
    this.keyKind = more.keyKind;
  }
  /** The same error, told where it happened and which alert answers it. */
  inState(state: string, alert: AlertName | undefined): TlsError {
    const { reason, message, peerAlert, keyKind, cause } = this;
    return new TlsError(reason, message, { alert, state, peerAlert, keyKind, cause });
  }
}

/** An exception of the engine's own making, or of the host's call-backs, ends a connection too. */
export function asTlsError(cause: unknown): TlsError {
  if (cause instanceof TlsError) return cause;
  return new TlsError('internal', cause instanceof Error ? cause.message : String(cause), { cause });
}
