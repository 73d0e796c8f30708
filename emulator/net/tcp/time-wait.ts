import type { TcpProfile } from './profile.ts';
import type { Receiver } from './receiver.ts';
import { hasFlag, segmentLength, TcpFlag, type TcpSegment } from './segment.ts';

/**
 * What a SYN comes to in TIME-WAIT: a new incarnation (RFC 9293 3.10.7.4, RFC 1122 4.2.2.13), or on lwIP a
 * reset (tcp_timewait_input). Undefined for what is treated as any other segment.
 */
export function synInTimeWait(
  segment: TcpSegment,
  receiver: Receiver,
  { reopensTimeWait }: TcpProfile,
): 'reopens' | 'reset' | undefined {
  if (!hasFlag(segment, TcpFlag.SYN) || hasFlag(segment, TcpFlag.RST)) return undefined;
  const start = receiver.space.toPosition(segment.sequence, receiver.next);
  if (reopensTimeWait) return !hasFlag(segment, TcpFlag.ACK) && start > receiver.next ? 'reopens' : undefined;
  return receiver.isAcceptable(start, segmentLength(segment)) ? 'reset' : undefined;
}
