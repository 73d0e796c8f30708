/** What an answer says beyond its own call, for a worker that goes on alone for a while: see `worker/foresight.ts`. */
import type { ResultMessage } from './protocol.ts';
import type { Kernel } from './syscalls/call.ts';
import { carryOut } from './syscalls/index.ts';
import type { SystemCallName } from './syscalls/table.ts';

export type Outlook = Pick<ResultMessage, 'look' | 'unread'>;

const NOTHING: Outlook = {};

/** Each is followed by a look, at the latest when the program asks whether it is connected. */
const WIFI_CHANGES: ReadonlySet<SystemCallName> = new Set(['wifi.active', 'wifi.connect']);

/** After `call` with `args`; `look` is what the program looked at last: who sleeps after it looks again. */
export function outlookAfter(
  kernel: Kernel,
  call: SystemCallName,
  args: readonly unknown[],
  look: SystemCallName | undefined,
): Outlook {
  if (WIFI_CHANGES.has(call)) return lookAt(kernel, 'wifi.status');
  if (call === 'time.sleep') return look === undefined ? NOTHING : lookAt(kernel, look);
  if (call === 'socket.recv') return unread(kernel, args[0] as number);
  return NOTHING;
}

function lookAt(kernel: Kernel, call: SystemCallName): Outlook {
  const result = carryOut(kernel, call, []);
  return 'attempt' in result ? NOTHING : { look: { call, result } };
}

function unread(kernel: Kernel, fd: number): Outlook {
  const tcp = kernel.sockets.stream(fd)?.tcp;
  if (tcp === undefined) return NOTHING;
  const bytes = tcp.peek(tcp.readableInSilence);
  return bytes.length === 0 ? NOTHING : { unread: bytes };
}
