/** RFC 5246 section 7.4.8: proof that the client has the key of its certificate. */
import { schemeById } from '../signature-schemes.ts';
import { type DigitallySigned, readDigitallySigned, writeDigitallySigned } from './digitally-signed.ts';
import type { MessageCodec } from './handshake.ts';

export const certificateVerify: MessageCodec<DigitallySigned> = {
  name: 'CertificateVerify',
  write: writeDigitallySigned,
  read: readDigitallySigned,
  summary: ({ scheme }) => [`signed ${schemeById(scheme)?.words ?? 'with an unknown algorithm'}`],
};
