/** What OpenSSL calls the suites that everybody else names as IANA does. */

const SIMPLE = /^TLS_(\w+?)_WITH_(AES|ARIA|CHACHA20|NULL)_(\w+)$/;

/**
 * "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256" is "ECDHE-ECDSA-AES128-SHA256"; names of TLS 1.3 stay. Undefined for what
 * OpenSSL writes in another manner, which its own list would have to tell.
 */
export function opensslSuite(iana: string): string | undefined {
  if (/^TLS_(AES|CHACHA20)_/.test(iana)) return iana;
  const [, exchange, cipher, mode] = SIMPLE.exec(iana) ?? [];
  if (exchange === undefined || cipher === 'ARIA') return undefined;
  const way = exchange === 'RSA' ? '' : `${exchange.replaceAll('_', '-')}-`;
  if (cipher === 'CHACHA20') return `${way}CHACHA20-POLY1305`;
  if (cipher === 'NULL') return `${way}NULL-${mode}`;
  const [bits, ...rest] = mode!.split('_');
  // CBC goes unsaid, but in the suites with pre-shared keys.
  const spoken = exchange.endsWith('PSK') ? rest : rest.filter((part) => part !== 'CBC');
  const name = spoken.join('-').replace('CCM-8', 'CCM8');
  return `${way}${cipher}${bits}-${name}`;
}
