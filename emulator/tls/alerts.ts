/**
 * Which alert answers which error. The first table is the RFCs': 5246 section 7.2.2, 8446 section 6.2, and those
 * of the extensions. The second is where mbedTLS 3.6 departs from it.
 */
import { ALERT_CODES, type AlertName, TlsError, type TlsErrorReason } from './engine.ts';

/** `undefined`: nothing is sent. An error that names its own alert overrides this table. */
export const RFC_ALERTS: Readonly<Record<TlsErrorReason, AlertName | undefined>> = {
  'peer-alert': undefined,
  'peer-closed': undefined,
  'transport-closed': undefined,
  'not-tls': 'unexpected_message',
  'bad-record-version': 'protocol_version',
  'record-overflow': 'record_overflow',
  'bad-record': 'decode_error',
  'bad-record-mac': 'bad_record_mac',
  'unexpected-message': 'unexpected_message',
  'message-too-long': 'decode_error',
  'decode-error': 'decode_error',
  'unknown-suite': 'illegal_parameter',
  'compression-selected': 'illegal_parameter',
  'unsupported-extension': 'unsupported_extension',
  'renegotiation-mismatch': 'handshake_failure',
  'bad-certificate': 'bad_certificate',
  'certificate-refused': 'bad_certificate',
  'certificate-usage': 'unsupported_certificate',
  'certificate-missing': 'handshake_failure',
  'certificate-status-missing': 'bad_certificate_status_response',
  'bad-signature': 'decrypt_error',
  'bad-finished': 'decrypt_error',
  'bad-key-share': 'illegal_parameter',
  'illegal-parameter': 'illegal_parameter',
  'missing-extension': 'missing_extension',
  'inappropriate-fallback': 'inappropriate_fallback',
  'bad-psk-binder': 'decrypt_error',
  'session-mismatch': 'handshake_failure',
  'unknown-psk-identity': 'unknown_psk_identity',
  'unsupported-version': 'protocol_version',
  'no-shared-parameters': 'handshake_failure',
  'no-ca-chain': 'unknown_ca',
  'hello-verify-required': undefined,
  timeout: undefined,
  'out-of-memory': 'internal_error',
  internal: 'internal_error',
};

/**
 * mbedTLS: a record whose header or framing is wrong is dropped without a word, and a suite that it does not
 * know is its own fault. Entries "STATE reason" are places where its server returns an error only.
 */
export const MBEDTLS_ALERTS: ReadonlyMap<string, AlertName | undefined> = new Map<
  string,
  AlertName | undefined
>([
  ['not-tls', undefined],
  ['bad-record-version', undefined],
  ['record-overflow', undefined],
  ['bad-record', undefined],
  ['message-too-long', undefined],
  ['unknown-suite', 'internal_error'],
  ['WAIT_CLIENT_HELLO unexpected-message', undefined],
  ['WAIT_CLIENT_KEY_EXCHANGE unexpected-message', undefined],
  ['WAIT_CLIENT_KEY_EXCHANGE decode-error', undefined],
  ['WAIT_CLIENT_KEY_EXCHANGE bad-key-share', undefined],
  ['WAIT_CERTIFICATE_VERIFY unexpected-message', undefined],
  ['WAIT_CERTIFICATE_VERIFY decode-error', undefined],
  ['WAIT_CERTIFICATE_VERIFY bad-signature', undefined],
]);

const NAMES = new Map<number, AlertName>(
  Object.entries(ALERT_CODES).map(([name, code]) => [code, name as AlertName]),
);

export function alertByCode(code: number): AlertName | undefined {
  return NAMES.get(code);
}

/** The alert that this side sends for an error in that state; `departures` are those of its profile. */
export function alertFor(
  error: TlsError,
  state: string,
  departures: ReadonlyMap<string, AlertName | undefined>,
): AlertName | undefined {
  const inState = `${state} ${error.reason}`;
  if (departures.has(inState)) return departures.get(inState);
  if (departures.has(error.reason)) return departures.get(error.reason);
  return error.alert ?? RFC_ALERTS[error.reason];
}

export interface ReceivedAlert {
  readonly level: 'warning' | 'fatal';
  readonly code: number;
  /** Undefined for a code that no RFC names. */
  readonly name: AlertName | undefined;
  readonly description: string;
}

/** Throws TlsError for what is no alert. */
export function readAlert(bytes: Uint8Array): ReceivedAlert {
  if (bytes.length !== 2) throw new TlsError('bad-record', `an alert of ${bytes.length} bytes`);
  const [level, code] = bytes as unknown as [number, number];
  if (level !== 1 && level !== 2) throw new TlsError('illegal-parameter', `an alert of level ${level}`);
  const name = alertByCode(code);
  const description = name ?? `unknown alert ${code}`;
  return { level: level === 1 ? 'warning' : 'fatal', code, name, description };
}
