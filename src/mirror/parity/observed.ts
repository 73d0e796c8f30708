/**
 * What can be seen of a run from outside the device: by its peers on the wire, and at its console. The same of an emulated
 * device and of a board, which is what makes the two comparable.
 */
import { toHex } from '../../../emulator/world/bytes.ts';
import { MILLISECOND, type Nanoseconds } from '../../../emulator/world/time.ts';
import type {
  AnnotatedField,
  ConnectionId,
  TraceEvent,
  TraceEventOf,
} from '../../../emulator/world/trace-events.ts';
import { type AttackerReport, reportAttackers } from '../../report/attackers.ts';
import { helloFields } from './client-hello.ts';

export interface ObservedHandshake {
  /** Who served it. */
  readonly server: string;
  /** The first ClientHello, field by field; undefined when none came. */
  readonly hello: ReadonlyMap<string, string> | undefined;
  /** "device: ClientHello", in order. */
  readonly messages: readonly string[];
  readonly established: boolean;
  readonly version: string | undefined;
  readonly suite: string | undefined;
  /** The certificates that each sent, DER in hex: what is around them is the version's. */
  readonly certificates: Readonly<Record<'device' | 'server', readonly string[]>>;
  /** "fatal unknown_ca", without close_notify. */
  readonly alerts: Readonly<Record<'device' | 'server', readonly string[]>>;
  /** From the ClientHello's arrival until it was established or failed, as the server sees it. */
  readonly duration: Nanoseconds | undefined;
  /** When the ClientHello arrived, since the world began. */
  readonly begun: Nanoseconds | undefined;
  /** What the device thinks of the certificate; only an emulated device tells. */
  readonly verdict: string | undefined;
}

export interface Observed {
  readonly handshakes: readonly ObservedHandshake[];
  /** What peers were asked above TLS, in order: "api.example.com: GET /v1/config". */
  readonly requests: readonly string[];
  readonly output: string;
  readonly exception: { readonly name: string; readonly message: string; readonly line: string } | undefined;
  /** Undefined when the program did not end. */
  readonly exit: number | undefined;
  /** Bytes of ESP-IDF's heap that were free at the worst moment. */
  readonly leastIdfFree: number | undefined;
  /** The same, counted from power-on, where this program did not get below what was reached before it. */
  readonly leastIdfBefore?: number | undefined;
  /** Bytes free in MicroPython's heap at the end; an emulated program does not tell. */
  readonly heapFree: number | undefined;
  /** From the start of the program to its end. */
  readonly programTime: Nanoseconds | undefined;
  /** What attackers have of it. */
  readonly attackers: readonly AttackerReport[];
}

type TlsEvent = Extract<TraceEvent, { connection: ConnectionId }>;

export function observe(events: readonly TraceEvent[], device: string): Observed {
  const own = events.filter(({ actor }) => actor === device);
  const exception = last(own, 'device.exception');
  const heap = ofType(own, 'device.heap');
  const [boot, exit] = [ofType(own, 'device.boot')[0], last(own, 'device.exit')];
  return {
    handshakes: handshakesOf(events, device),
    requests: events.flatMap((event) => requestOf(event, device)),
    output: ofType(own, 'device.output')
      .map(({ text }) => text)
      .join('')
      .replaceAll('\r\n', '\n'),
    exception: exception && {
      name: exception.name,
      message: exception.message.trim(),
      line: lineOf(exception.traceback),
    },
    exit: exit?.status,
    heapFree: undefined,
    programTime: boot && exit && exit.t - boot.t,
    attackers: reportAttackers(events),
    // What an operation took and gave back within itself is in the peak alone.
    leastIdfFree:
      heap.length === 0 ? undefined : Math.min(...heap.map(({ used, free, peak }) => used + free - peak)),
  };
}

/** With what a board's shim measured: see `ProgramResult.figures`. */
export function withFigures(observed: Observed, figures: ReadonlyMap<string, number>): Observed {
  const milliseconds = figures.get('milliseconds');
  const [before, after] = [figures.get('idf-least-before'), figures.get('idf-least-after')];
  // ESP-IDF counts from power-on: what an earlier program reached says nothing of this one.
  const isOwn = before === undefined || after === undefined || after < before;
  return {
    ...observed,
    leastIdfFree: isOwn ? after : undefined,
    leastIdfBefore: isOwn ? undefined : after,
    heapFree: figures.get('heap-after'),
    programTime: milliseconds === undefined ? undefined : milliseconds * MILLISECOND,
  };
}

/** Those that the device began: an attacker's own connections are not its. */
function handshakesOf(events: readonly TraceEvent[], device: string): ObservedHandshake[] {
  const byConnection = new Map<ConnectionId, TlsEvent[]>();
  for (const event of events) {
    if (!event.type.startsWith('tls.') && event.type !== 'x509.verdict') continue;
    const { connection } = event as TlsEvent;
    byConnection.set(connection, [...(byConnection.get(connection) ?? []), event as TlsEvent]);
  }
  return [...byConnection.values()].flatMap((all) => {
    const starts = ofType(all, 'tls.start');
    const client = starts.find(({ role }) => role === 'client')?.actor;
    const server = starts.find(({ role }) => role === 'server')?.actor;
    if (server === undefined || (client !== undefined && client !== device)) return [];
    return [handshakeOf(all, server, device)];
  });
}

function handshakeOf(all: readonly TlsEvent[], server: string, device: string): ObservedHandshake {
  const seen = all.filter(({ actor }) => actor === server);
  const messages = ofType(seen, 'tls.message');
  const hello = messages.find(
    ({ message, direction }) => message === 'ClientHello' && direction === 'received',
  );
  const established = ofType(seen, 'tls.established')[0];
  const alerts = ofType(seen, 'tls.alert').filter(({ description }) => description !== 'close_notify');
  const end = established ?? alerts[0] ?? ofType(seen, 'tls.failed')[0];
  const who = ({ direction }: { direction: 'sent' | 'received' }) =>
    direction === 'received' ? 'device' : 'server';
  const by = (side: 'device' | 'server') => ({
    certificates: messages
      .filter((each) => each.message === 'Certificate' && who(each) === side)
      .flatMap(({ fields, bytes }) => certificatesIn(fields, bytes)),
    alerts: alerts
      .filter((each) => who(each) === side)
      .map(({ level, description }) => `${level} ${description}`),
  });
  const sides = { device: by('device'), server: by('server') };
  const choice = choiceOf(messages);
  const verdict = all.find((event) => event.type === 'x509.verdict' && event.actor === device);
  return {
    server,
    hello: hello && helloFields(hello),
    // What comes after the handshake (tickets, rekeying) is the application's time.
    messages: messages
      .filter(({ t }) => established === undefined || t <= established.t)
      .map((each) => `${who(each)}: ${each.message}`),
    established: established !== undefined,
    version: established?.version ?? choice.version,
    suite: established?.suite ?? choice.suite,
    certificates: { device: sides.device.certificates, server: sides.server.certificates },
    alerts: { device: sides.device.alerts, server: sides.server.alerts },
    duration: hello && end && end.t - hello.t,
    begun: hello?.t,
    verdict: verdict?.type === 'x509.verdict' ? verdictText(verdict) : undefined,
  };
}

function certificatesIn(fields: readonly AnnotatedField[], bytes: Uint8Array): string[] {
  return fields.flatMap(({ name, offset, length, children = [] }) =>
    name === 'cert_data' ? [toHex(bytes.subarray(offset, offset + length))] : certificatesIn(children, bytes),
  );
}

/** What the server has chosen, where the handshake went no further. In TLS 1.3 the version is an extension's. */
function choiceOf(messages: readonly TraceEventOf<'tls.message'>[]): { version?: string; suite?: string } {
  const hello = messages.find(({ message }) => message === 'ServerHello');
  const version = hello?.summary.find((phrase) => /^TLS \d\.\d$/.test(phrase))?.replace('TLS ', 'TLSv');
  const fields = hello?.fields.flatMap(({ children = [] }) => children);
  const suite = fields?.find(({ name }) => name === 'cipher_suite')?.value;
  return { ...(version !== undefined && { version }), ...(suite !== undefined && { suite }) };
}

function verdictText({ outcome, checks }: TraceEventOf<'x509.verdict'>): string {
  const failing = checks.filter((check) => check.outcome === 'fail').map(({ check }) => check);
  return failing.length === 0 ? outcome : `${outcome}: ${[...new Set(failing)].join(', ')}`;
}

function requestOf(event: TraceEvent, device: string): string[] {
  if (event.actor === device) return [];
  switch (event.type) {
    case 'http.request':
      return [`${event.actor}: ${event.method} ${event.path}`];
    case 'mqtt.connect':
      return [`${event.actor}: CONNECT ${event.client} ${event.outcome}`];
    case 'mqtt.publish':
      return [`${event.actor}: PUBLISH ${event.topic}, ${event.length} bytes`];
    case 'mqtt.subscribe':
      return [`${event.actor}: SUBSCRIBE ${event.filters.join(', ')}`];
    case 'ntp.request':
      return [`${event.actor}: NTP`];
    default:
      return [];
  }
}

/** Where in the program it was raised: the innermost frame that is the program's own file. */
function lineOf(traceback: string): string {
  const frames = [...traceback.matchAll(/File "([^"]*)", line (\d+)/g)];
  const own = frames.filter(
    ([, file]) => file !== undefined && !file.startsWith('/lib/') && /\.py$/.test(file),
  );
  const frame = own.filter(([, file]) => /(^|\/)main\.py$/.test(file!)).at(-1) ?? own.at(-1);
  return frame === undefined ? '' : `${frame[1]!.replace(/^.*\//, '')}:${frame[2]}`;
}

function ofType<T extends TraceEvent['type']>(events: readonly TraceEvent[], type: T): TraceEventOf<T>[] {
  return events.filter((event) => event.type === type) as TraceEventOf<T>[];
}

function last<T extends TraceEvent['type']>(
  events: readonly TraceEvent[],
  type: T,
): TraceEventOf<T> | undefined {
  return ofType(events, type).at(-1);
}
