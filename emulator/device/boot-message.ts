/** What a worker is told as its board starts. */
import type { DeviceOptions } from './device-options.ts';
import type { BootMessage } from './protocol.ts';

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
