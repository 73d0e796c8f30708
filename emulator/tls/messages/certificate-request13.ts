/** RFC 8446 section 4.3.2: everything that a server wants of the client's certificate is an extension. */
import { describeScheme } from '../signature-schemes.ts';
import { type Extension, findExtension, readExtensionBlock, writeExtensionBlock } from './extensions.ts';
import type { MessageCodec } from './handshake.ts';

export interface CertificateRequest13 {
  /** Names the request; empty in the handshake. */
  readonly context: Uint8Array;
  readonly extensions: readonly Extension[];
}

export const certificateRequest13: MessageCodec<CertificateRequest13> = {
  name: 'CertificateRequest',

  write(w, { context, extensions }) {
    const end = w.lengthU8('certificate_request_context');
    if (context.length > 0) w.bytes('context', context);
    end();
    writeExtensionBlock(w, extensions, 'CertificateRequest');
  },

  read(r) {
    const end = r.lengthU8('certificate_request_context');
    const context = r.remaining > 0 ? r.rest('context').slice() : new Uint8Array(0);
    end();
    return { context, extensions: readExtensionBlock(r, 'CertificateRequest') };
  },

  summary({ extensions }) {
    const schemes = findExtension(extensions, 'signature_algorithms')?.schemes ?? [];
    const names = findExtension(extensions, 'certificate_authorities')?.names.length ?? 0;
    return [
      schemes.map(describeScheme).join(', '),
      names === 0 ? 'any authority' : `${names} ${names === 1 ? 'authority' : 'authorities'}`,
    ];
  },
};
