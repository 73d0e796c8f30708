/**
 * What a system call is to the world. A handler looks, acts and either returns a result at once or says what
 * it waits for: an attempt, made again whenever something happens to the device, and what a timeout yields.
 */
import type { NetStack } from '../../net/api.ts';
import type { Nanoseconds, UnixSeconds } from '../../world/time.ts';
import type { World } from '../../world/world.ts';
import type { DeviceConsole } from '../console.ts';
import type { SocketTable } from './socket-table.ts';
import type { SystemCallArgs, SystemCallData, SystemCallName } from './table.ts';
import type { WifiPort } from './wifi-port.ts';

export interface CallResult<Data = unknown> {
  /** Not negative, or a negative errno. */
  readonly value: number;
  readonly data?: Data;
}

export interface Waiting<Data = unknown> {
  /** Undefined: not yet. */
  readonly attempt: () => CallResult<Data> | undefined;
  /** -1 waits for ever. */
  readonly timeout: Nanoseconds;
  readonly onTimeout: () => CallResult<Data>;
}

/** The device as its system calls see it. */
export interface Kernel {
  readonly name: string;
  readonly world: World;
  readonly stack: NetStack;
  readonly wifi: WifiPort | undefined;
  readonly sockets: SocketTable;
  readonly console: DeviceConsole;
  /** What the RTC showed when the world began. */
  rtcOrigin: UnixSeconds;
  armWatchdog(timeout: Nanoseconds): void;
  /** Something happened that a waiting call may be waiting for. */
  wake(): void;
}

export type Handler<N extends SystemCallName> = (
  kernel: Kernel,
  ...args: SystemCallArgs<N>
) => CallResult<SystemCallData<N>> | Waiting<SystemCallData<N>>;

/** The handlers of one subject: `Handlers<'time'>` has every call whose name begins with "time.". */
export type Handlers<Subject extends string> = {
  readonly [N in SystemCallName as N extends `${Subject}.${string}` ? N : never]: Handler<N>;
};

export const OK: CallResult<undefined> = { value: 0 };

export function failure(errno: number): CallResult<never> {
  return { value: -errno };
}

/** A call that can be answered now, or else waits. With a timeout of 0 it does not. */
export function waitFor<Data>(
  attempt: () => CallResult<Data> | undefined,
  timeout: Nanoseconds,
  onTimeout: () => CallResult<Data>,
): CallResult<Data> | Waiting<Data> {
  const now = attempt();
  if (now !== undefined) return now;
  if (timeout === 0) return onTimeout();
  return { attempt, timeout, onTimeout };
}
