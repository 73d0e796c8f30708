import type { Endpoint } from '../api.ts';
import type { TcpProfile } from './profile.ts';
import type { Receiver } from './receiver.ts';
import { TcpFlag, type TcpSegment } from './segment.ts';

export interface Outgoing {
  readonly sequence: number;
  readonly flags: number;
  readonly payload: Uint8Array;
}

/**
 * A segment as it leaves: with the window, with the acknowledgement once there is something to acknowledge, and
 * in a SYN with the MSS.
 */
export function completeSegment(
  { sequence, flags, payload }: Outgoing,
  ends: { readonly local: Endpoint; readonly remote: Endpoint },
  receiver: Receiver | undefined,
  profile: TcpProfile,
): TcpSegment {
  const acknowledges = (flags & TcpFlag.ACK) !== 0 && receiver !== undefined;
  return {
    sourcePort: ends.local.port,
    destinationPort: ends.remote.port,
    sequence,
    acknowledgment: acknowledges ? receiver.space.toWire(receiver.next) : 0,
    flags,
    window: receiver?.updateWindow() ?? profile.window,
    ...((flags & TcpFlag.SYN) === 0 ? {} : { mss: profile.mss }),
    payload,
  };
}
