/** Application data: what went through the finished channel, and HTTP where it is HTTP. */
import type { ConnectionId, TraceEvent, TraceEventOf } from '../../../emulator/world/trace-events.ts';
import { formatBytes } from '../format.ts';
import type { ArrowRow } from './model.ts';
import type { Cast } from './parties.ts';
import type { Placed } from './placed.ts';

const EXCERPT_LENGTH = 60;
/** RFC 9112 section 2.1: a request line or a status line. */
const START_LINE = /^(?:[!#$%&'*+.^_`|~\w-]+ \S+ HTTP\/\d\.\d|HTTP\/\d\.\d \d{3}[^\r\n]*)/;

interface Run {
  readonly order: number;
  readonly first: TraceEventOf<'tls.data'>;
  readonly chunks: Uint8Array[];
}

/** Rows for the data of one connection; pieces that follow one another in one direction are one row. */
export function dataRows(own: readonly Placed[], connection: ConnectionId, cast: Cast): ArrowRow[] {
  const speaker = dataSpeaker(
    own.map(({ event }) => event),
    cast.observer(connection),
  );
  if (speaker === undefined) {
    return own.flatMap(({ event, order }) => plainHttpRow(event, order, cast));
  }
  const runs: Run[] = [];
  let open: Run | undefined;
  for (const { event, order } of own) {
    if (event.actor !== speaker) continue;
    if (event.type === 'tls.alert' || event.type === 'tls.message') open = undefined;
    if (event.type !== 'tls.data') continue;
    if (open?.first.direction === event.direction) open.chunks.push(event.bytes);
    else {
      open = { order, first: event, chunks: [event.bytes] };
      runs.push(open);
    }
  }
  const { client, server } = cast.connections.get(connection)!;
  const other = speaker === client ? server : client;
  return runs.map((run) => dataRow(run, speaker, other));
}

/** Whose account of the data is told: the observer's, or that of the only end that gives one. */
function dataSpeaker(events: readonly TraceEvent[], observer: string): string | undefined {
  const speakers = events.flatMap((event) => (event.type === 'tls.data' ? [event.actor] : []));
  return speakers.includes(observer) ? observer : speakers[0];
}

function dataRow(run: Run, speaker: string, other: string): ArrowRow {
  const sent = run.first.direction === 'sent';
  const size = run.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const text = openingText(run.chunks);
  const start = text === undefined ? undefined : START_LINE.exec(text)?.[0];
  const excerpt =
    text === undefined || start !== undefined ? [] : [JSON.stringify(text.slice(0, EXCERPT_LENGTH))];
  return {
    kind: 'arrow',
    t: run.first.t,
    order: run.order,
    from: sent ? speaker : other,
    to: sent ? other : speaker,
    stroke: 'sealed',
    name: start ?? 'application data',
    size,
    phrases: excerpt,
    tone: 'sealed',
  };
}

/** The first bytes as text, when they are text. */
function openingText(chunks: readonly Uint8Array[]): string | undefined {
  const bytes: number[] = [];
  for (const chunk of chunks) {
    bytes.push(...chunk.subarray(0, 512 - bytes.length));
    if (bytes.length >= 512) break;
  }
  return decodeText(Uint8Array.from(bytes));
}

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    // As a stream: the last character may have been cut in the middle.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return /[^\p{L}\p{M}\p{N}\p{P}\p{S}\s]/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** HTTP without TLS: the service's own account, since there is no engine that saw the bytes. */
function plainHttpRow(event: TraceEvent, order: number, cast: Cast): ArrowRow[] {
  if (event.type !== 'http.request' && event.type !== 'http.response') return [];
  const { client, server } = cast.connections.get(event.connection)!;
  const base = { kind: 'arrow', t: event.t, order, stroke: 'plain', tone: 'warning' } as const;
  if (event.type === 'http.request') {
    const phrases = [event.host, 'not encrypted'].filter(Boolean);
    return [{ ...base, from: client, to: server, name: `${event.method} ${event.path}`, phrases }];
  }
  const phrases = [formatBytes(event.length), 'not encrypted'];
  return [{ ...base, from: server, to: client, name: `HTTP ${event.status}`, phrases }];
}
