/** What a device is made of, and how its life can stand. */
import type { NetStack } from '../net/api.ts';
import type { UnixSeconds } from '../world/time.ts';
import type { World } from '../world/world.ts';
import type { Board } from './boards/board.ts';
import type { DeviceFile, KeptState } from './flash.ts';
import type { HeapPressure } from './heap-pressure.ts';
import type { ExitReason, HostCommand } from './protocol.ts';
import type { WifiPort } from './syscalls/wifi-port.ts';
import type { WorkerPool } from './worker-handle.ts';

export interface DeviceOptions {
  /** The actor in the trace. */
  readonly name: string;
  readonly world: World;
  readonly workers: WorkerPool;
  readonly board: Board;
  readonly stack: NetStack;
  readonly wifi?: WifiPort;
  readonly files: readonly DeviceFile[];
  /** Six bytes. */
  readonly mac: Uint8Array;
  readonly crypto: 'node' | 'noble';
  readonly seed: number;
  /** What the RTC shows at power-on; by default 2000-01-01T00:00:00Z. */
  readonly rtc?: UnixSeconds;
  /** The board starts so often at most, and stays off then; by default as often as its program wants. */
  readonly boots?: number;
  /** What other parts of the program hold before it begins. */
  readonly heapPressure?: HeapPressure;
  /** DER (PKCS #8) of the key in the board's secure element, which never leaves it. */
  readonly secureElementKey?: Uint8Array;
  /** Runs this instead of what lies in the flash. */
  readonly command?: HostCommand;
  /** Told what outlasts the program, after each command at the prompt and when a program has ended. */
  readonly onKept?: (state: KeptState) => void;
  /** The chip's ROM says on the console why it starts (`boards/rom.ts`). */
  readonly romMessages?: boolean;
  /** Somebody drives the console: when main.py has ended, or there is none, the prompt follows. */
  readonly prompt?: boolean;
}

export type DeviceState = 'booting' | 'running' | 'computing' | 'blocked' | 'ready' | 'restarting' | 'exited';

export interface DeviceExit {
  /** As a process would return it: 0 when the program ended by itself. */
  readonly status: number;
  readonly reason: ExitReason | 'watchdog' | 'fault';
  /** For a fault: what broke. */
  readonly detail?: string;
}
