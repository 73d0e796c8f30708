/** Events of one connection with their places in the trace, found once: a capture may hold hundreds of connections. */
import type { ConnectionId, TraceEvent } from '../../../emulator/world/trace-events.ts';

export interface Placed {
  readonly event: TraceEvent;
  /** Index in the trace. */
  readonly order: number;
}

export function eventsByConnection(events: readonly TraceEvent[]): Map<ConnectionId, Placed[]> {
  const found = new Map<ConnectionId, Placed[]>();
  events.forEach((event, order) => {
    if (!('connection' in event) || event.connection === undefined) return;
    const own = found.get(event.connection);
    if (own === undefined) found.set(event.connection, [{ event, order }]);
    else own.push({ event, order });
  });
  return found;
}
