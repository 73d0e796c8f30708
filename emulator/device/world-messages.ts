/** What a worker is told: as its board starts, and as a call returns. */
import type { Nanoseconds } from '../world/time.ts';
import type { DeviceOptions } from './device-options.ts';
import type { BootMessage, ResultMessage } from './protocol.ts';
import type { CallResult } from './syscalls/call.ts';

/** What is different at each start. */
export type BootState = Pick<
  BootMessage,
  | 'flash'
  | 'rtcMemory'
  | 'resetCause'
  | 'wakeReason'
  | 'countersFrom'
  | 'now'
  | 'rtcOrigin'
  | 'wifiActive'
  | 'prompt'
>;

export function bootMessage(options: DeviceOptions, state: BootState): BootMessage {
  const { name, board, crypto, seed, mac, heapPressure, secureElementKey, command } = options;
  return {
    kind: 'boot',
    device: name,
    board: board.profile,
    crypto,
    seed,
    mac,
    ...(heapPressure && { heapPressure }),
    ...(secureElementKey && { secureElementKey }),
    ...(command && { command }),
    ...state,
  };
}

/** What a call returns, and what has changed meanwhile. `quietUntil`: see `ResultMessage`. */
export function resultMessage(
  { value, data }: CallResult,
  {
    interrupted,
    quietUntil,
    ...rest
  }: Pick<ResultMessage, 'now' | 'rtcOrigin' | 'look' | 'unread'> & {
    readonly interrupted: boolean;
    readonly quietUntil: Nanoseconds | undefined;
  },
): ResultMessage {
  return {
    kind: 'result',
    ...rest,
    value,
    data,
    ...(interrupted && { interrupted }),
    ...(quietUntil !== undefined && { quietUntil }),
  };
}
