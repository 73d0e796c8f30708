/** A plain ESP32: two Xtensa LX6 cores at 240 MHz; units for AES, SHA and RSA to 4096 bits, none for curves. */
import { MILLISECOND } from '../../world/time.ts';
import { bound, measured } from './figure.ts';
import type { BoardProfile } from './profile.ts';
import { FLASH, MEMORY, softwareCrypto, TIME, WIFI } from './software.ts';

const CPU_FREQUENCY = 240_000_000;
const THRESHOLD = 'idf_performance_target.h of esp32';
const software = softwareCrypto(CPU_FREQUENCY);

export const esp32: BoardProfile = {
  name: 'esp32',
  machine: 'Generic ESP32 module with ESP32',
  cpuFrequency: CPU_FREQUENCY,
  secureElement: false,
  crypto: {
    ...software,
    rsa: {
      2048: { public: bound(19 * MILLISECOND, THRESHOLD), private: bound(450 * MILLISECOND, THRESHOLD) },
      3072: { public: bound(33 * MILLISECOND, THRESHOLD), private: bound(950 * MILLISECOND, THRESHOLD) },
      4096: { public: bound(90 * MILLISECOND, THRESHOLD), private: bound(1_900 * MILLISECOND, THRESHOLD) },
    },
    rate: { ...software.rate, aes: bound(8_000_000, THRESHOLD), sha: bound(8_000_000, THRESHOLD) },
  },
  time: TIME,
  wifi: WIFI,
  memory: {
    ...MEMORY,
    idfRegions: measured(
      [7_288, 16_648, 94_064, 15_072, 3_928],
      'esp32.idf_heap_info() of MicroPython; the last region is the rest of about 137,000',
    ),
    gcArea: measured(57_344, "the port's MICROPY_GC_INITIAL_HEAP_SIZE"),
  },
  flash: FLASH,
};
