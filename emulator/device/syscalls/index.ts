import type { CallResult, Handler, Kernel, Waiting } from './call.ts';
import { consoleCalls } from './console.ts';
import { dnsCalls } from './dns.ts';
import { socketCalls } from './socket.ts';
import type { SystemCallName } from './table.ts';
import { rtcCalls, timeCalls, watchdogCalls } from './time.ts';
import { wifiCalls } from './wifi.ts';

const HANDLERS: { readonly [N in SystemCallName]: Handler<N> } = {
  ...timeCalls,
  ...rtcCalls,
  ...consoleCalls,
  ...watchdogCalls,
  ...socketCalls,
  ...dnsCalls,
  ...wifiCalls,
};

/** Carries out a call as it came out of the message; its arguments have the types of the table. */
export function carryOut(
  kernel: Kernel,
  call: SystemCallName,
  args: readonly unknown[],
): CallResult | Waiting {
  const handler = HANDLERS[call] as (kernel: Kernel, ...args: readonly unknown[]) => CallResult | Waiting;
  return handler(kernel, ...args);
}
