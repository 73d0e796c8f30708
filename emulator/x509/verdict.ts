/** The question put to a verification profile, and its answer. */
import type { CryptoProvider } from '../crypto/provider.ts';
import type { UnixSeconds } from '../world/time.ts';
import type { CertificateCheck } from '../world/trace-events.ts';
import type { CertificateAlert, MbedtlsFlag } from './mbedtls-texts.ts';

export interface VerifyRequest {
  /** DER, leaf first, as the peer sent it. */
  readonly chain: readonly Uint8Array[];
  /** DER of the certificates trusted without further question. */
  readonly anchors: readonly Uint8Array[];
  readonly profile: 'mbedtls' | 'rfc5280';
  /** What the leaf is to be: a server's certificate or a client's. */
  readonly purpose: 'server' | 'client';
  /** Host name or IP address the leaf must be for; undefined: names are not looked at. */
  readonly host?: string | undefined;
  readonly time: UnixSeconds;
  readonly crypto: CryptoProvider;
  /**
   * DER of revocation lists. None: revocation is not looked at, which is how the device's port always calls
   * mbedTLS.
   */
  readonly crls?: readonly Uint8Array[];
  /** DER of OCSP responses that were fetched (rfc5280 only: mbedTLS has no OCSP). */
  readonly ocspResponses?: readonly Uint8Array[];
  /** DER of the OCSP response stapled to each certificate of the chain, leaf first (rfc5280 only). */
  readonly staples?: readonly (Uint8Array | undefined)[];
  /** Refuse a leaf without a staple, also when its tlsfeature does not ask for one (rfc5280 only). */
  readonly requireStaple?: boolean;
  /** What is asked of certificate policies (rfc5280 only); default: nothing beyond what the CAs demand. */
  readonly policies?: PolicyRequest;
  /** How TLS 1.2 will use the leaf's key (mbedtls profile, keyUsage of a server); default: signatures. */
  readonly keyExchange?: KeyExchange;
  /** At most so many intermediates between leaf and anchor, self-issued ones not counted (rfc5280 only). */
  readonly maxChainDepth?: number | undefined;
}

/** The inputs of RFC 5280 section 6.1.1 (c) and (e) to (g). */
export interface PolicyRequest {
  /** OIDs that would do; default anyPolicy. They count only where a valid policy is demanded. */
  readonly initial?: readonly string[];
  /** Demand a valid policy, also where no CA does. */
  readonly requireExplicit?: boolean;
  readonly inhibitMapping?: boolean;
  readonly inhibitAny?: boolean;
}

/** Signature: ECDHE and TLS 1.3; encipherment: static RSA; agreement: static ECDH. */
export type KeyExchange = 'signature' | 'encipherment' | 'agreement';

export interface ChainVerdict {
  readonly accepted: boolean;
  /** Subject of the leaf; empty when it could not be read. */
  readonly subject: string;
  readonly checks: readonly CertificateCheck[];
  /** What mbedTLS calls it; empty under the rfc5280 profile. */
  readonly flags: readonly MbedtlsFlag[];
  /** On refusal: the alert to send. */
  readonly alert?: CertificateAlert;
  /** On refusal: the reason in words. */
  readonly detail?: string;
  /** When mbedTLS ends in an error of its own instead of flags: its number and name. */
  readonly error?: { readonly code: number; readonly name: string };
}
