/** Who is at the other end of a TLS connection, as far as that was proved. */
import { parseCertificate } from '../x509/certificate.ts';
import { commonNames } from '../x509/name.ts';
import type { SecureStream } from './tls-engine.ts';

/** Whom the verified certificate of the other side names. */
export function commonName({ verifiedPeer }: SecureStream): string | undefined {
  return verifiedPeer && commonNames(parseCertificate(verifiedPeer).subject)[0]?.text;
}
