/** The question that most tests put: is this chain a server's, api.example.com, at the PKI's time? */
import { type ChainVerdict, type VerifyRequest, verifyChain } from '../../emulator/x509/verify.ts';
import * as pki from './pki.ts';

export interface Question extends Partial<Omit<VerifyRequest, 'chain' | 'anchors'>> {
  readonly chain: readonly pki.Issued[];
  readonly anchors?: readonly pki.Issued[];
}

export function ask({ chain, anchors = [pki.root], ...more }: Question): ChainVerdict {
  return verifyChain({
    profile: 'rfc5280',
    purpose: 'server',
    host: 'api.example.com',
    time: pki.NOW,
    crypto: pki.crypto,
    ...more,
    chain: chain.map(({ der }) => der),
    anchors: anchors.map(({ der }) => der),
  });
}
