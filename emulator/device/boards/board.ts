import type { CryptoOperation } from '../../crypto/provider.ts';
import type { Nanoseconds } from '../../world/time.ts';

/** What one kind of board is: how slow, how small, what it calls itself. */
export interface Board {
  /** Its name in scenarios and on the command line. */
  readonly name: string;
  /** `os.uname().machine`. */
  readonly machine: string;
  readonly cpuFrequency: number;
  /** CPU time of one metered crypto operation. */
  cost(operation: CryptoOperation): Nanoseconds;
  /** CPU time that reading a clock takes, with the interpreter around it. */
  readonly localCall: Nanoseconds;
  /** CPU time to hand a request to another task (lwIP, Wi-Fi) and wake up again. */
  readonly systemCall: Nanoseconds;
  /** Time the console takes for one byte. */
  readonly consoleByte: Nanoseconds;
  /** From a reset until the program runs. */
  readonly bootTime: Nanoseconds;
  readonly memory: BoardMemory;
  readonly flash: BoardFlash;
}

/** Sizes in bytes. */
export interface BoardFlash {
  /** The whole chip. */
  readonly size: number;
  /** The partition `vfs`, which holds the files. */
  readonly fileSystem: number;
}

/** Sizes in bytes. */
export interface BoardMemory {
  /** Free blocks of the IDF heap after boot, MicroPython running. */
  readonly idfRegions: readonly number[];
  /** What the Wi-Fi driver takes when it is switched on, block by block. */
  readonly wifi: readonly number[];
  readonly socket: number;
}
