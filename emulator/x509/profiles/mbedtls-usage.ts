/** mbedtls_x509_crt_check_key_usage */
import type { KeyUsage } from '../extensions.ts';

/**
 * An absent extension allows everything. encipherOnly and decipherOnly narrow keyAgreement, but mbedTLS takes
 * them to forbid every use that is not asked for with them, so a CA that carries one cannot sign.
 */
export function allowsUsage(keyUsage: readonly KeyUsage[] | undefined, wanted: KeyUsage): boolean {
  if (keyUsage === undefined) return true;
  const narrowed = keyUsage.includes('encipherOnly') || keyUsage.includes('decipherOnly');
  return keyUsage.includes(wanted) && !narrowed;
}
