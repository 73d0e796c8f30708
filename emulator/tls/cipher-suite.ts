/** What a cipher suite of TLS 1.2 consists of, which its name says. */
import type { HashName } from '../crypto/provider.ts';

export type KeyExchange =
  | 'ECDHE_ECDSA'
  | 'ECDHE_RSA'
  | 'ECDHE_PSK'
  | 'RSA'
  | 'ECDH_RSA'
  | 'ECDH_ECDSA'
  | 'RSA_PSK'
  | 'PSK'
  | 'ECDH_anon';

/** Bulk cipher as IANA names it. */
export type BulkCipher =
  | `AES_${128 | 256}_${'GCM' | 'CCM' | 'CCM_8' | 'CBC'}`
  | `ARIA_${128 | 256}_${'GCM' | 'CBC'}`
  | 'CHACHA20_POLY1305'
  | 'NULL';

export interface CipherSuite {
  readonly id: number;
  /** "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384". */
  readonly name: string;
  /** "TLS-ECDHE-ECDSA-WITH-AES-256-GCM-SHA384", as MicroPython shows it. */
  readonly mbedtlsName: string;
  readonly keyExchange: KeyExchange;
  readonly cipher: BulkCipher;
  /** Hash of the record MAC; undefined for AEAD suites. */
  readonly macHash: HashName | undefined;
  /** Hash of the PRF and of Finished (RFC 5246 section 5: SHA-256 unless the suite says SHA-384). */
  readonly prfHash: 'sha256' | 'sha384';
}

type HashSuffix = '' | 'SHA' | 'SHA256' | 'SHA384';

export function suite(
  id: number,
  keyExchange: KeyExchange,
  cipher: BulkCipher,
  hash: HashSuffix,
): CipherSuite {
  const name = `TLS_${keyExchange}_WITH_${cipher}${hash === '' ? '' : `_${hash}`}`;
  const macHashes = { '': undefined, SHA: 'sha1', SHA256: 'sha256', SHA384: 'sha384' } as const;
  const hasMac = cipher.endsWith('CBC') || cipher === 'NULL';
  return {
    id,
    name,
    mbedtlsName: name.replaceAll('_', '-'),
    keyExchange,
    cipher,
    macHash: hasMac ? macHashes[hash] : undefined,
    prfHash: hash === 'SHA384' ? 'sha384' : 'sha256',
  };
}
