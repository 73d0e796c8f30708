/**
 * The trace as JSON lines: one event a line, keys in a fixed order, bytes as hex; documented in docs/trace.md.
 * Equal traces give equal text, byte for byte.
 */
import { fromHex, toHex } from '../../emulator/world/bytes.ts';
import {
  TRACE_SCHEMA_VERSION,
  type TraceEvent,
  type TraceEventType,
} from '../../emulator/world/trace-events.ts';
import { EVENT_FIELDS } from './event-fields.ts';

/** A text that is not a trace of a version known here. The message names the line. */
export class TraceFormatError extends Error {
  override readonly name = 'TraceFormatError';
}

/** One line, without its end. */
export function renderEvent(event: TraceEvent): string {
  const values = event as unknown as Record<string, unknown>;
  const known: readonly string[] = Object.keys(EVENT_FIELDS[event.type]);
  const ordered: Record<string, unknown> = { t: event.t, actor: event.actor, type: event.type };
  for (const name of known) if (values[name] !== undefined) ordered[name] = values[name];
  return JSON.stringify(ordered, (_, value: unknown) => (value instanceof Uint8Array ? toHex(value) : value));
}

export function renderJsonLines(events: readonly TraceEvent[]): string {
  return events.map((event) => `${renderEvent(event)}\n`).join('');
}

/**
 * The events of a stored trace. Event types that are not known here are left out: a later minor version may
 * have added them. Throws TraceFormatError for anything that is not a trace of this schema.
 */
export function parseJsonLines(text: string): TraceEvent[] {
  const events: TraceEvent[] = [];
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const event = parseLine(line, index + 1);
    if (event !== undefined) events.push(event);
  });
  if (events[0]?.type !== 'run.start') throw new TraceFormatError('line 1: a trace begins with run.start');
  return events;
}

function parseLine(line: string, number: number): TraceEvent | undefined {
  const fail = (what: string) => new TraceFormatError(`line ${number}: ${what}`);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw fail('not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fail('not an object');
  const event = value as Record<string, unknown>;
  if (!Number.isSafeInteger(event.t)) throw fail('"t" is not a whole number of nanoseconds');
  if (typeof event.actor !== 'string') throw fail('"actor" is not a string');
  if (typeof event.type !== 'string') throw fail('"type" is not a string');
  if (!isKnown(event.type)) return undefined;
  if (event.type === 'run.start' && event.schema !== TRACE_SCHEMA_VERSION) {
    throw fail(`the trace has schema ${event.schema}; this program reads schema ${TRACE_SCHEMA_VERSION}`);
  }
  for (const [name, kind] of Object.entries(EVENT_FIELDS[event.type])) {
    const field = event[name];
    if (field === undefined && kind.endsWith('?')) continue;
    if (field === undefined) throw fail(`${event.type} has no "${name}"`);
    if (kind !== 'bytes') continue;
    const bytes = typeof field === 'string' ? readHex(field) : undefined;
    if (bytes === undefined) throw fail(`"${name}" of ${event.type} is not hex`);
    event[name] = bytes;
  }
  return event as unknown as TraceEvent;
}

function isKnown(type: string): type is TraceEventType {
  return Object.hasOwn(EVENT_FIELDS, type);
}

function readHex(text: string): Uint8Array | undefined {
  return text.length % 2 !== 0 || /[^0-9a-f]/i.test(text) ? undefined : fromHex(text);
}
