/** RFC 5246 sections 7.4.2 and 7.4.6. */
import type { Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import type { MessageCodec } from './handshake.ts';

export interface CertificateMessage {
  /** DER, leaf first; empty when a client has none to show. */
  readonly chain: readonly Uint8Array[];
}

export const certificate: MessageCodec<CertificateMessage> = {
  name: 'Certificate',

  write(w: Writer, { chain }: CertificateMessage): void {
    const end = w.lengthU24('certificate_list');
    for (const der of chain) {
      const endEntry = w.lengthU24('certificate');
      w.bytes('cert_data', der);
      endEntry(`${der.length} bytes`);
    }
    end(count(chain));
  },

  read(r: Reader): CertificateMessage {
    const chain: Uint8Array[] = [];
    const end = r.lengthU24('certificate_list');
    while (r.remaining > 0) {
      const endEntry = r.lengthU24('certificate');
      if (r.remaining === 0) throw r.error('certificate', 'is empty');
      const der = r.rest('cert_data').slice();
      endEntry(`${der.length} bytes`);
      chain.push(der);
    }
    end(count(chain));
    return { chain };
  },

  summary({ chain }: CertificateMessage): readonly string[] {
    if (chain.length === 0) return ['none'];
    return [count(chain), `${chain.map((der) => der.length).join(' + ')} bytes`];
  },
};

function count(chain: readonly Uint8Array[]): string {
  return chain.length === 1 ? '1 certificate' : `${chain.length} certificates`;
}
