/**
 * What all chips of the family do in the same way, because it is the same code: elliptic curves without an ECC
 * unit, ciphers without a unit, MicroPython, lwIP, the Wi-Fi driver. At 240 MHz; slower clocks scale it.
 */
import { MICROSECOND, MILLISECOND, SECOND } from '../../world/time.ts';
import { assumed, derived, type Figure, measured, scaled } from './figure.ts';
import type {
  CryptoFigures,
  EcCurve,
  EcFigures,
  FlashFigures,
  MemoryFigures,
  TimeFigures,
  WifiFigures,
} from './profile.ts';

const HERTZ = 240_000_000;

/** Curves in software, the modular multiplication by the RSA unit. */
const EC: Readonly<Record<EcCurve, EcFigures>> = {
  secp256r1: {
    keygen: derived(
      140 * MILLISECOND,
      'one multiplication: between half of verify and sign less its inverse',
    ),
    ecdh: derived(140 * MILLISECOND, 'one multiplication, as for a key pair'),
    sign: measured(190 * MILLISECOND, 'ESP32, esp-idf issue 1177'),
    verify: measured(285 * MILLISECOND, 'ESP32-S3, 270 to 300, esp-idf PR 19027'),
  },
  secp384r1: {
    keygen: derived(282 * MILLISECOND, "verify by P-256's ratio"),
    ecdh: derived(282 * MILLISECOND, "verify by P-256's ratio"),
    sign: derived(383 * MILLISECOND, "verify by P-256's ratio"),
    verify: measured(575 * MILLISECOND, 'ESP32-S3, esp-idf PR 19026'),
  },
  secp521r1: {
    keygen: derived(705 * MILLISECOND, "P-384 by the cube of the field's length"),
    ecdh: derived(705 * MILLISECOND, "P-384 by the cube of the field's length"),
    sign: derived(958 * MILLISECOND, "P-384 by the cube of the field's length"),
    verify: derived(1_438 * MILLISECOND, "P-384 by the cube of the field's length"),
  },
};
const X25519 = measured(100 * MILLISECOND, 'ESP32, third party');

type SoftwareCrypto = Pick<CryptoFigures, 'ec' | 'x25519' | 'setup' | 'secureElementSign'> & {
  readonly rate: Pick<CryptoFigures['rate'], 'chacha' | 'aria'>;
};

/** Curves and ciphers that the chip has no unit for, at its clock. */
export function softwareCrypto(cpuFrequency: number): SoftwareCrypto {
  const slower = HERTZ / cpuFrequency;
  const at = (figure: Figure) =>
    slower === 1 ? figure : scaled(figure, slower, `${cpuFrequency / 1e6} MHz instead of 240`);
  const curve = ({ keygen, ecdh, sign, verify }: EcFigures): EcFigures => ({
    keygen: at(keygen),
    ecdh: at(ecdh),
    sign: at(sign),
    verify: at(verify),
  });
  return {
    ec: {
      secp256r1: curve(EC.secp256r1),
      secp384r1: curve(EC.secp384r1),
      secp521r1: curve(EC.secp521r1),
    },
    x25519: at(X25519),
    rate: {
      chacha: assumed(
        Math.round(2_000_000 / slower),
        'no unit; a quarter of what the AES unit of an ESP32 does',
      ),
      aria: assumed(Math.round(1_000_000 / slower), 'no unit; half of ChaCha, as AES in software'),
    },
    setup: assumed(20 * MICROSECOND, 'locking a unit, filling its registers, waiting'),
    secureElementSign: assumed(
      70 * MILLISECOND,
      'ATECC608: its sign command takes about 60 ms at its usual clock, the rest is I2C at 400 kHz',
    ),
  };
}

export const TIME: TimeFigures = {
  localCall: assumed(10 * MICROSECOND, 'a MicroPython call of a C function, a few thousand cycles'),
  systemCall: assumed(50 * MICROSECOND, "a message to lwIP's task and back, two context switches"),
  consoleByte: derived(Math.round((10 * SECOND) / 115_200), '115200 baud, ten bits a byte; the UART blocks'),
  boot: assumed(500 * MILLISECOND, "bootloader, ESP-IDF and MicroPython's start"),
};

const DIVISION = 'the division of about 4 s for scan and association, which is measured';

export const WIFI: WifiFigures = {
  scan: derived(2_500 * MILLISECOND, DIVISION),
  authenticate: derived(500 * MILLISECOND, DIVISION),
  associate: derived(500 * MILLISECOND, DIVISION),
  handshake: derived(500 * MILLISECOND, DIVISION),
  modemSleep: {
    least: measured(2 * MILLISECOND, 'ESP32, round trips of 2 to 1037 ms'),
    mean: measured(64 * MILLISECOND, 'ESP32, mean of those round trips'),
    most: measured(1_037 * MILLISECOND, 'ESP32, round trips of 2 to 1037 ms'),
  },
};

export const MEMORY: Omit<MemoryFigures, 'idfRegions' | 'gcArea'> = {
  wifi: derived(
    [...Array<number>(10).fill(1_600), 4_000, 4_000, 4_000],
    "28,000 at init, measured; split into ESP-IDF's ten static receive buffers and the rest for tasks and tables",
  ),
  socket: measured(5_500, 'ESP32, the middle of 4,000 to 7,000'),
  gcUsed: derived(5_068, 'ESP32, gc.mem_free() of 144,880 after a collection, micropython issue 17027'),
};

/** The stock image for chips with 4 MiB: the second half is the file system. */
export const FLASH: FlashFigures = {
  size: derived(4_194_304, "the stock image's partitions-4MiB.csv"),
  fileSystem: derived(2_097_152, "the stock image's partitions-4MiB.csv"),
};
