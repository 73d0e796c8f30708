/**
 * How the key exchanges of TLS 1.2 differ, as data: RFC 5246 section 7.4, RFC 8422 section 2, RFC 4279, RFC 5489.
 * What the messages hold and how the premaster secret is made follows from it.
 */
import type { PublicKey } from '../crypto/provider.ts';
import type { KeyExchange as KeyUse } from '../x509/verdict.ts';
import type { CipherSuite, KeyExchange } from './cipher-suite.ts';

/** How a server proves itself with a certificate. */
export interface CertificateTraits {
  readonly keys: readonly PublicKey['kind'][];
  /** What its key does in the handshake, which its keyUsage must allow. */
  readonly use: KeyUse;
}

export interface KeyExchangeTraits {
  /** Undefined: the server shows none. */
  readonly certificate: CertificateTraits | undefined;
  /** The server sends an ECDH key made for this handshake, signed if its certificate's key is one that signs. */
  readonly ephemeral: boolean;
  /** Both sides know a key beforehand; the client names it, and it becomes part of the premaster secret. */
  readonly psk: boolean;
}

/** RFC 8422 section 5.10: an EdDSA key counts as one for ECDSA suites. */
const SIGNING_EC: CertificateTraits = { keys: ['ec', 'ed25519'], use: 'signature' };
const SIGNING_RSA: CertificateTraits = { keys: ['rsa'], use: 'signature' };
const ENCRYPTING_RSA: CertificateTraits = { keys: ['rsa'], use: 'encipherment' };
/** Who signed the certificate is what the two suites differ in, and TLS 1.2 no longer minds (RFC 5246 7.4.2). */
const AGREEING_EC: CertificateTraits = { keys: ['ec'], use: 'agreement' };

const KEY_EXCHANGES: Readonly<Record<KeyExchange, KeyExchangeTraits>> = {
  ECDHE_ECDSA: { certificate: SIGNING_EC, ephemeral: true, psk: false },
  ECDHE_RSA: { certificate: SIGNING_RSA, ephemeral: true, psk: false },
  ECDHE_PSK: { certificate: undefined, ephemeral: true, psk: true },
  RSA: { certificate: ENCRYPTING_RSA, ephemeral: false, psk: false },
  ECDH_RSA: { certificate: AGREEING_EC, ephemeral: false, psk: false },
  ECDH_ECDSA: { certificate: AGREEING_EC, ephemeral: false, psk: false },
  RSA_PSK: { certificate: ENCRYPTING_RSA, ephemeral: false, psk: true },
  PSK: { certificate: undefined, ephemeral: false, psk: true },
  ECDH_anon: { certificate: undefined, ephemeral: true, psk: false },
};

export function traitsOf({ keyExchange }: CipherSuite): KeyExchangeTraits {
  return KEY_EXCHANGES[keyExchange];
}

/** Whether points of a curve are exchanged: the hello then says which curves (RFC 8422 section 4). */
export function usesEc({ ephemeral, certificate }: KeyExchangeTraits): boolean {
  return ephemeral || certificate?.use === 'agreement';
}

/** Whether the server may ask for a certificate: RFC 5246 section 7.4.4, and RFC 4279, which leaves no place for it. */
export function mayAskForCertificate({ certificate, psk }: KeyExchangeTraits): boolean {
  return certificate !== undefined && !psk;
}
