/**
 * What a run cost: computed from the trace alone. Times are virtual. What the board's model estimates (CPU
 * time, the IDF heap) is called estimated wherever it is shown.
 */

import { firstIndex, grouped } from '../../emulator/world/ordered.ts';
import type { Nanoseconds } from '../../emulator/world/time.ts';
import type { ConnectionId, TraceEvent, TraceEventOf } from '../../emulator/world/trace-events.ts';
import { connectionIn } from './connection-in.ts';

/** A record's header: type, version, length (RFC 5246 section 6.2.1). */
const RECORD_HEADER = 5;

export interface Figures {
  /** From the beginning of the world, or of the capture, to the last event. */
  readonly total: Nanoseconds;
  /** Whether the events come from a capture, so that the time is a real one. */
  readonly isCapture: boolean;
  readonly links: readonly LinkFigures[];
  readonly connections: readonly ConnectionFigures[];
  readonly devices: readonly DeviceFigures[];
}

export interface LinkFigures {
  readonly link: string;
  readonly lostFrames: number;
  /** By sender, in order of appearance. Bytes are whole Ethernet frames. */
  readonly senders: readonly { readonly actor: string; readonly frames: number; readonly bytes: number }[];
}

export interface ConnectionFigures {
  readonly connection: ConnectionId;
  readonly client: string | undefined;
  readonly server: string | undefined;
  /** From the ClientHello to "established" at the client (at the server, where the client is not in the trace). */
  readonly handshake: Nanoseconds | undefined;
  /** How often the client had to wait for the server's answer before the handshake was finished. */
  readonly roundTrips: number;
  /** TLS bytes as records with their headers, on the wire. */
  readonly clientToServer: RecordFigures;
  readonly serverToClient: RecordFigures;
  readonly retransmissions: number;
}

export interface RecordFigures {
  readonly records: number;
  /** All of it, and the part that was sent before the handshake was finished. */
  readonly bytes: number;
  readonly handshakeBytes: number;
}

export interface DeviceFigures {
  readonly device: string;
  /** Most expensive first. Estimated. */
  readonly cpu: readonly {
    readonly operation: string;
    readonly count: number;
    readonly total: Nanoseconds;
  }[];
  readonly cpuTotal: Nanoseconds;
  /** Of the IDF heap, bytes. Estimated. */
  readonly heap: HeapFigures | undefined;
}

export interface HeapFigures {
  readonly peak: number;
  readonly least: number;
  /** Smallest that the largest free block became: what an allocation of 16,717 bytes has to fit in. */
  readonly leastBlock: number;
  /** Of each TLS connection: most of it in the handshake, and what stayed allocated afterwards. */
  readonly connections: readonly {
    readonly connection: ConnectionId;
    readonly peak: number;
    readonly kept: number | undefined;
  }[];
}

export function computeFigures(events: readonly TraceEvent[]): Figures {
  return {
    total: events.at(-1)?.t ?? 0,
    isCapture: events.some((event) => event.type === 'run.start' && event.source === 'capture'),
    links: linkFigures(events),
    connections: connectionsFigures(events),
    devices: devicesFigures(events),
  };
}

function connectionsFigures(events: readonly TraceEvent[]): ConnectionFigures[] {
  const own = grouped(events, connectionIn);
  return tlsConnections(events).map((connection) => connectionFigures(own.get(connection)!, connection));
}

function devicesFigures(events: readonly TraceEvent[]): DeviceFigures[] {
  const own = grouped(events, ({ actor }) => actor);
  return deviceNames(events).map((device) => deviceFigures(own.get(device)!, device));
}

function linkFigures(events: readonly TraceEvent[]): LinkFigures[] {
  const links = new Map<string, { lost: number; senders: Map<string, { frames: number; bytes: number }> }>();
  const linkNamed = (name: string) => {
    const link = links.get(name) ?? { lost: 0, senders: new Map() };
    links.set(name, link);
    return link;
  };
  for (const event of events) {
    if (event.type === 'frame.lost') linkNamed(event.link).lost++;
    if (event.type !== 'frame.sent') continue;
    const { senders } = linkNamed(event.link);
    const sender = senders.get(event.actor) ?? { frames: 0, bytes: 0 };
    sender.frames++;
    sender.bytes += event.bytes.length;
    senders.set(event.actor, sender);
  }
  return [...links].map(([link, { lost, senders }]) => ({
    link,
    lostFrames: lost,
    senders: [...senders].map(([actor, counts]) => ({ actor, ...counts })),
  }));
}

function tlsConnections(events: readonly TraceEvent[]): ConnectionId[] {
  const ids = events.flatMap((event) => (event.type === 'tls.start' ? [event.connection] : []));
  return [...new Set(ids)];
}

function connectionFigures(own: readonly TraceEvent[], connection: ConnectionId): ConnectionFigures {
  const starts = own.filter((event) => event.type === 'tls.start');
  const client = starts.find((event) => event.role === 'client')?.actor;
  const server = starts.find((event) => event.role === 'server')?.actor;
  const observer = client ?? server;
  const messages = own.filter((event) => event.type === 'tls.message' && event.actor === observer);
  const established = own.find((event) => event.type === 'tls.established' && event.actor === observer);
  const begin = messages.find((event) => event.type === 'tls.message' && event.message === 'ClientHello');
  return {
    connection,
    client,
    server,
    handshake: begin && established ? established.t - begin.t : undefined,
    roundTrips: roundTrips(
      messages as TraceEventOf<'tls.message'>[],
      client === undefined ? 'received' : 'sent',
    ),
    clientToServer: recordFigures(own, client, server),
    serverToClient: recordFigures(own, server, client),
    retransmissions: own.filter((event) => event.type === 'tcp.retransmit').length,
  };
}

/** Flights from the client that an answer followed. `outwards` is how the observer calls the client's. */
function roundTrips(messages: readonly TraceEventOf<'tls.message'>[], outwards: 'sent' | 'received'): number {
  let count = 0;
  for (let i = 1; i < messages.length; i++) {
    if (messages[i - 1]!.direction === outwards && messages[i]!.direction !== outwards) count++;
  }
  return count;
}

/** Records from one end to the other: as the sender counts them, else as the receiver does. */
function recordFigures(
  own: readonly TraceEvent[],
  sender: string | undefined,
  receiver: string | undefined,
): RecordFigures {
  const [actor, direction] = sender === undefined ? [receiver, 'received'] : [sender, 'sent'];
  let records = 0;
  let bytes = 0;
  let handshakeBytes = 0;
  let established = false;
  for (const event of own) {
    if (event.actor !== actor) continue;
    if (event.type === 'tls.established') established = true;
    if (event.type !== 'tls.record' || event.direction !== direction) continue;
    records++;
    bytes += RECORD_HEADER + event.length;
    if (!established) handshakeBytes += RECORD_HEADER + event.length;
  }
  return { records, bytes, handshakeBytes };
}

function deviceNames(events: readonly TraceEvent[]): string[] {
  return [...new Set(events.flatMap((event) => (event.type.startsWith('device.') ? [event.actor] : [])))];
}

function deviceFigures(own: readonly TraceEvent[], device: string): DeviceFigures {
  const operations = new Map<string, { count: number; total: Nanoseconds }>();
  let cpuTotal = 0;
  for (const event of own) {
    if (event.type !== 'device.cpu') continue;
    const operation = operations.get(event.operation) ?? { count: 0, total: 0 };
    operation.count++;
    operation.total += event.duration;
    operations.set(event.operation, operation);
    cpuTotal += event.duration;
  }
  const cpu = [...operations]
    .map(([operation, counts]) => ({ operation, ...counts }))
    .sort((a, b) => b.total - a.total || (a.operation < b.operation ? -1 : 1));
  return { device, cpu, cpuTotal, heap: heapFigures(own) };
}

function heapFigures(own: readonly TraceEvent[]): HeapFigures | undefined {
  const states = own.filter((event): event is TraceEventOf<'device.heap'> => event.type === 'device.heap');
  if (states.length === 0) return undefined;
  const connections = grouped(own, connectionIn);
  return {
    peak: states.reduce((most, { used, peak }) => Math.max(most, used, peak), 0),
    least: states.reduce((least, { free }) => Math.min(least, free), Number.POSITIVE_INFINITY),
    leastBlock: states.reduce(
      (least, { largestBlock }) => Math.min(least, largestBlock),
      Number.POSITIVE_INFINITY,
    ),
    connections: tlsConnections(own).map((connection) => ({
      connection,
      ...connectionHeap(connections.get(connection)!, states),
    })),
  };
}

/** Bytes used beyond what was in use before the connection began; `own`: the device's events of that connection. */
function connectionHeap(own: readonly TraceEvent[], states: readonly TraceEventOf<'device.heap'>[]) {
  const when = (type: TraceEvent['type']) => own.find((event) => event.type === type)?.t;
  const start = when('tls.start')!;
  const established = when('tls.established');
  const end = established ?? when('tls.failed') ?? Number.POSITIVE_INFINITY;
  // Buffers are allocated in the instant in which the handshake begins, and freed in that in which it is over.
  const first = firstIndex(states, ({ t }) => t >= start);
  const before = states[first - 1];
  const during = states.slice(
    first,
    firstIndex(states, ({ t }) => t > end),
  );
  const base = before?.used ?? 0;
  // A peak between two events shows only in the running peak, and only where it is a new one.
  const peaks = during.map(({ used, peak }) => (peak > (before?.peak ?? 0) ? peak : used));
  return {
    peak: peaks.reduce((most, bytes) => Math.max(most, bytes - base), 0),
    kept: established === undefined ? undefined : (during.at(-1)?.used ?? base) - base,
  };
}
