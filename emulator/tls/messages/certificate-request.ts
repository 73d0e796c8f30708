/** RFC 5246 section 7.4.4. */
import type { Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import { describeScheme } from '../signature-schemes.ts';
import type { MessageCodec } from './handshake.ts';
import { readList8, readList16, writeList8, writeList16 } from './lists.ts';

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
    const end = w.lengthU16('certificate_authorities');
    for (const name of request.authorities) {
      const endName = w.lengthU16('distinguished_name');
      w.bytes('name', name);
      endName();
    }
    end(`${request.authorities.length} names`);
  },

  read(r: Reader): CertificateRequest {
    return {
      certificateTypes: readList8(r, 'certificate_types', 'type', describeType),
      schemes: readList16(r, 'supported_signature_algorithms', 'scheme', describeScheme),
      authorities: readAuthorities(r),
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

function readAuthorities(r: Reader): readonly Uint8Array[] {
  const authorities: Uint8Array[] = [];
  const end = r.lengthU16('certificate_authorities');
  while (r.remaining > 0) {
    const endName = r.lengthU16('distinguished_name');
    if (r.remaining === 0) throw r.error('distinguished_name', 'is empty');
    authorities.push(r.rest('name').slice());
    endName();
  }
  end(`${authorities.length} names`);
  return authorities;
}

function describeType(type: number): string {
  const known = Object.entries(CERTIFICATE_TYPES).find(([, value]) => value === type);
  return known?.[0] ?? `type ${type}`;
}
