/**
 * What a device's worker and the world say to each other. They alternate: the worker asks, the world answers.
 *
 *     worker: idle                          it is loaded and can be booted
 *     world:  boot                          run these files
 *     worker: call ─▶ world: result         as often as the program makes system calls
 *     worker: exit                          the program ended; the worker can be booted again
 *
 * Instead of a result the world may answer `abort`: the run is over, the worker unwinds and says `exit`.
 */
import type { Nanoseconds, UnixSeconds } from '../world/time.ts';
import type { TraceEventBody } from '../world/trace-events.ts';
import type { SystemCallName } from './syscalls/table.ts';

/** An event the worker saw, `offset` after the virtual time at which the world last resumed it. */
export interface WorkerEvent {
  readonly offset: Nanoseconds;
  readonly body: TraceEventBody;
}

export interface DeviceFile {
  /** Absolute or relative to the root of the device's file system: "main.py", "/lib/umqtt/simple.py". */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Instead of boot.py and main.py: what the command line `micropython` asks for. The program then sees the
 * computer's files, prints on its standard output and reads its standard input.
 */
export interface HostCommand {
  readonly program: { readonly kind: 'file' | 'code' | 'module' | 'none'; readonly text: string };
  /** `sys.argv`. */
  readonly argv: readonly string[];
  /** `sys.path`; the firmware's own modules come right after the first. */
  readonly path: readonly string[];
  /** The computer's folder in which the program starts. */
  readonly folder: string;
  /** A prompt follows the program. */
  readonly interactive: boolean;
  /** `host`: computing takes the time that it takes here. `board`: it takes what the board would need. */
  readonly cpu: 'host' | 'board';
  /** What the computer's clock (`HostComputer.clock`) showed when the world began. */
  readonly clockOrigin: Nanoseconds;
}

export interface BootMessage {
  readonly kind: 'boot';
  readonly device: string;
  /** Board profile by name; the worker has the same table. */
  readonly board: string;
  readonly crypto: 'node' | 'noble';
  readonly seed: number;
  readonly now: Nanoseconds;
  /** What the RTC showed when the world began: clock = rtcOrigin + now. */
  readonly rtcOrigin: UnixSeconds;
  readonly resetCause: number;
  /** Six bytes; `machine.unique_id()` and the Wi-Fi MAC address. */
  readonly mac: Uint8Array;
  readonly files: readonly DeviceFile[];
  /** A computer on the serial line gives the program and types its standard input. */
  readonly serial: boolean;
  readonly command?: HostCommand;
}

export interface ResultMessage {
  readonly kind: 'result';
  /** Virtual time at which the call returns. */
  readonly now: Nanoseconds;
  /** Not negative, or a negative errno. */
  readonly value: number;
  readonly data?: unknown;
}

export type WorldMessage = BootMessage | ResultMessage | { readonly kind: 'abort' };

interface Progress {
  /** CPU time the device spent since it was resumed. */
  readonly elapsed: Nanoseconds;
  readonly events: readonly WorkerEvent[];
}

export interface CallMessage extends Progress {
  readonly kind: 'call';
  readonly call: SystemCallName;
  readonly args: readonly unknown[];
}

/** Why a program stopped. `reset`: the board starts again from the beginning. */
export type ExitReason = 'end' | 'exit' | 'exception' | 'reset' | 'aborted';

export interface ExitMessage extends Progress {
  readonly kind: 'exit';
  readonly status: number;
  readonly reason: ExitReason;
}

/** A defect of the emulator itself, never of the program: reported as an error of the tool. */
export interface FaultMessage {
  readonly kind: 'fault';
  readonly message: string;
}

export type WorkerMessage = { readonly kind: 'idle' } | CallMessage | ExitMessage | FaultMessage;
