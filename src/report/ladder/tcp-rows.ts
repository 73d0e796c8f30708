/** The life of a TCP connection in thin lines: opened, closed or reset by whom, what had to be sent again. */
import type { ConnectionId, TraceEvent, TraceEventOf } from '../../../emulator/world/trace-events.ts';
import { formatBytes, formatDuration } from '../format.ts';
import { closesTcp, givesUp, takesLeave } from './endings.ts';
import type { ArrowRow, Moment } from './model.ts';
import { type Cast, tcpStateName } from './parties.ts';
import {
  earlier,
  eventsByConnection,
  firstAfter,
  type Placed,
  type Programs,
  programsOf,
  tellerOf,
  type Whole,
} from './placed.ts';
import { collectRuns, isSeen } from './runs.ts';

export function tcpRows(events: readonly TraceEvent[], cast: Cast): ArrowRow[] {
  return [...lifeRows(events, cast, 'over'), ...repeatRows(events, cast)];
}

function inItself(trace: readonly TraceEvent[]): Whole {
  return { own: trace.map((event, order) => ({ event, order })), trace };
}

/** How connections begin and end. `events`: of `whole`, its own. */
export function lifeRows(
  events: readonly TraceEvent[],
  cast: Cast,
  moment: Moment,
  whole: Whole = inItself(events),
): ArrowRow[] {
  return [...stateRows(events, cast, moment, whole), ...resetRows(events, cast)];
}

/** Whether an event comes from an end of its connection, and not from somebody on the path who relays it. */
function isFromAnEnd(event: { actor: string; connection: ConnectionId }, cast: Cast): boolean {
  const { client, server } = cast.connections.get(event.connection)!;
  return event.actor === client || event.actor === server;
}

/** With its place among the events at hand. */
interface Fin {
  readonly event: TraceEventOf<'tcp.state'>;
  readonly order: number;
}

/** One line for the opening, one for each end's FIN. */
function stateRows(events: readonly TraceEvent[], cast: Cast, moment: Moment, whole: Whole): ArrowRow[] {
  const rows: ArrowRow[] = [];
  const seen = new Set<string>();
  const byConnection = eventsByConnection(events);
  const programs = programsOf(events);
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
      const heard = whenHeard(own, { event, order }, cast, programs);
      if (moment === 'running' && heard === undefined) return;
      const place = closingPlace(own, { event, order }, heard, cast, whole);
      rows.push({ ...base, ...place, name: 'TCP close (FIN)', phrases: [], tone: 'quiet' });
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
 * stream only then, whenever the segment came. Where anything was done before the observer heard of it, it stands there:
 * only then is it known that nothing more is read, and further up it would push down what somebody may be reading.
 */
function closingPlace(
  own: readonly Placed[],
  { event: fin, order }: Fin,
  heard: Placed | undefined,
  cast: Cast,
  whole: Whole,
): { t: number; order: number } {
  const observer = tellerOf(own, fin.connection, cast);
  if (datesIts(fin, observer, cast)) return { t: fin.t, order };
  const lastRead = own.findLast(({ event }) => event.actor === observer && isRead(event));
  if (lastRead !== undefined && lastRead.order > order) {
    return { t: lastRead.event.t, order: lastRead.order + 0.2 };
  }
  if (heard === undefined) return { t: fin.t, order };
  const [from, to] = [order, heard.order].map((i) => whole.own[i]!.order);
  const isPassed = whole.trace.slice(from! + 1, to).some(isSeen);
  if (!isPassed) return { t: fin.t, order };
  // Of several that are heard of at once, the first stands first; in fractions that a sum keeps.
  const rank = Math.floor((64 * from!) / to!) / 1024;
  return { t: heard.event.t, order: heard.order - 0.3125 + rank };
}

/** The end further left dates what it does itself; it may not have begun to speak TLS yet. */
function datesIts({ actor, connection }: Fin['event'], observer: string, cast: Cast): boolean {
  return actor === observer || actor === cast.observer(connection);
}

/**
 * Where it is known that the observer has read all it will before a far end's FIN: at its own end, or that of its program;
 * undefined while it may read on. `own`: the connection's events.
 */
function whenHeard(own: readonly Placed[], fin: Fin, cast: Cast, programs: Programs): Placed | undefined {
  const observer = tellerOf(own, fin.event.connection, cast);
  if (datesIts(fin.event, observer, cast)) return fin;
  const since = own.findLast(({ event }) => event.actor === observer && isRead(event)) ?? own[0]!;
  const heard = own.find(
    ({ event, order }) => order >= since.order && event.actor === observer && tellsOfTheEnd(event),
  );
  const exit = firstAfter(programs.get(observer) ?? [], since, ({ type }) => type === 'device.exit');
  const first = earlier(heard, exit);
  return first !== undefined && first.order < fin.order ? fin : first;
}

function tellsOfTheEnd(event: TraceEvent): boolean {
  return closesTcp(event) || givesUp(event) || takesLeave(event);
}

function isRead(event: TraceEvent): boolean {
  return (
    (event.type === 'tls.message' || event.type === 'tls.alert' || event.type === 'tls.data') &&
    event.direction === 'received'
  );
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
