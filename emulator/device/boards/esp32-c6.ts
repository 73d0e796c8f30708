/** ESP32-C6: a RISC-V core at 160 MHz; units for AES, SHA, RSA to 3072 bits, and curves to 256 bits. */
import { MILLISECOND } from '../../world/time.ts';
import { esp32c3 } from './esp32-c3.ts';
import { assumed, bound, derived, type Figure } from './figure.ts';
import type { BoardProfile, RsaFigures } from './profile.ts';

const THRESHOLD = 'idf_performance_target.h of esp32c6';
const asC3 = ({ value, source }: Figure): Figure =>
  derived(value, `the C3's unit at the same clock; ${source}`);
const rsaAsC3 = (rsa: RsaFigures): RsaFigures => ({ public: asC3(rsa.public), private: asC3(rsa.private) });
const { crypto } = esp32c3;

export const esp32c6: BoardProfile = {
  ...esp32c3,
  name: 'esp32-c6',
  machine: 'Generic ESP32C6 module with ESP32C6',
  crypto: {
    ...crypto,
    ec: {
      ...crypto.ec,
      secp256r1: {
        keygen: bound(8.4 * MILLISECOND, `${THRESHOLD}: one multiplication`),
        ecdh: bound(8.4 * MILLISECOND, `${THRESHOLD}: one multiplication`),
        sign: derived(18 * MILLISECOND, 'verify less one of its two multiplications'),
        verify: bound(27 * MILLISECOND, THRESHOLD),
      },
    },
    rsa: {
      2048: rsaAsC3(crypto.rsa[2048]),
      3072: rsaAsC3(crypto.rsa[3072]),
      4096: rsaAsC3(crypto.rsa[4096]),
    },
    rate: { ...crypto.rate, aes: asC3(crypto.rate.aes), sha: asC3(crypto.rate.sha) },
  },
  memory: {
    ...esp32c3.memory,
    idfRegions: assumed(
      [24_000, 273_000],
      'about 460,000 free in the smallest ESP-IDF program, less the 163,000 that MicroPython leaves unfree on an ESP32',
    ),
  },
  flash: esp32c3.flash,
};
