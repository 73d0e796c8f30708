/** ESP32-S3: two Xtensa LX7 cores at 240 MHz; units for AES, SHA and RSA to 4096 bits, none for curves. */
import { MILLISECOND } from '../../world/time.ts';
import { assumed, bound, derived, measured } from './figure.ts';
import type { BoardProfile } from './profile.ts';
import { MEMORY, softwareCrypto, TIME, WIFI } from './software.ts';

const CPU_FREQUENCY = 240_000_000;
const THRESHOLD = 'idf_performance_target.h of esp32s3';
const software = softwareCrypto(CPU_FREQUENCY);

export const esp32s3: BoardProfile = {
  name: 'esp32-s3',
  machine: 'Generic ESP32S3 module with ESP32S3',
  cpuFrequency: CPU_FREQUENCY,
  secureElement: false,
  crypto: {
    ...software,
    rsa: {
      2048: { public: bound(18 * MILLISECOND, THRESHOLD), private: bound(210 * MILLISECOND, THRESHOLD) },
      3072: { public: bound(45 * MILLISECOND, THRESHOLD), private: bound(670 * MILLISECOND, THRESHOLD) },
      4096: { public: bound(80 * MILLISECOND, THRESHOLD), private: bound(1_500 * MILLISECOND, THRESHOLD) },
    },
    rate: { ...software.rate, aes: bound(43_000_000, THRESHOLD), sha: bound(19_800_000, THRESHOLD) },
  },
  time: TIME,
  wifi: WIFI,
  memory: {
    ...MEMORY,
    idfRegions: assumed(
      [21_000, 206_000],
      'about 390,000 free in the smallest ESP-IDF program, less the 163,000 that MicroPython leaves unfree on an ESP32',
    ),
    gcArea: measured(65_536, "the port's MICROPY_GC_INITIAL_HEAP_SIZE"),
  },
  flash: {
    size: derived(8_388_608, "the stock image's partitions-8MiB.csv"),
    fileSystem: derived(6_291_456, "the stock image's partitions-8MiB.csv"),
  },
};
