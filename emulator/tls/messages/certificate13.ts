/** RFC 8446 section 4.4.2: a chain whose entries have extensions of their own. */
import type { Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import { TlsError } from '../engine.ts';
import { certificate as certificate12 } from './certificate.ts';
import { type Extension, readExtensionBlock, writeExtensionBlock } from './extensions.ts';
import type { MessageCodec } from './handshake.ts';

export interface CertificateEntry {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly extensions: readonly Extension[];
}

export interface Certificate13 {
  /** The request's, from a client; empty in the handshake. */
  readonly context: Uint8Array;
  /** Leaf first; empty when a client has none to show. */
  readonly entries: readonly CertificateEntry[];
}

/** `stapledOcsp`: DER of an OCSP response for the leaf (section 4.4.2.1). */
export function entriesOf(
  chain: readonly Uint8Array[],
  stapledOcsp?: Uint8Array,
): readonly CertificateEntry[] {
  const staple: Extension = { name: 'status_request', asksForOcsp: false, response: stapledOcsp };
  return chain.map((certificate, depth) => ({
    certificate,
    extensions: depth === 0 && stapledOcsp !== undefined ? [staple] : [],
  }));
}

/** Throws TlsError: a context names a request made after the handshake (sections 4.3.2 and 4.4.2). */
export function checkNoContext(context: Uint8Array): void {
  if (context.length === 0) return;
  throw new TlsError('illegal-parameter', `a certificate_request_context of ${context.length} bytes`);
}

export const certificate13: MessageCodec<Certificate13> = {
  name: 'Certificate',

  write(w: Writer, { context, entries }: Certificate13): void {
    const endContext = w.lengthU8('certificate_request_context');
    if (context.length > 0) w.bytes('context', context);
    endContext();
    const end = w.lengthU24('certificate_list');
    for (const entry of entries) {
      const endEntry = w.group('certificate_entry');
      const endData = w.lengthU24('certificate');
      w.bytes('cert_data', entry.certificate);
      endData(`${entry.certificate.length} bytes`);
      writeExtensionBlock(w, entry.extensions, 'CertificateEntry');
      endEntry();
    }
    end(`${entries.length} entries`);
  },

  read(r: Reader): Certificate13 {
    const endContext = r.lengthU8('certificate_request_context');
    const context = r.remaining > 0 ? r.rest('context').slice() : new Uint8Array(0);
    endContext();
    const entries: CertificateEntry[] = [];
    const end = r.lengthU24('certificate_list');
    while (r.remaining > 0) {
      const endEntry = r.group('certificate_entry');
      const endData = r.lengthU24('certificate');
      if (r.remaining === 0) throw r.error('certificate', 'is empty');
      const der = r.rest('cert_data').slice();
      endData(`${der.length} bytes`);
      entries.push({ certificate: der, extensions: readExtensionBlock(r, 'CertificateEntry') });
      endEntry();
    }
    end(`${entries.length} entries`);
    return { context, entries };
  },

  summary: ({ entries }) => certificate12.summary({ chain: entries.map(({ certificate }) => certificate) }),
};
