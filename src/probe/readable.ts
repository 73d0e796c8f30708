import { type Certificate, parseCertificate, type ReadingRules } from '../../emulator/x509/certificate.ts';

/** What a server shows may be anything: undefined for what is no certificate by these rules. */
export function readable(der: Uint8Array | undefined, rules?: ReadingRules): Certificate | undefined {
  try {
    return der && parseCertificate(der, rules);
  } catch {
    return undefined;
  }
}
