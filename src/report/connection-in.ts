import type { ConnectionId, TraceEvent } from '../../emulator/world/trace-events.ts';

/** Which connection an event is about; undefined for one that is about none. */
export function connectionIn(event: TraceEvent): ConnectionId | undefined {
  return 'connection' in event ? event.connection : undefined;
}
