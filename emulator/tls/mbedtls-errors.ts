/**
 * The error codes with which mbedTLS 3.6 reports what the engine found, as MicroPython shows them in an OSError.
 * Recorded from real MicroPython on mbedTLS; those never met there are from ssl.h.
 */
import { DerError } from '../x509/der.ts';
import type { TlsError, TlsErrorReason } from './engine.ts';

export interface MbedtlsError {
  /** Negative. */
  readonly code: number;
  /** "MBEDTLS_ERR_SSL_CONN_EOF". */
  readonly name: string;
}

const ERRORS: Readonly<Record<TlsErrorReason, MbedtlsError>> = {
  'peer-alert': ssl(0x7780, 'FATAL_ALERT_MESSAGE'),
  'peer-closed': ssl(0x7880, 'PEER_CLOSE_NOTIFY'),
  'transport-closed': ssl(0x7280, 'CONN_EOF'),
  'not-tls': ssl(0x7200, 'INVALID_RECORD'),
  'bad-record-version': ssl(0x6e80, 'BAD_PROTOCOL_VERSION'),
  'record-overflow': ssl(0x7100, 'BAD_INPUT_DATA'),
  'bad-record': ssl(0x7200, 'INVALID_RECORD'),
  'bad-record-mac': ssl(0x7180, 'INVALID_MAC'),
  'unexpected-message': ssl(0x7700, 'UNEXPECTED_MESSAGE'),
  'message-too-long': ssl(0x7100, 'BAD_INPUT_DATA'),
  'decode-error': ssl(0x7300, 'DECODE_ERROR'),
  'unknown-suite': ssl(0x7100, 'BAD_INPUT_DATA'),
  'compression-selected': ssl(0x7080, 'FEATURE_UNAVAILABLE'),
  'unsupported-extension': ssl(0x7500, 'UNSUPPORTED_EXTENSION'),
  'renegotiation-mismatch': ssl(0x6e00, 'HANDSHAKE_FAILURE'),
  'bad-certificate': ssl(0x7a00, 'BAD_CERTIFICATE'),
  'certificate-refused': { code: -0x2700, name: 'MBEDTLS_ERR_X509_CERT_VERIFY_FAILED' },
  'certificate-usage': ssl(0x7a00, 'BAD_CERTIFICATE'),
  'certificate-missing': ssl(0x7480, 'NO_CLIENT_CERTIFICATE'),
  'certificate-status-missing': ssl(0x7a00, 'BAD_CERTIFICATE'),
  'bad-signature': { code: -0x4e00, name: 'MBEDTLS_ERR_ECP_VERIFY_FAILED' },
  'bad-finished': ssl(0x6e00, 'HANDSHAKE_FAILURE'),
  'bad-key-share': { code: -0x4c80, name: 'MBEDTLS_ERR_ECP_INVALID_KEY' },
  'illegal-parameter': ssl(0x6600, 'ILLEGAL_PARAMETER'),
  'missing-extension': ssl(0x6e00, 'HANDSHAKE_FAILURE'),
  'inappropriate-fallback': ssl(0x6e00, 'HANDSHAKE_FAILURE'),
  'bad-psk-binder': ssl(0x6e00, 'HANDSHAKE_FAILURE'),
  'session-mismatch': ssl(0x6e00, 'HANDSHAKE_FAILURE'),
  'unknown-psk-identity': ssl(0x6c80, 'UNKNOWN_IDENTITY'),
  'unsupported-version': ssl(0x6e80, 'BAD_PROTOCOL_VERSION'),
  'no-shared-parameters': ssl(0x6e00, 'HANDSHAKE_FAILURE'),
  'no-ca-chain': ssl(0x7680, 'CA_CHAIN_REQUIRED'),
  'hello-verify-required': ssl(0x6a80, 'HELLO_VERIFY_REQUIRED'),
  timeout: ssl(0x6800, 'TIMEOUT'),
  'out-of-memory': ssl(0x7f00, 'ALLOC_FAILED'),
  internal: ssl(0x6c00, 'INTERNAL_ERROR'),
};

const RSA_VERIFY_FAILED: MbedtlsError = { code: -0x4380, name: 'MBEDTLS_ERR_RSA_VERIFY_FAILED' };

/** What the device's Python sees for an error of the engine (in the `mbedtls` profile). */
export function mbedtlsError(error: TlsError): MbedtlsError {
  if (error.reason === 'bad-signature' && error.keyKind === 'rsa') return RSA_VERIFY_FAILED;
  // A server reads the client's point and checks it in one go, and calls whatever is wrong a decode error.
  if (error.reason === 'bad-key-share' && error.state === 'WAIT_CLIENT_KEY_EXCHANGE') {
    return ERRORS['decode-error'];
  }
  if (error.reason === 'bad-certificate') return certificateError(error.cause) ?? ERRORS['bad-certificate'];
  return ERRORS[error.reason];
}

/** The reader of certificates knows mbedTLS's number for what it could not read. */
function certificateError(cause: unknown): MbedtlsError | undefined {
  if (!(cause instanceof DerError)) return undefined;
  return { code: cause.code, name: cause.codeName };
}

function ssl(code: number, name: string): MbedtlsError {
  return { code: -code, name: `MBEDTLS_ERR_SSL_${name}` };
}
