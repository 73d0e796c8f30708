/** What can be asked about, and what of a run bears on it. */
import type { TraceEvent, TraceEventOf } from '../../../emulator/world/trace-events.ts';
import { exceptionLine } from '../state/exceptions.ts';

type Asked = TraceEventOf<'device.exception' | 'tls.alert'>;

/** An exception that ended a program, or an alert that ended a connection. */
export function canBeAsked(event: TraceEvent | undefined): event is Asked {
  return event?.type === 'device.exception' || (event?.type === 'tls.alert' && event.level === 'fatal');
}

/** "sensor: ValueError: …", "alert unknown_ca, sent by sensor" */
export function askedLine(event: Asked): string {
  if (event.type === 'device.exception') return `${event.actor}: ${exceptionLine(event)}`;
  return `alert ${event.description}, ${event.direction} by ${event.actor}`;
}

/**
 * The run as far as it led to the event, without what other programs ended by. An alert is half of the story: the
 * exception that it became is the other half.
 */
export function leadingTo(events: readonly TraceEvent[], at: number): readonly TraceEvent[] {
  const follows = events.findIndex((event, i) => i > at && event.type === 'device.exception');
  const end = events[at]?.type === 'tls.alert' && follows > 0 ? follows : at;
  return events.slice(0, end + 1).filter((event, i) => event.type !== 'device.exception' || i === end);
}
