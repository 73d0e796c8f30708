/**
 * The 88 cipher suites of the ESP32 build, in the order in which `SSLContext.get_ciphers()` gives them, and how
 * any suite is found and named.
 */
import { type CipherSuite, suite } from './cipher-suite.ts';
import { PEER_SUITES } from './peer-suites.ts';
import { TLS13_SUITES, tls13SuiteById } from './tls13/suites.ts';

export type { BulkCipher, CipherSuite, KeyExchange } from './cipher-suite.ts';

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

const PEER_IDS = new Set(PEER_SUITES.map((entry) => entry.id));
const BY_ID = new Map([...SUITES, ...PEER_SUITES].map((entry) => [entry.id, entry]));

export function suiteById(id: number): CipherSuite | undefined {
  return BY_ID.get(id);
}

/** Of every suite that can be spoken, by its IANA name; the newest version first. */
export const SUITE_IDS: ReadonlyMap<string, number> = new Map(
  [...TLS13_SUITES, ...SUITES, ...PEER_SUITES].map(({ name, id }) => [name, id]),
);

/** The suite's name, also for those outside the tables: signals and ids that other stacks offer. */
export function describeSuite(id: number): string {
  const name =
    BY_ID.get(id)?.name ??
    tls13SuiteById(id)?.name ??
    OTHER_SUITES[id] ??
    `unknown suite 0x${id.toString(16).padStart(4, '0')}`;
  return PEER_IDS.has(id) ? `${name} (no stock ESP32 speaks it)` : name;
}

const OTHER_SUITES: Readonly<Record<number, string>> = {
  255: 'TLS_EMPTY_RENEGOTIATION_INFO_SCSV',
  22016: 'TLS_FALLBACK_SCSV',
};
