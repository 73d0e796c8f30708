/** Asks an OCSP responder, as browsers do and no board does. */
import { contextTag } from '../../emulator/x509/der.ts';
import { derExtensions, derSequence, derValue } from '../../emulator/x509/der-write.ts';
import { type CertId, encodeCertId } from '../../emulator/x509/ocsp-cert-id.ts';
import { nonceExtension } from '../../emulator/x509/ocsp-request.ts';

/** DER of an unsigned request. `nonce`: 1 to 32 bytes (RFC 9654), from the caller's randomness. */
export function encodeOcspRequest(certIds: readonly CertId[], nonce?: Uint8Array): Uint8Array {
  const requests = derSequence(...certIds.map((id) => derSequence(encodeCertId(id))));
  const extensions =
    nonce === undefined ? [] : [derValue(contextTag(2, true), derExtensions([nonceExtension(nonce)]))];
  return derSequence(derSequence(requests, ...extensions));
}
