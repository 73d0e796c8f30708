import type { TraceEvent } from '../../../emulator/world/trace-events.ts';

/** Events with one key that follow one another before anything else a reader would see happens. */
export function collectRuns(
  events: readonly TraceEvent[],
  keyOf: (event: TraceEvent) => string | undefined,
): { order: number; events: TraceEvent[] }[] {
  const runs: { order: number; events: TraceEvent[] }[] = [];
  let key: string | undefined;
  events.forEach((event, order) => {
    const next = keyOf(event);
    if (next === undefined) {
      if (VISIBLE.has(event.type)) key = undefined;
      return;
    }
    if (next === key) runs.at(-1)!.events.push(event);
    else runs.push({ order, events: [event] });
    key = next;
  });
  return runs;
}

/** Of these there are rows, or parts of rows. */
const TOLD = new Set<TraceEvent['type']>([
  'tcp.retransmit',
  'tcp.reset',
  'frame.lost',
  'frame.disturbed',
  'device.exit',
  'attacker.did',
  'attacker.stopped',
]);

/** Whether a reader sees that something was done. */
export function isSeen({ type }: TraceEvent): boolean {
  return VISIBLE.has(type) || TOLD.has(type);
}

export const VISIBLE: ReadonlySet<string> = new Set<TraceEvent['type']>([
  'dns.query',
  'dhcp.lease',
  'tls.message',
  'tls.alert',
  'tls.data',
  'device.exception',
]);
