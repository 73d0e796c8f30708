import type { CipherSuite } from '../../emulator/tls/suites.ts';

/** A suite as OpenSSL spells it: "ECDHE-ECDSA-AES256-GCM-SHA384", "AES128-SHA", "AES256-CCM8". */
export function opensslName(suite: CipherSuite): string {
  return suite.name
    .replace(/^TLS_(RSA_WITH_)?/, '')
    .replace('_WITH', '')
    .replace(/AES_(\d+)(_CBC)?/, 'AES$1')
    .replace('CCM_8', 'CCM8')
    .replaceAll('_', '-');
}
