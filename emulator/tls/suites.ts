/**
 * The 88 cipher suites of the ESP32 build, in the order in which `SSLContext.get_ciphers()` gives them, and
 * what each consists of. Which of them the engine can run follows from that, see `isImplemented`.
 */
import type { AeadName, HashName } from '../crypto/provider.ts';
import type { KeyExchange as KeyExchangeUse } from '../x509/verdict.ts';

export type KeyExchange =
  | 'ECDHE_ECDSA'
  | 'ECDHE_RSA'
  | 'ECDHE_PSK'
  | 'RSA'
  | 'ECDH_RSA'
  | 'ECDH_ECDSA'
  | 'RSA_PSK'
  | 'PSK';

/** Bulk cipher as IANA names it. */
export type BulkCipher =
  | `AES_${128 | 256}_${'GCM' | 'CCM' | 'CCM_8' | 'CBC'}`
  | `ARIA_${128 | 256}_${'GCM' | 'CBC'}`;

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

function suite(id: number, keyExchange: KeyExchange, cipher: BulkCipher, hash: HashSuffix): CipherSuite {
  const name = `TLS_${keyExchange}_WITH_${cipher}${hash === '' ? '' : `_${hash}`}`;
  const macHashes = { '': undefined, SHA: 'sha1', SHA256: 'sha256', SHA384: 'sha384' } as const;
  return {
    id,
    name,
    mbedtlsName: name.replaceAll('_', '-'),
    keyExchange,
    cipher,
    macHash: cipher.endsWith('CBC') ? macHashes[hash] : undefined,
    prfHash: hash === 'SHA384' ? 'sha384' : 'sha256',
  };
}

export const SUITES: readonly CipherSuite[] = [
  suite(0xc02c, 'ECDHE_ECDSA', 'AES_256_GCM', 'SHA384'),
  suite(0xc030, 'ECDHE_RSA', 'AES_256_GCM', 'SHA384'),
  suite(0xc0ad, 'ECDHE_ECDSA', 'AES_256_CCM', ''),
  suite(0xc024, 'ECDHE_ECDSA', 'AES_256_CBC', 'SHA384'),
  suite(0xc028, 'ECDHE_RSA', 'AES_256_CBC', 'SHA384'),
  suite(0xc00a, 'ECDHE_ECDSA', 'AES_256_CBC', 'SHA'),
  suite(0xc014, 'ECDHE_RSA', 'AES_256_CBC', 'SHA'),
  suite(0xc0af, 'ECDHE_ECDSA', 'AES_256_CCM_8', ''),
  suite(0xc05d, 'ECDHE_ECDSA', 'ARIA_256_GCM', 'SHA384'),
  suite(0xc061, 'ECDHE_RSA', 'ARIA_256_GCM', 'SHA384'),
  suite(0xc049, 'ECDHE_ECDSA', 'ARIA_256_CBC', 'SHA384'),
  suite(0xc04d, 'ECDHE_RSA', 'ARIA_256_CBC', 'SHA384'),

  suite(0xc02b, 'ECDHE_ECDSA', 'AES_128_GCM', 'SHA256'),
  suite(0xc02f, 'ECDHE_RSA', 'AES_128_GCM', 'SHA256'),
  suite(0xc0ac, 'ECDHE_ECDSA', 'AES_128_CCM', ''),
  suite(0xc023, 'ECDHE_ECDSA', 'AES_128_CBC', 'SHA256'),
  suite(0xc027, 'ECDHE_RSA', 'AES_128_CBC', 'SHA256'),
  suite(0xc009, 'ECDHE_ECDSA', 'AES_128_CBC', 'SHA'),
  suite(0xc013, 'ECDHE_RSA', 'AES_128_CBC', 'SHA'),
  suite(0xc0ae, 'ECDHE_ECDSA', 'AES_128_CCM_8', ''),
  suite(0xc05c, 'ECDHE_ECDSA', 'ARIA_128_GCM', 'SHA256'),
  suite(0xc060, 'ECDHE_RSA', 'ARIA_128_GCM', 'SHA256'),
  suite(0xc048, 'ECDHE_ECDSA', 'ARIA_128_CBC', 'SHA256'),
  suite(0xc04c, 'ECDHE_RSA', 'ARIA_128_CBC', 'SHA256'),

  suite(0xc038, 'ECDHE_PSK', 'AES_256_CBC', 'SHA384'),
  suite(0xc036, 'ECDHE_PSK', 'AES_256_CBC', 'SHA'),
  suite(0xc071, 'ECDHE_PSK', 'ARIA_256_CBC', 'SHA384'),
  suite(0xc037, 'ECDHE_PSK', 'AES_128_CBC', 'SHA256'),
  suite(0xc035, 'ECDHE_PSK', 'AES_128_CBC', 'SHA'),
  suite(0xc070, 'ECDHE_PSK', 'ARIA_128_CBC', 'SHA256'),

  suite(0x009d, 'RSA', 'AES_256_GCM', 'SHA384'),
  suite(0xc09d, 'RSA', 'AES_256_CCM', ''),
  suite(0x003d, 'RSA', 'AES_256_CBC', 'SHA256'),
  suite(0x0035, 'RSA', 'AES_256_CBC', 'SHA'),
  suite(0xc032, 'ECDH_RSA', 'AES_256_GCM', 'SHA384'),
  suite(0xc02a, 'ECDH_RSA', 'AES_256_CBC', 'SHA384'),
  suite(0xc00f, 'ECDH_RSA', 'AES_256_CBC', 'SHA'),
  suite(0xc02e, 'ECDH_ECDSA', 'AES_256_GCM', 'SHA384'),
  suite(0xc026, 'ECDH_ECDSA', 'AES_256_CBC', 'SHA384'),
  suite(0xc005, 'ECDH_ECDSA', 'AES_256_CBC', 'SHA'),
  suite(0xc0a1, 'RSA', 'AES_256_CCM_8', ''),
  suite(0xc05f, 'ECDH_ECDSA', 'ARIA_256_GCM', 'SHA384'),
  suite(0xc063, 'ECDH_RSA', 'ARIA_256_GCM', 'SHA384'),
  suite(0xc051, 'RSA', 'ARIA_256_GCM', 'SHA384'),
  suite(0xc04b, 'ECDH_ECDSA', 'ARIA_256_CBC', 'SHA384'),
  suite(0xc04f, 'ECDH_RSA', 'ARIA_256_CBC', 'SHA384'),
  suite(0xc03d, 'RSA', 'ARIA_256_CBC', 'SHA384'),

  suite(0x009c, 'RSA', 'AES_128_GCM', 'SHA256'),
  suite(0xc09c, 'RSA', 'AES_128_CCM', ''),
  suite(0x003c, 'RSA', 'AES_128_CBC', 'SHA256'),
  suite(0x002f, 'RSA', 'AES_128_CBC', 'SHA'),
  suite(0xc031, 'ECDH_RSA', 'AES_128_GCM', 'SHA256'),
  suite(0xc029, 'ECDH_RSA', 'AES_128_CBC', 'SHA256'),
  suite(0xc00e, 'ECDH_RSA', 'AES_128_CBC', 'SHA'),
  suite(0xc02d, 'ECDH_ECDSA', 'AES_128_GCM', 'SHA256'),
  suite(0xc025, 'ECDH_ECDSA', 'AES_128_CBC', 'SHA256'),
  suite(0xc004, 'ECDH_ECDSA', 'AES_128_CBC', 'SHA'),
  suite(0xc0a0, 'RSA', 'AES_128_CCM_8', ''),
  suite(0xc05e, 'ECDH_ECDSA', 'ARIA_128_GCM', 'SHA256'),
  suite(0xc062, 'ECDH_RSA', 'ARIA_128_GCM', 'SHA256'),
  suite(0xc050, 'RSA', 'ARIA_128_GCM', 'SHA256'),
  suite(0xc04a, 'ECDH_ECDSA', 'ARIA_128_CBC', 'SHA256'),
  suite(0xc04e, 'ECDH_RSA', 'ARIA_128_CBC', 'SHA256'),
  suite(0xc03c, 'RSA', 'ARIA_128_CBC', 'SHA256'),

  suite(0x00ad, 'RSA_PSK', 'AES_256_GCM', 'SHA384'),
  suite(0x00b7, 'RSA_PSK', 'AES_256_CBC', 'SHA384'),
  suite(0x0095, 'RSA_PSK', 'AES_256_CBC', 'SHA'),
  suite(0xc06f, 'RSA_PSK', 'ARIA_256_GCM', 'SHA384'),
  suite(0xc069, 'RSA_PSK', 'ARIA_256_CBC', 'SHA384'),
  suite(0x00ac, 'RSA_PSK', 'AES_128_GCM', 'SHA256'),
  suite(0x00b6, 'RSA_PSK', 'AES_128_CBC', 'SHA256'),
  suite(0x0094, 'RSA_PSK', 'AES_128_CBC', 'SHA'),
  suite(0xc06e, 'RSA_PSK', 'ARIA_128_GCM', 'SHA256'),
  suite(0xc068, 'RSA_PSK', 'ARIA_128_CBC', 'SHA256'),

  suite(0x00a9, 'PSK', 'AES_256_GCM', 'SHA384'),
  suite(0xc0a5, 'PSK', 'AES_256_CCM', ''),
  suite(0x00af, 'PSK', 'AES_256_CBC', 'SHA384'),
  suite(0x008d, 'PSK', 'AES_256_CBC', 'SHA'),
  suite(0xc0a9, 'PSK', 'AES_256_CCM_8', ''),
  suite(0xc06b, 'PSK', 'ARIA_256_GCM', 'SHA384'),
  suite(0xc065, 'PSK', 'ARIA_256_CBC', 'SHA384'),
  suite(0x00a8, 'PSK', 'AES_128_GCM', 'SHA256'),
  suite(0xc0a4, 'PSK', 'AES_128_CCM', ''),
  suite(0x00ae, 'PSK', 'AES_128_CBC', 'SHA256'),
  suite(0x008c, 'PSK', 'AES_128_CBC', 'SHA'),
  suite(0xc0a8, 'PSK', 'AES_128_CCM_8', ''),
  suite(0xc06a, 'PSK', 'ARIA_128_GCM', 'SHA256'),
  suite(0xc064, 'PSK', 'ARIA_128_CBC', 'SHA256'),
];

/** RFC 5746 section 3.3: "this client knows secure renegotiation", in the shape of a suite. */
export const EMPTY_RENEGOTIATION_INFO_SCSV = 0x00ff;

const BY_ID = new Map(SUITES.map((entry) => [entry.id, entry]));

export function suiteById(id: number): CipherSuite | undefined {
  return BY_ID.get(id);
}

/** The suite's name, also for those outside the table: signals and ids that other stacks offer. */
export function describeSuite(id: number): string {
  const known = BY_ID.get(id)?.name ?? OTHER_SUITES[id];
  return known ?? `unknown suite 0x${id.toString(16).padStart(4, '0')}`;
}

const OTHER_SUITES: Readonly<Record<number, string>> = {
  255: 'TLS_EMPTY_RENEGOTIATION_INFO_SCSV',
  22016: 'TLS_FALLBACK_SCSV',
  4865: 'TLS_AES_128_GCM_SHA256',
  4866: 'TLS_AES_256_GCM_SHA384',
  4867: 'TLS_CHACHA20_POLY1305_SHA256',
  52392: 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  52393: 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
};

/** Whether the hello may carry it without a pre-shared key. */
export function needsPsk(entry: CipherSuite): boolean {
  return entry.keyExchange.endsWith('PSK');
}

/** The 58 suites that the device offers when it has no pre-shared key, in order. */
export const CERTIFICATE_SUITES: readonly CipherSuite[] = SUITES.filter((entry) => !needsPsk(entry));

/** How a bulk cipher is made of the provider's primitives. */
export type CipherParameters =
  | {
      readonly kind: 'aead';
      readonly aead: AeadName;
      /** Octets. */
      readonly keyLength: 16 | 32;
      readonly tagLength: 8 | 16;
    }
  | { readonly kind: 'cbc'; readonly keyLength: 16 | 32 };

export type AeadParameters = Extract<CipherParameters, { kind: 'aead' }>;

/** ARIA is missing: the device offers it, but no provider has it. */
export const CIPHERS: Readonly<Partial<Record<BulkCipher, CipherParameters>>> = {
  AES_128_GCM: { kind: 'aead', aead: 'aes-gcm', keyLength: 16, tagLength: 16 },
  AES_256_GCM: { kind: 'aead', aead: 'aes-gcm', keyLength: 32, tagLength: 16 },
  AES_128_CCM: { kind: 'aead', aead: 'aes-ccm', keyLength: 16, tagLength: 16 },
  AES_256_CCM: { kind: 'aead', aead: 'aes-ccm', keyLength: 32, tagLength: 16 },
  AES_128_CCM_8: { kind: 'aead', aead: 'aes-ccm-8', keyLength: 16, tagLength: 8 },
  AES_256_CCM_8: { kind: 'aead', aead: 'aes-ccm-8', keyLength: 32, tagLength: 8 },
  AES_128_CBC: { kind: 'cbc', keyLength: 16 },
  AES_256_CBC: { kind: 'cbc', keyLength: 32 },
};

const KEY_EXCHANGES: ReadonlySet<KeyExchange> = new Set<KeyExchange>(['ECDHE_ECDSA', 'ECDHE_RSA', 'RSA']);

/** Whether the engine can complete a handshake with the suite. */
export function isImplemented(entry: CipherSuite): boolean {
  return KEY_EXCHANGES.has(entry.keyExchange) && CIPHERS[entry.cipher] !== undefined;
}

/** What a server's certificate must be good for (RFC 5246 section 7.4.2, RFC 8422 section 5.3). */
export function keyUseOf(entry: CipherSuite): KeyExchangeUse {
  if (entry.keyExchange === 'RSA' || entry.keyExchange === 'RSA_PSK') return 'encipherment';
  return entry.keyExchange.startsWith('ECDH_') ? 'agreement' : 'signature';
}

/** Whether the server sends an ephemeral key of its own (RFC 5246 section 7.4.3). */
export function isEphemeral(entry: CipherSuite): boolean {
  return entry.keyExchange.startsWith('ECDHE_');
}

/** Kind of the key with which the server proves itself; undefined for suites without certificates. */
export function authenticationKey(entry: CipherSuite): 'ec' | 'rsa' | undefined {
  switch (entry.keyExchange) {
    case 'ECDHE_ECDSA':
    case 'ECDH_ECDSA':
    case 'ECDH_RSA':
      return 'ec';
    case 'ECDHE_RSA':
    case 'RSA':
    case 'RSA_PSK':
      return 'rsa';
    case 'ECDHE_PSK':
    case 'PSK':
      return undefined;
  }
}
