/**
 * What a device's worker and the world say to each other. They alternate: the worker asks, the world answers.
 *
 *     worker: idle                          it is loaded and can be booted
 *     world:  boot                          run these files
 *     worker: call ─▶ world: result         as often as the program makes system calls
 *     worker: exit                          the program ended; the worker can be booted again
 *
 * Instead of a result the world may answer `abort`: the program is over, the worker unwinds and says `exit`.
 */
import type { Nanoseconds, UnixSeconds } from '../world/time.ts';
import type { TraceEventBody } from '../world/trace-events.ts';
import type { BoardProfile } from './boards/profile.ts';
import type { KeptState } from './flash.ts';
import type { HeapPressure } from './heap-pressure.ts';
import type { CallResult } from './syscalls/call.ts';
import type { SystemCallName } from './syscalls/table.ts';

/** Bytes that a program printed, `offset` after the virtual time at which the world last resumed the worker. */
export interface PrintedBytes {
  readonly offset: Nanoseconds;
  readonly bytes: Uint8Array;
  /** Written to `sys.stdout.buffer`: no \r is put before \n. */
  readonly raw?: boolean;
}

/** An event the worker saw, `offset` after the virtual time at which the world last resumed it. */
export interface WorkerEvent {
  readonly offset: Nanoseconds;
  readonly body: TraceEventBody;
  /** The call that this tells of was answered by the worker, and is to be carried out: the result will be the same. */
  readonly owed?: { readonly call: SystemCallName; readonly args: readonly unknown[] };
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
  /** Level of optimisation for all that is compiled: `micropython.opt_level`. */
  readonly optimise: number;
  /** A prompt follows the program. */
  readonly interactive: boolean;
  /** Input comes key by key from a terminal that shows nothing by itself: what a program reads is echoed. */
  readonly echo: boolean;
  /** `host`: computing takes the time that it takes here. `board`: it takes what the board would need. */
  readonly cpu: 'host' | 'board';
  /** `host`: neither the IDF heap nor sockets run out. `board`: they do, as on the board. */
  readonly memory: 'host' | 'board';
  /** What the computer's clock (`HostComputer.clock`) showed when the world began. */
  readonly clockOrigin: Nanoseconds;
}

export interface BootMessage extends KeptState {
  readonly kind: 'boot';
  readonly device: string;
  readonly board: BoardProfile;
  readonly heapPressure?: HeapPressure;
  /** DER of the key that the board's secure element holds (PKCS #8). */
  readonly secureElementKey?: Uint8Array;
  readonly crypto: 'node' | 'noble';
  readonly seed: number;
  readonly now: Nanoseconds;
  /** What the RTC showed when the world began: clock = rtcOrigin + now. */
  readonly rtcOrigin: UnixSeconds;
  readonly resetCause: number;
  readonly wakeReason: number;
  /** When `ticks_ms()` and its like began: a soft reset does not set them back. */
  readonly countersFrom: Nanoseconds;
  /** Interfaces of the radio that are on, 0 station, 1 access point: a soft reset leaves them and their driver's memory. */
  readonly wifiActive: readonly number[];
  /** Six bytes; `machine.unique_id()` and the Wi-Fi MAC address. */
  readonly mac: Uint8Array;
  readonly command?: HostCommand;
  /** Somebody is at the console: the prompt follows the program. */
  readonly prompt?: 'friendly' | 'raw';
}

export interface ResultMessage {
  readonly kind: 'result';
  /** Virtual time at which the call returns. */
  readonly now: Nanoseconds;
  /** As in BootMessage: the clock may have been set from outside meanwhile. */
  readonly rtcOrigin: UnixSeconds;
  /** Not negative, or a negative errno. */
  readonly value: number;
  readonly data?: unknown;
  /** Ctrl-C was pressed: the program gets a KeyboardInterrupt. */
  readonly interrupted?: boolean;
  /** Before this instant nothing happens in the world but what this device does; absent where nobody knows. */
  readonly quietUntil?: Nanoseconds;
  /** What this call would return, too. */
  readonly look?: { readonly call: SystemCallName; readonly result: CallResult };
  /** How the stream goes on that was read: as much as can be read without a word to its peer. */
  readonly unread?: Uint8Array;
}

export interface AbortMessage {
  readonly kind: 'abort';
  readonly now: Nanoseconds;
  /** What the worker's `exit` shall say: the run is over, or the board is reset by its watchdog or its button. */
  readonly reason: 'aborted' | 'wdt' | 'power-on';
}

export type WorldMessage = BootMessage | ResultMessage | AbortMessage;

/** What travels with each request. */
export interface Progress {
  /** CPU time the device spent since it was resumed. */
  readonly elapsed: Nanoseconds;
  readonly events: readonly WorkerEvent[];
  readonly printed: readonly PrintedBytes[];
}

export interface CallMessage extends Progress {
  readonly kind: 'call';
  readonly call: SystemCallName;
  readonly args: readonly unknown[];
  /** Ctrl-C interrupts the program now; else it is a byte like any other. */
  readonly interruptible: boolean;
  /** At the prompt: what outlasts whatever is typed next. */
  readonly kept?: KeptState;
}

/**
 * Why a program stopped. After `reset`, `wdt`, `power-on`, `deepsleep` and `soft-reset` the board starts again, after
 * `bootloader` with its next reset.
 */
export type ExitReason =
  | 'end'
  | 'exit'
  | 'exception'
  | 'reset'
  | 'wdt'
  | 'power-on'
  | 'deepsleep'
  | 'bootloader'
  | 'soft-reset'
  | 'aborted';

export interface ExitMessage extends Progress {
  readonly kind: 'exit';
  readonly status: number;
  readonly reason: ExitReason;
  /** The prompt's mode, which the next prompt begins with. */
  readonly prompt?: 'friendly' | 'raw';
  /** For `deepsleep`; negative when no timer ends it. */
  readonly sleep?: Nanoseconds;
  /** Bytes of the console that the program has not read. */
  readonly unread?: Uint8Array;
  /** What the next program finds; only where one follows. */
  readonly kept?: KeptState;
}

/** The worker cannot go on: its interpreter broke, or the emulator has a defect. The device has then exited. */
export interface FaultMessage {
  readonly kind: 'fault';
  readonly message: string;
}

export type WorkerMessage = { readonly kind: 'idle' } | CallMessage | ExitMessage | FaultMessage;
