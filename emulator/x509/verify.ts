/**
 * Judging a certificate chain, two ways: as the device's mbedTLS does, and as RFC 5280 (with the web's rules
 * for servers) asks. Same question, comparable answers: what the device lets pass is the difference.
 */
import { verifyMbedtls } from './profiles/mbedtls.ts';
import { verifyRfc5280 } from './profiles/rfc5280.ts';
import type { ChainVerdict, VerifyRequest } from './verdict.ts';

export type { ChainVerdict, KeyExchange, VerifyRequest } from './verdict.ts';

export function verifyChain(request: VerifyRequest): ChainVerdict {
  return request.profile === 'mbedtls' ? verifyMbedtls(request) : verifyRfc5280(request);
}
