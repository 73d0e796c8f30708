/**
 * A board as data: every constant with its origin. It travels from the world to the worker, and a board file
 * replaces single figures of it. Times are nanoseconds, sizes bytes, rates bytes in a second.
 */
import type { Figure } from './figure.ts';

export type EcCurve = 'secp256r1' | 'secp384r1' | 'secp521r1';
export type RsaSize = 2048 | 3072 | 4096;

export interface BoardProfile {
  /** Its name in scenarios and on the command line. */
  readonly name: string;
  /** `os.uname().machine`. */
  readonly machine: string;
  /** Hertz. */
  readonly cpuFrequency: number;
  /**
   * A signer of its own (ATECC608 or the like) on the board, and firmware built with
   * MICROPY_PY_SSL_ECDSA_SIGN_ALT to use it.
   */
  readonly secureElement: boolean;
  readonly crypto: CryptoFigures;
  readonly time: TimeFigures;
  readonly wifi: WifiFigures;
  readonly memory: MemoryFigures;
  readonly flash: FlashFigures;
}

export interface CryptoFigures {
  readonly ec: Readonly<Record<EcCurve, EcFigures>>;
  /** One multiplication. */
  readonly x25519: Figure;
  readonly rsa: Readonly<Record<RsaSize, RsaFigures>>;
  /** AES, SHA and HMAC through their units; what has no unit is slower. */
  readonly rate: Readonly<Record<'aes' | 'sha' | 'chacha' | 'aria', Figure>>;
  /** Setting a unit up and waiting for it, for each call. */
  readonly setup: Figure;
  /** One P-256 signature by the secure element, with the way to it and back. */
  readonly secureElementSign: Figure;
}

export interface EcFigures {
  readonly keygen: Figure;
  readonly ecdh: Figure;
  readonly sign: Figure;
  readonly verify: Figure;
}

export interface RsaFigures {
  readonly public: Figure;
  readonly private: Figure;
}

export interface TimeFigures {
  /** Reading a clock, with the interpreter around it. */
  readonly localCall: Figure;
  /** Handing a request to another task (lwIP, Wi-Fi) and waking up again. */
  readonly systemCall: Figure;
  /** For one byte on the console. */
  readonly consoleByte: Figure;
  /** From a reset until the program runs. */
  readonly boot: Figure;
}

export interface WifiFigures {
  readonly scan: Figure;
  readonly authenticate: Figure;
  readonly associate: Figure;
  readonly handshake: Figure;
  /** What modem sleep adds before a frame reaches the station. */
  readonly modemSleep: Readonly<Record<'least' | 'mean' | 'most', Figure>>;
}

export interface FlashFigures {
  /** The whole chip. */
  readonly size: Figure;
  /** The partition `vfs`, which holds the files. */
  readonly fileSystem: Figure;
}

export interface MemoryFigures {
  /** Free blocks of the IDF heap after boot, MicroPython running. */
  readonly idfRegions: Figure<readonly number[]>;
  /** What the Wi-Fi driver takes when it is switched on, block by block. */
  readonly wifi: Figure<readonly number[]>;
  readonly socket: Figure;
  /** First area of MicroPython's heap; already taken when `idfRegions` are what is free. */
  readonly gcArea: Figure;
  /** In use of it when the program begins. */
  readonly gcUsed: Figure;
}
