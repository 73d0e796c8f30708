/** Messages that came after their reader had given up: said once, where it is known that nothing more is read. */
import type { TraceEvent, TraceEventOf } from '../../../emulator/world/trace-events.ts';
import { formatBytes } from '../format.ts';
import { closesTcp, givesUp, takesLeave } from './endings.ts';
import { type Moment, type NoteRow, note } from './model.ts';
import { earlier, firstAfter, type Placed, type Programs } from './placed.ts';

export type Said = TraceEventOf<'tls.message'> | TraceEventOf<'tls.alert'>;

/** One thing that went over the wire, as its sender and as its receiver saw it. */
export interface Passage {
  readonly from: string;
  readonly to: string;
  readonly sent: Seen | undefined;
  readonly received: Seen | undefined;
}

export interface Seen {
  readonly event: Said;
  readonly order: number;
}

/** `own`: the connection's events, those of `programs` on the same scale. */
export function unreadRows(
  passages: readonly Passage[],
  own: readonly Placed[],
  reader: string,
  programs: Programs,
  moment: Moment,
): NoteRow[] {
  const unread = passages.filter((passage) => passage.to === reader && passage.received === undefined);
  // A farewell after the device has closed is nothing that anybody misses.
  const missed = unread.flatMap(({ sent }) => (sent === undefined || takesLeave(sent.event) ? [] : [sent]));
  const [first] = missed;
  if (first === undefined) return [];
  // Only where the reader's own engine is in the trace does its silence mean something.
  const last = own.findLast(({ event }) => event.actor === reader && isWord(event));
  if (last === undefined) return [];
  const end = whereReadingEnds(own, last, programs.get(reader) ?? []);
  if (end === undefined && moment !== 'over') return [];
  const { t, order } = later(end ?? { t: last.event.t, order: last.order + 0.5 }, first);
  const text = `does not read what else ${unread[0]!.from} had sent: ${missed.map(({ event }) => nameOf(event)).join(', ')}`;
  return [note({ t, order }, reader, text, { tone: 'quiet' })];
}

interface Place {
  readonly t: number;
  readonly order: number;
}

/** Nobody misses what is not sent yet. */
function later(place: Place, { event, order }: Seen): Place {
  return place.order > order ? place : { t: event.t, order: order + 0.1 };
}

function nameOf(event: Said): string {
  return event.type === 'tls.alert'
    ? `alert ${event.description}`
    : `${event.message} (${formatBytes(event.bytes.length)})`;
}

function isWord({ type }: TraceEvent): boolean {
  return type === 'tls.failed' || type === 'tls.alert' || type === 'tls.message';
}

/**
 * Below the exception of a reader that gave up, else above its close or its program's end. `last`: its last word.
 * undefined: it may read on.
 */
function whereReadingEnds(
  own: readonly Placed[],
  last: Placed,
  program: readonly Placed[],
): Place | undefined {
  const { actor } = last.event;
  const gaveUp = own.some(({ event }) => event.actor === actor && givesUp(event));
  const closed = own.find(
    ({ event, order }) => order > last.order && event.actor === actor && closesTcp(event),
  );
  const ended = firstAfter(program, last, ({ type }) => type === 'device.exit' || gaveUp);
  const end = earlier(closed, ended);
  if (end === undefined) return undefined;
  const place = end.event.type === 'device.exception' ? 0.5 : -0.375;
  return { t: end.event.t, order: end.order + place };
}
