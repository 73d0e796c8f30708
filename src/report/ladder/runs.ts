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

export const VISIBLE: ReadonlySet<string> = new Set<TraceEvent['type']>([
  'dns.query',
  'dhcp.lease',
  'tls.message',
  'tls.alert',
  'tls.data',
  'device.exception',
]);
