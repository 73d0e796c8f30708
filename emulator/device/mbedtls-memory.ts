/**
 * What mbedTLS takes from the IDF heap, allocation by allocation. The buffers are facts; the rest are sums
 * fitted to the peaks measured with ESP-IDF's configuration (esp32-tls.md: EC P-256 27,698 in the handshake
 * and 25,026 after it, with an intermediate 29,922 / 27,250, RSA-2048 30,985 / 26,717, RSA-4096 leaf
 * 36,361 / 27,485), so that a chain or a key of another size costs what its size says. All in bytes;
 * estimates.
 */
import type { CryptoOperation, PublicKey } from '../crypto/provider.ts';

/** The buffer for incoming records: 16384 and what a record may have around it. One block. Measured. */
export const IN_BUFFER = 16_717;
/** For outgoing records of 4096. One block. Measured. */
export const OUT_BUFFER = 4_429;

/** Session, record keys and their cipher contexts. Fitted. */
export const CONNECTION = 1_647;

/** Handshake parameters, transcript hashes and the key share; until the handshake is over. Fitted. */
export const HANDSHAKE = 1_600;

/** In MicroPython's heap. Measured. */
export const SSL_CONTEXT = 1_856;
export const SSL_SOCKET = 592;

/** One certificate of the peer: kept until the connection closes. Fitted to the four measured chains. */
export function peerCertificate(der: Uint8Array, key: PublicKey | undefined): number {
  return der.length + CERTIFICATE_FIELDS + peerKey(key);
}

/** Names, dates, extensions of a certificate that was read. The sum with its key is fitted, the division assumed. */
const CERTIFICATE_FIELDS = 900;

/** The part of `peerCertificate` that its public key takes: a context and its numbers. */
export function peerKey(key: PublicKey | undefined): number {
  return key?.kind === 'rsa' ? 1_663 + 2 * key.n.length : 881;
}

/**
 * A certificate of the context's own: a trust anchor or the device's. Derived from contexts with one EC CA
 * (884) and one RSA CA (1,470).
 */
export function ownCertificate(der: Uint8Array, key: PublicKey | undefined): number {
  return der.length + (key?.kind === 'rsa' ? 660 : 471);
}

/** The device's private key. Assumed: its numbers, and for RSA the cached helpers of the arithmetic. */
export function ownKey(key: PublicKey): number {
  return key.kind === 'rsa' ? 200 + Math.ceil(6.5 * key.n.length) : 300;
}

/**
 * Big numbers that one operation needs while it runs. EC and RSA public: fitted; RSA private: derived from
 * the peaks of RSA servers (29,162 and 35,562 beside 25,334 for EC, another configuration).
 */
export function temporaries({ operation, size }: CryptoOperation): number {
  const octets = Math.ceil(size / 8);
  switch (operation) {
    case 'ec-keygen':
    case 'ecdh':
    case 'ecdsa-sign':
    case 'ecdsa-verify':
    case 'ed25519-sign':
    case 'ed25519-verify':
      return Math.round((1_072 * octets) / 32);
    case 'rsa-public':
      return Math.max(500, 18 * octets - 1_940);
    case 'rsa-private':
      return Math.max(1_000, 25 * octets - 1_500);
    default:
      return 0;
  }
}
