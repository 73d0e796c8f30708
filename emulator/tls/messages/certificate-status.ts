/** RFC 6066 section 8: an OCSP response that the server fetched for its certificate, so that the client need not ask. */
import type { Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import type { MessageCodec } from './handshake.ts';

/** CertificateStatusType: there is one. */
export const OCSP = 1;

export interface CertificateStatus {
  /** DER of the OCSPResponse. */
  readonly response: Uint8Array;
}

export const certificateStatus: MessageCodec<CertificateStatus> = {
  name: 'CertificateStatus',
  write: writeCertificateStatus,
  read: readCertificateStatus,
  summary: ({ response }) => [`OCSP response of ${response.length} bytes`],
};

/** Also the body of the extension with which TLS 1.3 does it (RFC 8446 section 4.4.2.1). */
export function writeCertificateStatus(w: Writer, { response }: CertificateStatus): void {
  w.u8('status_type', OCSP, describeStatusType(OCSP));
  const end = w.lengthU24('ocsp_response');
  w.bytes('response', response);
  end(`${response.length} bytes`);
}

export function readCertificateStatus(r: Reader): CertificateStatus {
  const type = r.u8('status_type', describeStatusType);
  if (type !== OCSP) throw r.error('status_type', `is ${type}, not ocsp`);
  const end = r.lengthU24('ocsp_response');
  if (r.remaining === 0) throw r.error('ocsp_response', 'is empty');
  const response = r.rest('response').slice();
  end(`${response.length} bytes`);
  return { response };
}

export function describeStatusType(type: number): string {
  return type === OCSP ? 'ocsp' : `unknown type ${type}`;
}
