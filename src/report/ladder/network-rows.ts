/** What a device needs before it can connect, a line each: a network, an address, names, the time; and losses. */
import type { TraceEvent, TraceEventOf } from '../../../emulator/world/trace-events.ts';
import { formatBytes, formatDuration, plural } from '../format.ts';
import { type Moment, type NoteRow, note, type Row } from './model.ts';
import type { Cast } from './parties.ts';
import { collectRuns } from './runs.ts';

export function networkRows(events: readonly TraceEvent[], cast: Cast): Row[] {
  return [
    ...wifiRows(events, cast),
    ...dnsRows(events, cast, 'over'),
    ...serviceRows(events, cast),
    ...frameRows(events, cast),
    ...faultRows(events, cast),
  ];
}

/** What became of frames that did not arrive once and in their turn. */
export function frameRows(events: readonly TraceEvent[], cast: Cast): NoteRow[] {
  return [...lossRows(events, cast), ...disturbanceRows(events, cast)];
}

/** What the scenario does to the network, in the first device's lane: it is nobody's deed. */
export function faultRows(events: readonly TraceEvent[], cast: Cast): NoteRow[] {
  const lane = cast.lanes[0]?.actor;
  if (lane === undefined) return [];
  return events.flatMap((event, order) => {
    if (event.type !== 'network.fault') return [];
    const text = `network fault at ${event.where} ${event.phase}: ${event.changes.join(', ')}`;
    return [note({ t: event.t, order }, lane, text, event.phase === 'begins' ? BAD : {})];
  });
}

const BAD = { mark: '✗', tone: 'warning' } as const;

function disturbanceRows(events: readonly TraceEvent[], cast: Cast): NoteRow[] {
  const lane = cast.lanes[0]?.actor;
  if (lane === undefined) return [];
  const runs = collectRuns(events, (event) =>
    event.type === 'frame.disturbed' ? `${event.link} ${event.how}` : undefined,
  );
  return runs.map((run) => {
    const { link, how, t } = run.events[0] as TraceEventOf<'frame.disturbed'>;
    const text = `${plural(run.events.length, 'frame')} ${how} on ${link}`;
    return note({ t, order: run.order }, lane, text, BAD);
  });
}

/** States of the station one after the other are one row, until the device does something else. */
export function wifiRows(events: readonly TraceEvent[], cast: Cast): NoteRow[] {
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
  const behind = JOINING.slice(JOINING.lastIndexOf(last.state) + 1);
  return note({ t: first.t, order }, first.actor, `${network}: ${told}`, {
    longest: `${network}: ${[...states, ...behind].join(' → ')}, ${took || 'so long'}`,
  });
}

/** What a station goes through (`WifiState`). */
const JOINING: readonly string[] = ['scanning', 'authenticating', 'associating', 'handshake', 'associated'];

export function dnsRows(events: readonly TraceEvent[], cast: Cast, moment: Moment): NoteRow[] {
  const rows: NoteRow[] = [];
  const answered = new Set<TraceEvent>();
  const queries = new Map<string, { order: number; first: TraceEventOf<'dns.query'>; count: number }>();
  const finish = (key: string, answer?: TraceEventOf<'dns.answer'>) => {
    const query = queries.get(key);
    if (query === undefined) return;
    queries.delete(key);
    rows.push(dnsRow(query, answer, moment));
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
  moment: Moment,
): NoteRow {
  const { first, count } = query;
  const at = { t: first.t, order: query.order };
  const asked = `DNS: ${first.name}${count > 1 ? ` (asked ${count} times)` : ''}`;
  const failed = { mark: '✗', tone: 'bad' } as const;
  if (answer === undefined && moment !== 'over')
    return note(at, first.actor, `${asked} → waits for ${first.server}`, { pending: true });
  if (answer === undefined) return note(at, first.actor, `${asked} → no answer from ${first.server}`, failed);
  const took = formatDuration(answer.t - first.t);
  if (answer.addresses.length === 0) {
    return note(at, first.actor, `${asked} → ${answer.rcode}, ${took}`, failed);
  }
  return note(at, first.actor, `${asked} → ${answer.addresses.join(', ')}, ${took}`);
}

export function serviceRows(events: readonly TraceEvent[], cast: Cast): NoteRow[] {
  return events.flatMap((event, order): NoteRow[] => {
    const at = { t: event.t, order };
    if (event.type === 'dhcp.lease') {
      const device = cast.isDevice(event.actor) ? event.actor : cast.deviceAt(event.address);
      const text = `DHCP: address ${event.address}, gateway ${event.gateway}, DNS server ${event.dns || 'none'}`;
      return device === undefined ? [] : [note(at, device, text)];
    }
    if (event.type === 'ntp.request') {
      const device = cast.deviceAt(event.client);
      return device === undefined ? [] : [note(at, device, `NTP: asks ${event.actor} for the time`)];
    }
    return [];
  });
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
    // Whoever is no device may never have said a word that came through, and has no lane then.
    const lane = sender !== undefined && cast.isDevice(sender) ? sender : fallback;
    const from = sender === undefined || lane === sender ? '' : ` sent by ${sender}`;
    const text = `${plural(lost.length, 'frame')}${from} lost on ${link}${LOSS[reason]}, ${formatBytes(bytes)}`;
    return note({ t, order: run.order }, lane, text, { mark: '✗', tone: 'warning' });
  });
}

const LOSS: Readonly<Record<TraceEventOf<'frame.lost'>['reason'], string>> = {
  loss: '',
  'link-down': ' (the link is down)',
  'queue-full': ' (queue full)',
};
