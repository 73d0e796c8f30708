/**
 * A plain ESP32 (two Xtensa LX6 cores at 240 MHz, no ECC unit). Every constant carries its origin:
 * "measured" on silicon by the source named, "bound" is a vendor's performance threshold
 * (idf_performance_target.h), "derived" follows from others, "assumed" is nobody's figure but ours.
 */
import type { CryptoOperation } from '../../crypto/provider.ts';
import { MICROSECOND, MILLISECOND, type Nanoseconds, SECOND } from '../../world/time.ts';
import type { Board } from './board.ts';

/** Milliseconds of one multiplication by a scalar and of what ECDSA makes of it, by curve. */
const EC_MS: Readonly<Record<string, { keygen: number; ecdh: number; sign: number; verify: number }>> = {
  // keygen, ecdh: derived, half of verify; sign: measured, esp-idf issue 1177; verify: measured on the S3,
  // esp-idf PR 19027 (270–300).
  secp256r1: { keygen: 140, ecdh: 140, sign: 190, verify: 285 },
  // verify: measured on the S3, esp-idf PR 19026; the others derived by P-256's ratios.
  secp384r1: { keygen: 282, ecdh: 282, sign: 383, verify: 575 },
  // derived from P-384: cost grows with the cube of the field's length, (521 / 384)^3 = 2.5.
  secp521r1: { keygen: 705, ecdh: 705, sign: 958, verify: 1438 },
  // measured, third party.
  x25519: { keygen: 100, ecdh: 100, sign: 0, verify: 0 },
};

/** Milliseconds of the RSA operations by bits of the modulus; the RSA unit helps. Bound. */
const RSA_MS: readonly { bits: number; public: number; private: number }[] = [
  { bits: 2048, public: 19, private: 450 },
  { bits: 3072, public: 33, private: 950 },
  { bits: 4096, public: 90, private: 1900 },
];

/** AES-CBC and SHA-256 run at 8 MB/s through their units. Bound. */
const SYMMETRIC_BYTES_PER_SECOND = 8_000_000;
/** Setting a unit up and waiting for it, per call. Assumed. */
const SYMMETRIC_SETUP: Nanoseconds = 20 * MICROSECOND;
/** ChaCha20-Poly1305 has no unit. Assumed: a quarter of the AES unit's rate. */
const CHACHA_BYTES_PER_SECOND = 2_000_000;
/** ARIA has no unit. Assumed: half of ChaCha's rate, as for AES in software (look-ups for every byte). */
const ARIA_BYTES_PER_SECOND = 1_000_000;

export const esp32: Board = {
  name: 'esp32',
  machine: 'Generic ESP32 module with ESP32',
  cpuFrequency: 240_000_000,
  cost,
  // Assumed: a MicroPython call of a C function, a few thousand cycles.
  localCall: 10 * MICROSECOND,
  // Assumed: a message to lwIP's task and back, two context switches.
  systemCall: 50 * MICROSECOND,
  // Derived: 115200 baud, ten bits a byte; the console blocks while the UART sends.
  consoleByte: Math.round((10 * SECOND) / 115_200),
  // Assumed: bootloader, ESP-IDF and MicroPython's start.
  bootTime: 500 * MILLISECOND,
  memory: {
    // esp32.md: 7288 + 16648 + 94064 + 15072 + …, about 137,000; the last is the rest. Measured.
    idfRegions: [7_288, 16_648, 94_064, 15_072, 3_928],
    // esp32.md: 28,000 at init. The split is derived: ten static receive buffers of 1600 bytes
    // (ESP-IDF's default), the rest for tasks and tables in pieces of 4000.
    wifi: [...Array<number>(10).fill(1_600), 4_000, 4_000, 4_000],
    // esp32.md: 4,000–7,000; the middle. Measured.
    socket: 5_500,
  },
  // The stock image's table for 4 MiB (partitions-4MiB.csv): the second half is the file system.
  flash: { size: 4_194_304, fileSystem: 2_097_152 },
};

function cost({ operation, algorithm, size }: CryptoOperation): Nanoseconds {
  switch (operation) {
    case 'hash':
    case 'hmac':
    case 'aes':
      return perByte(size, SYMMETRIC_BYTES_PER_SECOND);
    case 'chacha':
      return perByte(size, CHACHA_BYTES_PER_SECOND);
    case 'aria':
      return perByte(size, ARIA_BYTES_PER_SECOND);
    case 'ec-keygen':
      return curve(algorithm).keygen * MILLISECOND;
    case 'ecdh':
      return curve(algorithm).ecdh * MILLISECOND;
    case 'ecdsa-sign':
      return curve(algorithm).sign * MILLISECOND;
    case 'ecdsa-verify':
      return curve(algorithm).verify * MILLISECOND;
    // Stock firmware has no Ed25519; on the same curve as X25519, a verification is two multiplications.
    case 'ed25519-sign':
      return EC_MS.x25519!.ecdh * MILLISECOND;
    case 'ed25519-verify':
      return 2 * EC_MS.x25519!.ecdh * MILLISECOND;
    case 'rsa-public':
      return rsa(size, 'public', 2);
    case 'rsa-private':
      return rsa(size, 'private', 3);
  }
}

function perByte(size: number, rate: number): Nanoseconds {
  return SYMMETRIC_SETUP + Math.round((size * SECOND) / rate);
}

function curve(name: string) {
  return EC_MS[name] ?? EC_MS.secp256r1!;
}

/** Between the measured sizes, and beyond: the cost of modular exponentiation grows with this power. */
function rsa(bits: number, kind: 'public' | 'private', power: number): Nanoseconds {
  const nearest = RSA_MS.find((row) => row.bits >= bits) ?? RSA_MS.at(-1)!;
  return Math.round(nearest[kind] * (bits / nearest.bits) ** power * MILLISECOND);
}
