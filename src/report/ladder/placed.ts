/** Events with their places in the trace, found once: a trace may hold thousands of connections. */

import { grouped } from '../../../emulator/world/ordered.ts';
import type { ConnectionId, TraceEvent } from '../../../emulator/world/trace-events.ts';
import { connectionIn } from '../connection-in.ts';
import type { Cast } from './parties.ts';

export interface Placed {
  readonly event: TraceEvent;
  /** Index in the trace. */
  readonly order: number;
}

/** Where some events stand in their trace. */
export interface Whole {
  readonly own: readonly Placed[];
  /** At least until the last of them. */
  readonly trace: readonly TraceEvent[];
}

export function eventsByConnection(events: readonly TraceEvent[]): Map<ConnectionId, Placed[]> {
  return placedBy(events, connectionIn);
}

/** Events by a key, in order; those without one are left out. */
export function placedBy(
  events: readonly TraceEvent[],
  keyOf: (event: TraceEvent) => string | undefined,
): Map<string, Placed[]> {
  const placed = events.map((event, order) => ({ event, order }));
  return grouped(placed, ({ event }) => keyOf(event));
}

/**
 * Whose account of a connection's TLS is told: the observer's, or where it gives none (a real board) the other end's. `own`
 * are the connection's events.
 */
export function tellerOf(own: readonly Placed[], connection: ConnectionId, cast: Cast): string {
  const tells = (actor: string) =>
    own.some(({ event }) => event.actor === actor && event.type.startsWith('tls.'));
  const observer = cast.observer(connection);
  if (tells(observer)) return observer;
  const { client, server } = cast.connections.get(connection)!;
  const other = observer === client ? server : client;
  return tells(other) ? other : observer;
}
