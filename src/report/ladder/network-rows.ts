/** What happens below TLS, a line each: joining a network, looking up a name, opening and closing TCP. */
import type { ConnectionId, TraceEvent, TraceEventOf } from '../../../emulator/world/trace-events.ts';
import { formatBytes, formatDuration, plural } from '../format.ts';
import { type ArrowRow, type NoteRow, note, type Row } from './model.ts';
import { type Cast, tcpStateName } from './parties.ts';

export function networkRows(events: readonly TraceEvent[], cast: Cast): Row[] {
  return [
    ...wifiRows(events, cast),
    ...dnsRows(events, cast),
    ...serviceRows(events, cast),
    ...tcpRows(events, cast),
    ...repeatRows(events, cast),
    ...lossRows(events, cast),
  ];
}

/** States of the station one after the other are one row, until the device does something else. */
function wifiRows(events: readonly TraceEvent[], cast: Cast): NoteRow[] {
  const rows: NoteRow[] = [];
  const open = new Map<string, { order: number; events: TraceEventOf<'wifi.state'>[] }>();
  const finish = (actor: string) => {
    const run = open.get(actor);
    if (run === undefined) return;
    open.delete(actor);
    rows.push(wifiRow(run.order, run.events));
  };
  events.forEach((event, order) => {
    if (!cast.isDevice(event.actor)) return;
    if (event.type === 'wifi.state') {
      const run = open.get(event.actor) ?? { order, events: [] };
      run.events.push(event);
      open.set(event.actor, run);
    } else if (event.type === 'dhcp.lease' || event.type === 'dns.query' || event.type === 'device.exit') {
      finish(event.actor);
    }
  });
  for (const actor of [...open.keys()]) finish(actor);
  return rows;
}

function wifiRow(order: number, events: readonly TraceEventOf<'wifi.state'>[]): NoteRow {
  const first = events[0]!;
  const last = events.at(-1)!;
  const states = events
    .map((event) => event.state)
    .filter((state, i, all) => state !== all[i - 1] && (state !== 'idle' || i > 0));
  const ssid = events.find((event) => event.ssid !== undefined)?.ssid;
  const network = ssid === undefined ? 'Wi-Fi' : `Wi-Fi "${ssid}"`;
  const took = events.length > 1 ? formatDuration(last.t - first.t) : '';
  const told = [states.join(' → '), last.detail ?? '', took].filter(Boolean).join(', ');
  return note({ t: first.t, order }, first.actor, `${network}: ${told}`);
}

function dnsRows(events: readonly TraceEvent[], cast: Cast): NoteRow[] {
  const rows: NoteRow[] = [];
  const answered = new Set<TraceEvent>();
  const queries = new Map<string, { order: number; first: TraceEventOf<'dns.query'>; count: number }>();
  const finish = (key: string, answer?: TraceEventOf<'dns.answer'>) => {
    const query = queries.get(key);
    if (query === undefined) return;
    queries.delete(key);
    rows.push(dnsRow(query, answer));
  };
  events.forEach((event, order) => {
    if (!cast.isDevice(event.actor)) return;
    if (event.type === 'dns.query') {
      const key = `${event.actor} ${event.name}`;
      const query = queries.get(key);
      if (query === undefined) queries.set(key, { order, first: event, count: 1 });
      else query.count++;
    } else if (event.type === 'dns.answer' && !answered.has(event)) {
      answered.add(event);
      finish(`${event.actor} ${event.name}`, event);
    }
  });
  for (const key of [...queries.keys()]) finish(key);
  return rows;
}

function dnsRow(
  query: { order: number; first: TraceEventOf<'dns.query'>; count: number },
  answer: TraceEventOf<'dns.answer'> | undefined,
): NoteRow {
  const { first, count } = query;
  const at = { t: first.t, order: query.order };
  const asked = `DNS: ${first.name}${count > 1 ? ` (asked ${count} times)` : ''}`;
  const failed = { mark: '✗', tone: 'bad' } as const;
  if (answer === undefined) return note(at, first.actor, `${asked} → no answer from ${first.server}`, failed);
  const took = formatDuration(answer.t - first.t);
  if (answer.addresses.length === 0) {
    return note(at, first.actor, `${asked} → ${answer.rcode}, ${took}`, failed);
  }
  return note(at, first.actor, `${asked} → ${answer.addresses.join(', ')}, ${took}`);
}

function serviceRows(events: readonly TraceEvent[], cast: Cast): NoteRow[] {
  return events.flatMap((event, order): NoteRow[] => {
    const at = { t: event.t, order };
    if (event.type === 'dhcp.lease') {
      const device = cast.isDevice(event.actor) ? event.actor : cast.deviceAt(event.address);
      const text = `DHCP: address ${event.address}, gateway ${event.gateway}, DNS server ${event.dns}`;
      return device === undefined ? [] : [note(at, device, text)];
    }
    if (event.type === 'ntp.request') {
      const device = cast.deviceAt(event.client);
      return device === undefined ? [] : [note(at, device, `NTP: asks ${event.actor} for the time`)];
    }
    return [];
  });
}

/** One line for the opening, one for each end's FIN, one for a reset. */
function tcpRows(events: readonly TraceEvent[], cast: Cast): ArrowRow[] {
  const rows: ArrowRow[] = [];
  const established = firstEstablished(events);
  const seen = new Set<string>();
  events.forEach((event, order) => {
    if (event.type !== 'tcp.state' && event.type !== 'tcp.reset') return;
    const { client, server } = cast.connections.get(event.connection)!;
    const from = event.actor === server ? server : client;
    const to = from === client ? server : client;
    const base = { kind: 'arrow', t: event.t, order, from, to, stroke: 'thin', tone: 'quiet' } as const;
    if (event.type === 'tcp.reset') {
      if (event.direction === 'sent')
        rows.push({ ...base, name: 'TCP reset (RST)', phrases: [], tone: 'bad' });
      return;
    }
    const state = tcpStateName(event.state);
    const once = `${event.actor} ${event.connection} ${state}`;
    if (seen.has(once)) return;
    seen.add(once);
    if (state === 'SYN-SENT') {
      const opened = established.get(event.connection);
      const took =
        opened === undefined ? 'no answer (SYN)' : `open after ${formatDuration(opened - event.t)}`;
      const tone = opened === undefined ? 'bad' : 'quiet';
      rows.push({ ...base, name: 'TCP open', phrases: [event.connection.replace('>', ' to '), took], tone });
    } else if (state === 'FIN-WAIT-1' || state === 'LAST-ACK') {
      rows.push({
        ...base,
        ...closingMoment(events, event, order, cast),
        name: 'TCP close (FIN)',
        phrases: [],
      });
    }
  });
  return rows;
}

/**
 * A FIN from the far end stands after what the observer read before it: its program gets to the end of the
 * stream only then, whenever the segment came.
 */
function closingMoment(
  events: readonly TraceEvent[],
  fin: TraceEventOf<'tcp.state'>,
  order: number,
  cast: Cast,
): { t: number; order: number } {
  const observer = cast.observer(fin.connection);
  if (fin.actor === observer) return { t: fin.t, order };
  const lastRead = events.findLastIndex(
    (event) =>
      event.actor === observer &&
      (event.type === 'tls.message' || event.type === 'tls.alert' || event.type === 'tls.data') &&
      event.connection === fin.connection &&
      event.direction === 'received',
  );
  return lastRead > order ? { t: events[lastRead]!.t, order: lastRead + 0.2 } : { t: fin.t, order };
}

function firstEstablished(events: readonly TraceEvent[]): Map<ConnectionId, number> {
  const times = new Map<ConnectionId, number>();
  for (const event of events) {
    if (event.type !== 'tcp.state' || tcpStateName(event.state) !== 'ESTABLISHED') continue;
    if (!times.has(event.connection)) times.set(event.connection, event.t);
  }
  return times;
}

/** Retransmissions of one end in a row are one line. */
function repeatRows(events: readonly TraceEvent[], cast: Cast): ArrowRow[] {
  const rows: ArrowRow[] = [];
  const runs = collectRuns(events, (event) =>
    event.type === 'tcp.retransmit' ? `${event.actor} ${event.connection}` : undefined,
  );
  for (const run of runs) {
    const repeats = run.events as TraceEventOf<'tcp.retransmit'>[];
    const first = repeats[0]!;
    const { client, server } = cast.connections.get(first.connection)!;
    const from = first.actor === server ? server : client;
    const bytes = repeats.reduce((sum, event) => sum + event.length, 0);
    rows.push({
      kind: 'arrow',
      t: first.t,
      order: run.order,
      from,
      to: from === client ? server : client,
      stroke: 'thin',
      name: repeats.length === 1 ? 'TCP sends again' : `TCP sends again, ${repeats.length} times`,
      phrases: [formatBytes(bytes), `attempt ${Math.max(...repeats.map((event) => event.attempt))}`],
      tone: 'warning',
    });
  }
  return rows;
}

function lossRows(events: readonly TraceEvent[], cast: Cast): NoteRow[] {
  const sent = new Map<number, TraceEventOf<'frame.sent'>>();
  for (const event of events) if (event.type === 'frame.sent') sent.set(event.id, event);
  const fallback = cast.lanes[0]?.actor;
  if (fallback === undefined) return [];
  const runs = collectRuns(events, (event) =>
    event.type === 'frame.lost' ? `${event.link} ${event.reason}` : undefined,
  );
  return runs.map((run) => {
    const lost = run.events as TraceEventOf<'frame.lost'>[];
    const { link, reason, t } = lost[0]!;
    const bytes = lost.reduce((sum, event) => sum + (sent.get(event.id)?.bytes.length ?? 0), 0);
    const sender = sent.get(lost[0]!.id)?.actor;
    const lane = cast.lanes.find(({ actor }) => actor === sender)?.actor ?? fallback;
    const from = sender === undefined || lane === sender ? '' : ` sent by ${sender}`;
    const text = `${plural(lost.length, 'frame')}${from} lost on ${link} (${LOSS[reason]}), ${formatBytes(bytes)}`;
    return note({ t, order: run.order }, lane, text, { mark: '✗', tone: 'warning' });
  });
}

const LOSS: Readonly<Record<TraceEventOf<'frame.lost'>['reason'], string>> = {
  loss: 'lost on the way',
  'link-down': 'the link is down',
  'queue-full': 'queue full',
};

/** Events with one key that follow one another before anything else a reader would see happens. */
function collectRuns(
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

const VISIBLE: ReadonlySet<string> = new Set<TraceEvent['type']>([
  'dns.query',
  'dhcp.lease',
  'tls.message',
  'tls.alert',
  'tls.data',
  'device.exception',
]);
