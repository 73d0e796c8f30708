/** What system calls have in common, whatever their subject. */
import type { SystemCallName } from './table.ts';

/** Calls that are no action of the program's; what was typed is not for a trace that others read. */
export const UNTOLD: ReadonlySet<SystemCallName> = new Set(['time.yield', 'console.read']);

/** Calls after which a program expects others to have heard what it said, though it does not wait. */
export const LOOKS: ReadonlySet<SystemCallName> = new Set([
  'socket.accept',
  'socket.recv',
  'socket.recvfrom',
  'socket.poll',
]);

/** Calls that only look at the radio, which nothing but an event of the world changes, or another call of this device. */
export const LOOKS_AT_RADIO: ReadonlySet<SystemCallName> = new Set(['wifi.status', 'ap.status']);

/** An argument as the trace shows it: payloads are in the frames already. */
export function shownArgument(argument: unknown): unknown {
  return argument instanceof Uint8Array ? `${argument.length} bytes` : argument;
}
