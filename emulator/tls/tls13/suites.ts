/** The cipher suites of TLS 1.3: RFC 8446 appendix B.4. An AEAD and a hash; the rest is negotiated apart. */
import type { AeadName } from '../../crypto/provider.ts';

export interface Tls13Suite {
  readonly id: number;
  readonly name: string;
  readonly aead: AeadName;
  /** Octets. */
  readonly keyLength: 16 | 32;
  readonly tagLength: 8 | 16;
  /** Of HKDF and of the transcript. */
  readonly hash: 'sha256' | 'sha384';
}

function suite(
  id: number,
  name: string,
  aead: AeadName,
  keyLength: 16 | 32,
  hash: Tls13Suite['hash'],
): Tls13Suite {
  return { id, name, aead, keyLength, tagLength: aead === 'aes-ccm-8' ? 8 : 16, hash };
}

export const TLS13_SUITES: readonly Tls13Suite[] = [
  suite(0x1301, 'TLS_AES_128_GCM_SHA256', 'aes-gcm', 16, 'sha256'),
  suite(0x1302, 'TLS_AES_256_GCM_SHA384', 'aes-gcm', 32, 'sha384'),
  suite(0x1303, 'TLS_CHACHA20_POLY1305_SHA256', 'chacha20-poly1305', 32, 'sha256'),
  suite(0x1304, 'TLS_AES_128_CCM_SHA256', 'aes-ccm', 16, 'sha256'),
  suite(0x1305, 'TLS_AES_128_CCM_8_SHA256', 'aes-ccm-8', 16, 'sha256'),
];

/** What is spoken by who is told to speak TLS 1.3 and no more: those that all have. */
export const DEFAULT_TLS13_SUITES: readonly number[] = [0x1301, 0x1302, 0x1303];

const BY_ID = new Map(TLS13_SUITES.map((entry) => [entry.id, entry]));

export function tls13SuiteById(id: number): Tls13Suite | undefined {
  return BY_ID.get(id);
}
