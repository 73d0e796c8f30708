/** The handshake: every message once, dated by the end that stands further left. */

import type {
  ConnectionId,
  Direction,
  TraceEvent,
  TraceEventOf,
} from '../../../emulator/world/trace-events.ts';
import { certificateNames } from './certificate-names.ts';
import { dataRows } from './data-rows.ts';
import { takesLeave } from './endings.ts';
import { type ArrowRow, type Moment, note, type Row } from './model.ts';
import type { Cast, Parties } from './parties.ts';
import { eventsByConnection, type Placed, type Programs, programsOf, tellerOf } from './placed.ts';
import { type Passage, type Seen, unreadRows } from './unread-rows.ts';

export function tlsRows(events: readonly TraceEvent[], cast: Cast): Row[] {
  const byConnection = eventsByConnection(events);
  const programs = programsOf(events);
  return [...cast.connections.keys()].flatMap((connection) =>
    exchangeRows(byConnection.get(connection) ?? [], connection, cast, 'over', programs),
  );
}

/** What is said over one connection, whose events are given. */
export function exchangeRows(
  all: readonly Placed[],
  connection: ConnectionId,
  cast: Cast,
  moment: Moment,
  programs: Programs,
): Row[] {
  const parties = cast.connections.get(connection)!;
  const own = all.map(({ event }) => event);
  const seen = all.filter(
    (each): each is Seen => each.event.type === 'tls.message' || each.event.type === 'tls.alert',
  );
  const reasons = new Map([parties.client, parties.server].map((actor) => [actor, reasonOf(own, actor)]));
  const passages = [
    ...passagesOf(seen, parties.client, parties.server),
    ...passagesOf(seen, parties.server, parties.client),
  ];
  const observer = tellerOf(all, connection, cast);
  const arrows = passages.flatMap((passage) =>
    arrowOf(passage, observer, reasons.get(passage.from)!, moment),
  );
  return [
    ...withEncryptionMark([...arrows, ...dataRows(all, connection, cast)], own, parties),
    ...unreadRows(passages, all, observer, programs, moment),
    ...outcomeRows(all, parties, cast),
  ];
}

/** TCP keeps the order, so the n-th thing received is the n-th thing sent. */
function passagesOf(seen: readonly Seen[], from: string, to: string): Passage[] {
  const sent = seen.filter(({ event }) => event.actor === from && event.direction === 'sent');
  const received = seen.filter(({ event }) => event.actor === to && event.direction === 'received');
  const length = Math.max(sent.length, received.length);
  return Array.from({ length }, (_, i) => ({ from, to, sent: sent[i], received: received[i] }));
}

function arrowOf(passage: Passage, observer: string, reason: string, moment: Moment): ArrowRow[] {
  const { from, to, sent, received } = passage;
  // What the observer never read has no time on its clock; it is told of at the end.
  const onItsWay = to === observer && received === undefined;
  if (onItsWay && moment !== 'paused') return [];
  const { event, order } = (from === observer || onItsWay ? (sent ?? received) : received)!;
  const base = {
    kind: 'arrow',
    t: event.t,
    order,
    from,
    to,
    stroke: event.encrypted ? 'sealed' : 'plain',
    ...(onItsWay && { pending: true as const }),
  } as const;
  if (event.type === 'tls.message') {
    return [
      {
        ...base,
        name: event.message,
        size: event.bytes.length,
        phrases: [...certificateNames(event), ...event.summary],
        tone: event.encrypted ? 'sealed' : 'plain',
      },
    ];
  }
  if (takesLeave(event)) {
    return [{ ...base, name: 'close_notify', phrases: ['no more data will come'], tone: 'quiet' }];
  }
  const phrases = [`${event.level} alert ${event.code}`, `sent by ${from}`, reason];
  return [{ ...base, name: `alert ${event.description}`, phrases, tone: 'bad' }];
}

/** Why an end gave up, where nothing else in the diagram says so; else empty. */
function reasonOf(own: readonly TraceEvent[], actor: string): string {
  const failed = own.find((event) => event.type === 'tls.failed' && event.actor === actor);
  if (failed?.type !== 'tls.failed' || failed.reason === 'certificate-refused') return '';
  return failed.detail;
}

/** The line from which on nobody between the two can read along. */
function withEncryptionMark(
  rows: readonly Row[],
  own: readonly TraceEvent[],
  { client, server }: Parties,
): Row[] {
  const sealed = rows.filter((row) => row.kind === 'arrow' && row.stroke === 'sealed');
  if (sealed.length === 0) return [...rows];
  const first = sealed.reduce((a, b) => (b.order < a.order ? b : a));
  const suite = suiteOf(own);
  const text = `encrypted from here on${suite === undefined ? '' : ` with ${suite}`}`;
  return [...rows, { kind: 'rule', t: first.t, order: first.order - 0.4, between: [client, server], text }];
}

function suiteOf(own: readonly TraceEvent[]): string | undefined {
  const hello = own.find((event) => event.type === 'tls.message' && event.message === 'ServerHello');
  if (hello?.type !== 'tls.message') return undefined;
  return hello.fields
    .flatMap((field) => [field, ...(field.children ?? [])])
    .find(({ name }) => name === 'cipher_suite')?.value;
}

/** How the handshake ended, for whom. */
function outcomeRows(own: readonly Placed[], { client, server }: Parties, cast: Cast): Row[] {
  const alerted = (actor: string, direction: Direction) =>
    own.some(
      ({ event }) =>
        event.type === 'tls.alert' &&
        event.actor === actor &&
        event.direction === direction &&
        event.description !== 'close_notify',
    );
  return own.flatMap(({ event, order }): Row[] => {
    const at = { t: event.t, order };
    const other = event.actor === client ? server : client;
    if (event.type === 'tls.established') {
      const isAlone = !own.some((each) => each.event.actor === other && each.event.type.startsWith('tls.'));
      return isAlone && !event.peerAuthenticated
        ? [unknownProof(event, at, madeOf(event))]
        : establishedRows(event, order, other, cast);
    }
    if (event.type === 'tls.fault') return [faultRow(event, order)];
    if (event.type === 'tls.retransmit') return [retransmitRow(event, order)];
    if (event.type !== 'tls.failed') return [];
    // An alert says it already, sent or received.
    if (alerted(event.actor, 'sent') || alerted(event.actor, 'received')) return [];
    const text = `handshake failed in ${event.state}: ${event.detail || event.reason}`;
    return [note(at, event.actor, text, { mark: '✗', tone: 'bad' })];
  });
}

function faultRow(event: TraceEventOf<'tls.fault'>, order: number): Row {
  const text = `misbehaves at ${event.message}: ${event.detail}`;
  return note({ t: event.t, order }, event.actor, text, { mark: '!', tone: 'warning' });
}

function retransmitRow({ t, actor, flight, cause }: TraceEventOf<'tls.retransmit'>, order: number): Row {
  const why = cause === 'timeout' ? 'no answer came' : 'the other side repeats itself';
  return note({ t, order }, actor, `sends ${flight.join(', ')} again: ${why}`, {
    mark: '!',
    tone: 'warning',
  });
}

/** In a capture, or where the other end is a real board: who was shown, and nothing about what was thought of it. */
function unknownProof(
  { actor, role, peer }: TraceEventOf<'tls.established'>,
  at: { t: number; order: number },
  what: string,
): Row {
  const other = role === 'client' ? 'server' : 'client';
  const shown = peer === undefined ? '' : `; the ${other} shows the certificate of ${peer}`;
  return note(at, actor, what + shown, { mark: '✓', tone: 'good' });
}

function madeOf({ version, resumed, group }: TraceEventOf<'tls.established'>): string {
  const made = resumed ? 'resumed from an earlier session' : 'established';
  return `${version} ${made}${group === undefined ? '' : `, keys agreed on ${group}`}`;
}

function establishedRows(
  event: TraceEventOf<'tls.established'>,
  order: number,
  other: string,
  cast: Cast,
): Row[] {
  const at = { t: event.t, order };
  const peer = event.role === 'client' ? 'server' : 'client';
  const made = madeOf(event);
  if (event.peerAuthenticated) {
    const text = `${made}; the ${peer} has proved to be ${event.peer ?? other}`;
    return [note(at, event.actor, text, { mark: '✓', tone: 'good' })];
  }
  if (event.peerAuthenticated === undefined) return [unknownProof(event, at, made)];
  // A server that asked for no certificate: the usual case, nothing to say about it.
  if (event.role === 'server' && !cast.isDevice(event.actor)) return [];
  const text = `${made}; nobody checked who the ${peer} is`;
  const tone = event.role === 'client' ? 'warning' : 'good';
  return [note(at, event.actor, text, { mark: tone === 'good' ? '✓' : '!', tone })];
}
