/** A board at work: the numbers of its profile, without their origins, and what follows from them. */
import type { CryptoOperation } from '../../crypto/provider.ts';
import type { Random } from '../../world/random.ts';
import { MICROSECOND, type Nanoseconds } from '../../world/time.ts';
import { cost } from './cost.ts';
import type { Figure } from './figure.ts';
import type { BoardProfile } from './profile.ts';

export interface Board {
  readonly profile: BoardProfile;
  /** Its name in scenarios and on the command line. */
  readonly name: string;
  /** `os.uname().machine`. */
  readonly machine: string;
  readonly cpuFrequency: number;
  readonly secureElement: boolean;
  /** CPU time of one metered crypto operation. */
  cost(operation: CryptoOperation): Nanoseconds;
  /** Time that one signature by the secure element takes. */
  readonly secureElementSign: Nanoseconds;
  /** CPU time that reading a clock takes, with the interpreter around it. */
  readonly localCall: Nanoseconds;
  /** CPU time to hand a request to another task (lwIP, Wi-Fi) and wake up again. */
  readonly systemCall: Nanoseconds;
  /** Time the console takes for one byte. */
  readonly consoleByte: Nanoseconds;
  /** From a reset until the program runs. */
  readonly bootTime: Nanoseconds;
  readonly wifi: BoardWifi;
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

export interface BoardWifi {
  /** The steps of joining, one after the other. */
  readonly join: Readonly<Record<'scan' | 'authenticate' | 'associate' | 'handshake', Nanoseconds>>;
  /**
   * What modem sleep adds to a frame's way to the station, drawn once for each frame that finds the modem
   * asleep: never less than the least nor more than the most, their mean the measured one.
   */
  modemSleepLatency(random: Random): Nanoseconds;
}

/** Sizes in bytes. */
export interface BoardMemory {
  /** Free blocks of the IDF heap after boot, MicroPython running. */
  readonly idfRegions: readonly number[];
  /** What the Wi-Fi driver takes when it is switched on, block by block. */
  readonly wifi: readonly number[];
  readonly socket: number;
  /** First area of MicroPython's own heap, and what of it is in use when a program begins. */
  readonly gcArea: number;
  readonly gcUsed: number;
}

export function boardOf(profile: BoardProfile): Board {
  const { name, machine, cpuFrequency, secureElement, crypto, time, wifi, memory, flash } = profile;
  return {
    profile,
    name,
    machine,
    cpuFrequency,
    secureElement,
    cost: (operation) => cost(crypto, operation),
    secureElementSign: crypto.secureElementSign.value,
    localCall: time.localCall.value,
    systemCall: time.systemCall.value,
    consoleByte: time.consoleByte.value,
    bootTime: time.boot.value,
    wifi: {
      join: {
        scan: wifi.scan.value,
        authenticate: wifi.authenticate.value,
        associate: wifi.associate.value,
        handshake: wifi.handshake.value,
      },
      modemSleepLatency: (random) => modemSleepLatency(wifi.modemSleep, random),
    },
    memory: {
      idfRegions: memory.idfRegions.value,
      wifi: memory.wifi.value,
      socket: memory.socket.value,
      gcArea: memory.gcArea.value,
      gcUsed: memory.gcUsed.value,
    },
    flash: { size: flash.size.value, fileSystem: flash.fileSystem.value },
  };
}

/** Exponential above the least: most frames wait little, a few for several beacons. */
function modemSleepLatency(
  { least, mean, most }: Readonly<Record<'least' | 'mean' | 'most', Figure>>,
  random: Random,
): Nanoseconds {
  const waited = -Math.log(1 - random.unit()) * (mean.value - least.value);
  // To the microsecond: the last bits of a logarithm are not the same everywhere.
  return Math.min(most.value, MICROSECOND * Math.round((least.value + waited) / MICROSECOND));
}
