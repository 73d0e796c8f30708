import type { Reader } from '../../codec/reader.ts';
import type { Writer } from '../../codec/writer.ts';
import {
  describeStatusType,
  OCSP,
  readCertificateStatus,
  writeCertificateStatus,
} from '../certificate-status.ts';
import type { ExtensionCodec } from './extension.ts';

/**
 * RFC 6066 section 8: asks for an OCSP response, from any responder; empty where it is only agreed to. In TLS 1.3 the
 * response itself stands beside the certificate (RFC 8446 section 4.4.2.1).
 */
export const statusRequest: ExtensionCodec<'status_request'> = {
  id: 5,
  write(w, { response }, place) {
    if (place === 'ClientHello') writeRequest(w);
    else if (response !== undefined) writeCertificateStatus(w, { response });
  },
  read(r, place) {
    if (place === 'ClientHello') return { asksForOcsp: readRequest(r), response: undefined };
    return {
      asksForOcsp: false,
      response: place === 'CertificateEntry' ? readCertificateStatus(r).response : undefined,
    };
  },
  describe: ({ response }) => response && `OCSP response of ${response.length} bytes`,
};

function writeRequest(w: Writer): void {
  w.u8('status_type', OCSP, describeStatusType(OCSP));
  w.lengthU16('responder_id_list')('any');
  w.lengthU16('request_extensions')('none');
}

/** Whether it is OCSP that is asked for; what else there may be one day is passed over. */
function readRequest(r: Reader): boolean {
  const type = r.u8('status_type', describeStatusType);
  if (type !== OCSP) {
    r.rest('request');
    return false;
  }
  for (const list of ['responder_id_list', 'request_extensions']) {
    const end = r.lengthU16(list);
    if (r.remaining > 0) r.rest('value');
    end();
  }
  return true;
}
