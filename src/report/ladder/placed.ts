/** Events with their places in the trace, found once: a trace may hold thousands of connections. */

import { firstIndex, grouped } from '../../../emulator/world/ordered.ts';
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

/** Where programs raise exceptions and where they end, by actor. */
export type Programs = ReadonlyMap<string, readonly Placed[]>;

export function programsOf(events: readonly TraceEvent[]): Programs {
  return placedBy(events, ({ type, actor }) =>
    type === 'device.exception' || type === 'device.exit' ? actor : undefined,
  );
}

/** The first behind `from` for which that holds. */
export function firstAfter(
  all: readonly Placed[],
  from: Placed,
  holds: (event: TraceEvent) => boolean,
): Placed | undefined {
  for (let i = firstIndex(all, ({ order }) => order > from.order); i < all.length; i++) {
    if (holds(all[i]!.event)) return all[i];
  }
  return undefined;
}

export function earlier(a: Placed | undefined, b: Placed | undefined): Placed | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.order < a.order ? b : a;
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
