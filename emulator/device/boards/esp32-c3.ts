/** ESP32-C3: a RISC-V core at 160 MHz; units for AES, SHA and RSA to 3072 bits, none for curves. */
import { MILLISECOND } from '../../world/time.ts';
import { assumed, bound, derived, measured } from './figure.ts';
import type { BoardProfile } from './profile.ts';
import { FLASH, MEMORY, softwareCrypto, TIME, WIFI } from './software.ts';

const CPU_FREQUENCY = 160_000_000;
const THRESHOLD = 'idf_performance_target.h of esp32c3';
/** Beyond the unit's 3072 bits. */
const SOFTWARE_RSA = 'about 7000 ms in software at 240 MHz, esp-mqtt issue 143, at 160 MHz';
const software = softwareCrypto(CPU_FREQUENCY);

export const esp32c3: BoardProfile = {
  name: 'esp32-c3',
  machine: 'Generic ESP32C3 module with ESP32C3',
  cpuFrequency: CPU_FREQUENCY,
  secureElement: false,
  crypto: {
    ...software,
    rsa: {
      2048: { public: bound(19 * MILLISECOND, THRESHOLD), private: bound(210 * MILLISECOND, THRESHOLD) },
      3072: { public: bound(45 * MILLISECOND, THRESHOLD), private: bound(670 * MILLISECOND, THRESHOLD) },
      4096: {
        public: derived(497 * MILLISECOND, `${SOFTWARE_RSA}, and the ratio of an ESP32's operations`),
        private: derived(10_500 * MILLISECOND, SOFTWARE_RSA),
      },
    },
    rate: { ...software.rate, aes: bound(14_400_000, THRESHOLD), sha: bound(90_000_000, THRESHOLD) },
  },
  time: TIME,
  wifi: WIFI,
  memory: {
    ...MEMORY,
    idfRegions: assumed(
      [22_000, 145_000],
      'about 330,000 free in the smallest ESP-IDF program, less the 163,000 that MicroPython leaves unfree on an ESP32',
    ),
    gcArea: measured(65_536, "the port's MICROPY_GC_INITIAL_HEAP_SIZE"),
  },
  flash: FLASH,
};
