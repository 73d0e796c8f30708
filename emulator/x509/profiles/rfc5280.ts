import type { ChainVerdict, VerifyRequest } from '../verdict.ts';
export function verifyRfc5280(request: VerifyRequest): ChainVerdict {
  throw new Error(`soon ${request.profile}`);
}
