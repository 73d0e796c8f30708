/** Sorts the events of a run into groups whose rows depend on one another, and on no others. */
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { attackerRows } from './attacker-rows.ts';
import { certificateRows } from './certificate-rows.ts';
import { computingRow, ENDS_COMPUTING, plainRows } from './device-rows.ts';
import { keyRows } from './key-rows.ts';
import type { Moment, Row } from './model.ts';
import { dnsRows, faultRows, frameRows, serviceRows, wifiRows } from './network-rows.ts';
import type { Cast } from './parties.ts';
import { eventsByConnection, type Placed, programsOf, type Whole } from './placed.ts';
import { VISIBLE } from './runs.ts';
import { lifeRows, repeatRows } from './tcp-rows.ts';
import { exchangeRows } from './tls-rows.ts';

export interface Build {
  /** Among rows of one order. */
  readonly rank: number;
  readonly rows: (events: readonly TraceEvent[], cast: Cast, moment: Moment, whole: Whole) => Row[];
}

export interface Group {
  readonly build: Build;
  readonly events: Placed[];
  rows: readonly Row[];
}

const CPU: Build = {
  rank: 0,
  rows: (_events, _cast, _moment, { own, trace }) =>
    computingRow(own, trace).map((row) => ({
      ...row,
      order: own.length - 1 + (row.order - own.at(-1)!.order),
    })),
};
const ALONE: Build = {
  rank: 1,
  rows: (events, cast) => [
    ...plainRows(events, cast),
    ...serviceRows(events, cast),
    ...faultRows(events, cast),
    ...attackerRows(events, cast),
  ],
};
const WIFI: Build = { rank: 2, rows: wifiRows };
const DNS: Build = { rank: 2, rows: dnsRows };
const RUNS: Build = {
  rank: 3,
  rows: (events, cast) => [...frameRows(events, cast), ...repeatRows(events, cast)],
};
const KEYS: Build = { rank: 6, rows: (events) => keyRows(events) };

function connectionBuild(connection: string): Build {
  return {
    rank: 4,
    rows: (events, cast, moment, whole) => [
      ...lifeRows(events, cast, moment, whole),
      ...certificateRows(events, cast),
      ...exchangeRows(
        eventsByConnection(events).get(connection) ?? [],
        connection,
        cast,
        moment,
        programsOf(events),
      ),
    ],
  };
}

/** Rows of one event each. */
const TOLD_ALONE: ReadonlySet<string> = new Set<TraceEvent['type']>([
  'device.boot',
  'device.exception',
  'device.exit',
  'mqtt.connect',
  'mqtt.publish',
  'ocsp.answer',
  'gateway.forward',
  'note',
  'dhcp.lease',
  'ntp.request',
  'network.fault',
  'attacker.did',
  'attacker.stopped',
]);

/** Of a connection, what no row is made of. */
const UNTOLD: ReadonlySet<string> = new Set<TraceEvent['type']>([
  'tls.record',
  'tls.secret',
  'tcp.retransmit',
]);

/** With these an end says what it has to say, before its program hears of it. */
const LAST_WORDS: ReadonlySet<string> = new Set<TraceEvent['type']>([
  'tls.failed',
  'tls.alert',
  'tls.message',
]);

const ENDS_WIFI: ReadonlySet<string> = new Set<TraceEvent['type']>([
  'dhcp.lease',
  'dns.query',
  'device.exit',
]);

export class Groups {
  private readonly all: Group[] = [];
  private readonly stale = new Set<Group>();
  /** Groups that more may come to, by what they are about. */
  private readonly open = new Map<string, Group>();
  private readonly computing = new Map<string, Placed[]>();
  private readonly frames = new Map<number, Placed>();
  /** Connections whose end by that actor has said something since the actor last raised an exception. */
  private readonly speaking = new Map<string, Set<Group>>();
  /** Connections by who has said something at them since its program last ended. */
  private readonly attending = new Map<string, Set<Group>>();

  /** Puts an event where it belongs. */
  take(placed: Placed): void {
    const { event } = placed;
    this.takeRun(placed);
    this.takeCpu(placed);
    this.takeNetwork(placed);
    if (TOLD_ALONE.has(event.type)) this.add(this.create(ALONE), placed);
    if (event.type === 'key.operation') this.add(this.opened('keys', KEYS), placed);
    if (event.type === 'device.exception') this.hand(placed, this.speaking);
    if (event.type === 'device.exit') this.hand(placed, this.attending);
    if ('connection' in event && event.connection !== undefined) this.takeConnected(placed, event.connection);
  }

  /** Everything must be made anew. */
  renewAll(): void {
    this.renew(() => true);
  }

  /** What depends on whether more may come. */
  renewUnfinished(): void {
    this.renew((group) => group.rows.some(({ pending }) => pending === true) || hasUnread(group));
  }

  private renew(which: (group: Group) => boolean): void {
    for (const group of this.all) if (which(group)) this.stale.add(group);
  }

  /** Groups whose rows are not what they should be any more, once. */
  takeStale(): Group[] {
    const stale = [...this.stale];
    this.stale.clear();
    return stale;
  }

  private create(build: Build): Group {
    const group: Group = { build, events: [], rows: [] };
    this.all.push(group);
    return group;
  }

  private opened(key: string, build: Build): Group {
    const known = this.open.get(key);
    if (known !== undefined) return known;
    const group = this.create(build);
    this.open.set(key, group);
    return group;
  }

  private add(group: Group, ...placed: readonly Placed[]): void {
    group.events.push(...placed);
    this.stale.add(group);
  }

  /** Losses and repetitions in a row are one row, until something happens that a reader sees. */
  private takeRun(placed: Placed): void {
    const { event } = placed;
    if (VISIBLE.has(event.type)) this.open.delete('runs');
    if (event.type === 'frame.sent') this.frames.set(event.id, placed);
    if (event.type === 'tcp.retransmit' || event.type === 'frame.disturbed') {
      this.add(this.opened('runs', RUNS), placed);
    } else if (event.type === 'frame.lost') {
      const frame = this.frames.get(event.id);
      this.add(this.opened('runs', RUNS), ...(frame === undefined ? [placed] : [frame, placed]));
    }
  }

  private takeCpu(placed: Placed): void {
    const { type, actor } = placed.event;
    if (type === 'device.cpu') {
      const operations = this.computing.get(actor);
      if (operations === undefined) this.computing.set(actor, [placed]);
      else operations.push(placed);
      return;
    }
    if (!ENDS_COMPUTING.has(type)) return;
    const operations = this.computing.get(actor);
    if (operations === undefined) return;
    this.computing.delete(actor);
    this.add(this.create(CPU), ...operations, placed);
  }

  private takeNetwork(placed: Placed): void {
    const { event } = placed;
    if (ENDS_WIFI.has(event.type)) this.open.delete(`wifi ${event.actor}`);
    if (event.type === 'wifi.state') this.add(this.opened(`wifi ${event.actor}`, WIFI), placed);
    if (event.type !== 'dns.query' && event.type !== 'dns.answer') return;
    const key = `dns ${event.actor} ${event.name}`;
    if (event.type === 'dns.query') this.add(this.opened(key, DNS), placed);
    else if (this.open.has(key)) {
      this.add(this.open.get(key)!, placed);
      this.open.delete(key);
    }
  }

  private takeConnected(placed: Placed, connection: string): void {
    const { type, actor } = placed.event;
    if (UNTOLD.has(type) || type.startsWith('attacker.')) return;
    const group = this.opened(`connection ${connection}`, connectionBuild(connection));
    this.add(group, placed);
    remember(this.attending, actor, group);
    if (LAST_WORDS.has(type)) remember(this.speaking, actor, group);
  }

  /** To all groups kept for its actor, which are then done with. */
  private hand(placed: Placed, kept: Map<string, Set<Group>>): void {
    for (const group of kept.get(placed.event.actor) ?? []) this.add(group, placed);
    kept.delete(placed.event.actor);
  }
}

function remember(kept: Map<string, Set<Group>>, actor: string, group: Group): void {
  kept.set(actor, (kept.get(actor) ?? new Set()).add(group));
}

/** Whether something was sent and not received. */
function hasUnread({ events }: Group): boolean {
  let unread = 0;
  for (const { event } of events) {
    if (event.type === 'tls.message' || event.type === 'tls.alert')
      unread += event.direction === 'sent' ? 1 : -1;
  }
  return unread !== 0;
}
