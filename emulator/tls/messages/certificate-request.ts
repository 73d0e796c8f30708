/** RFC 5246 section 7.4.4. */
import type { Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import { describeScheme } from '../signature-schemes.ts';
import type { MessageCodec } from './handshake.ts';
import { readList8, readList16, readNames, writeList8, writeList16, writeNames } from './lists.ts';

/** ClientCertificateType. */
export const CERTIFICATE_TYPES = { rsa_sign: 1, ecdsa_sign: 64 } as const;

export interface CertificateRequest {
  readonly certificateTypes: readonly number[];
  readonly schemes: readonly number[];
  /** DER names; empty means any. */
  readonly authorities: readonly Uint8Array[];
}

export const certificateRequest: MessageCodec<CertificateRequest> = {
  name: 'CertificateRequest',

  write(w: Writer, request: CertificateRequest): void {
    writeList8(w, 'certificate_types', 'type', request.certificateTypes, describeType);
    writeList16(w, 'supported_signature_algorithms', 'scheme', request.schemes, describeScheme);
    writeNames(w, 'certificate_authorities', request.authorities);
  },

  read(r: Reader): CertificateRequest {
    return {
      certificateTypes: readList8(r, 'certificate_types', 'type', describeType),
      schemes: readList16(r, 'supported_signature_algorithms', 'scheme', describeScheme),
      authorities: readNames(r, 'certificate_authorities'),
    };
  },

  summary(request: CertificateRequest): readonly string[] {
    const names = request.authorities.length;
    return [
      request.certificateTypes.map(describeType).join(', '),
      names === 0 ? 'any authority' : `${names} ${names === 1 ? 'authority' : 'authorities'}`,
    ];
  },
};

function describeType(type: number): string {
  const known = Object.entries(CERTIFICATE_TYPES).find(([, value]) => value === type);
  return known?.[0] ?? `type ${type}`;
}
