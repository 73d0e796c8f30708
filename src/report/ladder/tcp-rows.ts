/** The life of a TCP connection in thin lines: opened, closed or reset by whom, what had to be sent again. */
import type { ConnectionId, TraceEvent, TraceEventOf } from '../../../emulator/world/trace-events.ts';
import { formatBytes, formatDuration } from '../format.ts';
import type { ArrowRow, Moment } from './model.ts';
import { type Cast, tcpStateName } from './parties.ts';
import { eventsByConnection, type Placed, tellerOf } from './placed.ts';
import { collectRuns } from './runs.ts';

export function tcpRows(events: readonly TraceEvent[], cast: Cast): ArrowRow[] {
  return [...lifeRows(events, cast, 'over'), ...repeatRows(events, cast)];
}

/** How connections begin and end. */
export function lifeRows(events: readonly TraceEvent[], cast: Cast, moment: Moment): ArrowRow[] {
  return [...stateRows(events, cast, moment), ...resetRows(events, cast)];
}

/** Whether an event comes from an end of its connection, and not from somebody on the path who relays it. */
function isFromAnEnd(event: { actor: string; connection: ConnectionId }, cast: Cast): boolean {
  const { client, server } = cast.connections.get(event.connection)!;
  return event.actor === client || event.actor === server;
}

/** One line for the opening, one for each end's FIN. */
function stateRows(events: readonly TraceEvent[], cast: Cast, moment: Moment): ArrowRow[] {
  const rows: ArrowRow[] = [];
  const seen = new Set<string>();
  const byConnection = eventsByConnection(events);
  events.forEach((event, order) => {
    if (event.type !== 'tcp.state' || !isFromAnEnd(event, cast)) return;
    const state = tcpStateName(event.state);
    const once = `${event.actor} ${event.connection} ${state}`;
    if (seen.has(once)) return;
    seen.add(once);
    const base = { ...ends(event, cast), t: event.t, order };
    const own = byConnection.get(event.connection)!;
    if (state === 'SYN-SENT') rows.push({ ...base, ...opening(own, event, moment) });
    else if (state === 'FIN-WAIT-1' || state === 'LAST-ACK') {
      const moment = closingMoment(own, event, order, cast);
      rows.push({ ...base, ...moment, name: 'TCP close (FIN)', phrases: [], tone: 'quiet' });
    }
  });
  return rows;
}

/** A segment from the actor of an event to the other end. */
function ends({ actor, connection }: { actor: string; connection: ConnectionId }, cast: Cast) {
  const { client, server } = cast.connections.get(connection)!;
  const [from, to] = actor === server ? [server, client] : [client, server];
  return { kind: 'arrow', stroke: 'thin', from, to } as const;
}

/** What came of a SYN. */
function opening(own: readonly Placed[], syn: TraceEventOf<'tcp.state'>, moment: Moment) {
  const opened = own.find(
    ({ event }) => event.type === 'tcp.state' && tcpStateName(event.state) === 'ESTABLISHED',
  )?.event;
  const reset = own.some(({ event }) => event.type === 'tcp.reset');
  const way = syn.connection.replace('>', ' to ');
  if (opened === undefined && !reset && moment !== 'over') {
    return {
      name: 'TCP open',
      phrases: [way, 'waits for an answer'],
      tone: 'quiet',
      pending: true,
    } as const;
  }
  const failure = reset ? 'refused (RST)' : 'no answer (SYN)';
  const result = opened === undefined ? failure : `open after ${formatDuration(opened.t - syn.t)}`;
  return {
    name: 'TCP open',
    phrases: [way, result],
    tone: opened === undefined ? 'bad' : 'quiet',
  } as const;
}

/**
 * A FIN from the far end stands after what the observer read before it: its program gets to the end of the
 * stream only then, whenever the segment came.
 */
function closingMoment(
  own: readonly Placed[],
  fin: TraceEventOf<'tcp.state'>,
  order: number,
  cast: Cast,
): { t: number; order: number } {
  const observer = tellerOf(own, fin.connection, cast);
  if (fin.actor === observer) return { t: fin.t, order };
  const lastRead = own.findLast(
    ({ event }) =>
      event.actor === observer &&
      (event.type === 'tls.message' || event.type === 'tls.alert' || event.type === 'tls.data') &&
      event.direction === 'received',
  );
  if (lastRead === undefined || lastRead.order < order) return { t: fin.t, order };
  return { t: lastRead.event.t, order: lastRead.order + 0.2 };
}

/** A reset, told by its sender, or by its receiver where the sender is not in the trace. */
function resetRows(events: readonly TraceEvent[], cast: Cast): ArrowRow[] {
  const resets = events.flatMap((event, order) =>
    event.type === 'tcp.reset' && isFromAnEnd(event, cast) ? [{ event, order }] : [],
  );
  const told = new Set(resets.flatMap(({ event }) => (event.direction === 'sent' ? [event.connection] : [])));
  return resets.flatMap(({ event, order }): ArrowRow[] => {
    const { from, to, ...rest } = ends(event, cast);
    const row = { ...rest, t: event.t, order, name: 'TCP reset (RST)', phrases: [], tone: 'bad' } as const;
    if (event.direction === 'sent') return [{ ...row, from, to }];
    return told.has(event.connection) ? [] : [{ ...row, from: to, to: from }];
  });
}

/** Retransmissions of one end in a row are one line. */
export function repeatRows(events: readonly TraceEvent[], cast: Cast): ArrowRow[] {
  const rows: ArrowRow[] = [];
  const runs = collectRuns(events, (event) =>
    event.type === 'tcp.retransmit' && isFromAnEnd(event, cast)
      ? `${event.actor} ${event.connection}`
      : undefined,
  );
  for (const run of runs) {
    const repeats = run.events as TraceEventOf<'tcp.retransmit'>[];
    const first = repeats[0]!;
    const { client, server } = cast.connections.get(first.connection)!;
    const from = first.actor === server ? server : client;
    const bytes = repeats.reduce((sum, event) => sum + event.length, 0);
    const attempt = repeats.reduce((most, event) => Math.max(most, event.attempt), 0);
    rows.push({
      kind: 'arrow',
      t: first.t,
      order: run.order,
      from,
      to: from === client ? server : client,
      stroke: 'thin',
      name: repeats.length === 1 ? 'TCP sends again' : `TCP sends again, ${repeats.length} times`,
      phrases: [formatBytes(bytes), `attempt ${attempt}`],
      tone: 'warning',
    });
  }
  return rows;
}
