/** What one actor does by itself: a device boots, computes, raises, ends; a broker says whom it let in and what it got. */
import { MILLISECOND, type Nanoseconds } from '../../../emulator/world/time.ts';
import type { TraceEvent, TraceEventOf } from '../../../emulator/world/trace-events.ts';
import { formatClock, formatDuration, formatInstant, plural } from '../format.ts';
import { type NoteRow, note } from './model.ts';
import type { Cast } from './parties.ts';
import type { Placed } from './placed.ts';
import { isSeen } from './runs.ts';

/** Less computing than this explains no gap that a reader would see. */
const WORTH_A_ROW: Nanoseconds = 5 * MILLISECOND;
/** Hashing before this much was computed is not the beginning of a gap. */
const LONG: Nanoseconds = MILLISECOND;

export function deviceRows(events: readonly TraceEvent[], cast: Cast): NoteRow[] {
  return [...plainRows(events, cast), ...cpuRows(events)];
}

export function plainRows(events: readonly TraceEvent[], cast: Cast): NoteRow[] {
  return events.flatMap((event, order): NoteRow[] => {
    const at = { t: event.t, order };
    switch (event.type) {
      case 'device.boot':
        return [note(at, event.actor, `boots (${event.reason}); its clock says ${formatInstant(event.rtc)}`)];
      case 'device.exception':
        return [exceptionRow(event, order)];
      case 'device.exit':
        return [exitRow(event, order)];
      case 'mqtt.connect':
      case 'mqtt.publish':
        return [note(at, event.actor, brokerText(event))];
      case 'ocsp.answer':
        return [note(at, event.actor, responderText(event))];
      case 'gateway.forward':
        return [forwardRow(event, order)];
      case 'note':
        return remarkRows(event, order, cast);
      default:
        return [];
    }
  });
}

function brokerText(event: TraceEventOf<'mqtt.connect' | 'mqtt.publish'>): string {
  if (event.type === 'mqtt.publish')
    return `MQTT: ${event.client} publishes ${event.topic}, QoS ${event.qos}`;
  const user = event.user === '' ? 'nobody in particular' : event.user;
  return `MQTT ${event.version}: ${event.client} connects as ${user}: ${event.outcome}`;
}

function responderText({ serialNumbers, answers }: TraceEventOf<'ocsp.answer'>): string {
  const asked =
    serialNumbers.length === 0 ? 'nothing it can read' : `serial number ${serialNumbers.join(', ')}`;
  return `OCSP: asked about ${asked}, answers ${answers.join(', ')}`;
}

function forwardRow({ t, actor, readings, outcome, detail }: TraceEventOf<'gateway.forward'>, order: number) {
  const text = `sends ${plural(readings, 'reading')} on: ${outcome}, ${detail}`;
  return note({ t, order }, actor, text, outcome === 'accepted' ? {} : { mark: '✗', tone: 'bad' });
}

function exceptionRow(event: TraceEventOf<'device.exception'>, order: number): NoteRow {
  // mbedTLS's texts begin and end with a line end.
  const message = event.message.trim();
  const text = message === '' ? event.name : `${event.name}: ${message}`;
  return note({ t: event.t, order }, event.actor, `Python raises ${text}`, { mark: '✗', tone: 'bad' });
}

const ENDINGS: Readonly<Record<string, string>> = {
  end: 'the program ends',
  exit: 'the program ends itself (sys.exit)',
  exception: 'the program ends by the exception',
  aborted: 'stopped, the run is over',
  watchdog: 'stopped by the sandbox: it computes without a system call',
  fault: 'the interpreter breaks',
};

function exitRow(event: TraceEventOf<'device.exit'>, order: number): NoteRow {
  const well = event.status === 0;
  return note(
    { t: event.t, order },
    event.actor,
    `${ENDINGS[event.reason] ?? event.reason}, status ${event.status}`,
    {
      mark: well ? '✓' : '✗',
      tone: well ? 'good' : 'bad',
    },
  );
}

function remarkRows(event: TraceEventOf<'note'>, order: number, cast: Cast): NoteRow[] {
  const own = cast.has(event.actor);
  const actor = own ? event.actor : cast.lanes[0]?.actor;
  if (actor === undefined) return [];
  const text = own ? event.text : `${event.actor}: ${event.text}`;
  const warns = event.level === 'warning';
  return [
    note({ t: event.t, order }, actor, text, { mark: warns ? '!' : '', tone: warns ? 'warning' : 'plain' }),
  ];
}

interface Computing {
  /** When the first long operation began. */
  begin: Nanoseconds;
  total: Nanoseconds;
  readonly operations: Map<string, { count: number; total: Nanoseconds }>;
}

/** CPU time between two things that an actor did: why there is a gap between their times. */
export function cpuRows(events: readonly TraceEvent[]): NoteRow[] {
  const rows: NoteRow[] = [];
  const computing = new Map<string, Placed[]>();
  events.forEach((event, order) => {
    const own = computing.get(event.actor);
    if (event.type === 'device.cpu') {
      if (own === undefined) computing.set(event.actor, [{ event, order }]);
      else own.push({ event, order });
    } else if (own !== undefined && ENDS_COMPUTING.has(event.type)) {
      computing.delete(event.actor);
      rows.push(...computingRow([...own, { event, order }], events));
    }
  });
  return rows;
}

export const ENDS_COMPUTING: ReadonlySet<string> = new Set<TraceEvent['type']>([
  'tls.message',
  'tls.alert',
  'tls.data',
  'x509.verdict',
  'device.exception',
  'device.exit',
]);

/**
 * What an actor computed before it did the last of these things. It is known only then, so the row stands there: further up
 * it would push down what others did meanwhile, and somebody may be reading. `trace`: at least until then.
 */
export function computingRow(own: readonly Placed[], trace: readonly TraceEvent[]): NoteRow[] {
  const { event: end, order } = own.at(-1)!;
  const { begin, total, operations } = sumOf(own);
  if (total < WORTH_A_ROW) return [];
  const isOvertaken = othersSince(begin, end.actor, order, trace);
  const t = isOvertaken ? end.t : begin;
  const computes = isOvertaken ? `since ${formatClock(begin)} has computed` : 'computes';
  const text = `${computes} for ${formatDuration(total)}: ${namesOf(operations, total)}`;
  return [note({ t, order: order - 0.45 }, end.actor, text, { tone: 'quiet' })];
}

/** Whether somebody else did anything that a reader sees between that time and that place. */
function othersSince(
  begin: Nanoseconds,
  actor: string,
  order: number,
  trace: readonly TraceEvent[],
): boolean {
  for (let i = order - 1; i >= 0 && trace[i]!.t > begin; i--) {
    if (trace[i]!.actor !== actor && isSeen(trace[i]!)) return true;
  }
  return false;
}

function sumOf(own: readonly Placed[]): Computing {
  const sum: Computing = { begin: own[0]!.event.t, total: 0, operations: new Map() };
  for (const { event } of own) if (event.type === 'device.cpu') addOperation(sum, event);
  return sum;
}

function addOperation(sum: Computing, event: TraceEventOf<'device.cpu'>): void {
  if (sum.total < LONG) sum.begin = event.t - event.duration;
  sum.total += event.duration;
  const operation = sum.operations.get(event.operation) ?? { count: 0, total: 0 };
  operation.count++;
  operation.total += event.duration;
  sum.operations.set(event.operation, operation);
}

function namesOf(operations: Computing['operations'], total: Nanoseconds): string {
  return [...operations]
    .filter(([, operation]) => operation.total >= total / 20)
    .sort(([, a], [, b]) => b.total - a.total)
    .map(([name, { count }]) => (count > 1 ? `${name} ×${count}` : name))
    .join(', ');
}
