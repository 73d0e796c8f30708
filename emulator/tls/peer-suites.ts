/**
 * Suites for peers alone: no stock ESP32 firmware offers or accepts one of them. ChaCha20 and the AEADs for ECDHE_PSK
 * are what servers prefer today; anonymous ECDH and the suites without encryption are here to show what they lack.
 */
import { type CipherSuite, suite } from './cipher-suite.ts';

/** In order of preference. RFC 7905, RFC 8442, RFC 8422 section 6, RFC 5246 appendix A.5. */
export const PEER_SUITES: readonly CipherSuite[] = [
  suite(0xcca9, 'ECDHE_ECDSA', 'CHACHA20_POLY1305', 'SHA256'),
  suite(0xcca8, 'ECDHE_RSA', 'CHACHA20_POLY1305', 'SHA256'),
  suite(0xccac, 'ECDHE_PSK', 'CHACHA20_POLY1305', 'SHA256'),
  suite(0xd002, 'ECDHE_PSK', 'AES_256_GCM', 'SHA384'),
  suite(0xd001, 'ECDHE_PSK', 'AES_128_GCM', 'SHA256'),
  suite(0xccab, 'PSK', 'CHACHA20_POLY1305', 'SHA256'),

  // Nobody proves anything: an eavesdropper sees nothing, a man in the middle sees all.
  suite(0xc019, 'ECDH_anon', 'AES_256_CBC', 'SHA'),
  suite(0xc018, 'ECDH_anon', 'AES_128_CBC', 'SHA'),

  // Authentic, and readable by everybody on the way.
  suite(0xc006, 'ECDHE_ECDSA', 'NULL', 'SHA'),
  suite(0xc010, 'ECDHE_RSA', 'NULL', 'SHA'),
  suite(0x003b, 'RSA', 'NULL', 'SHA256'),
];
