/** Which of the run's secrets opens what an event tells of. */
import type { TraceEvent, TraceEventOf } from '../../../emulator/world/trace-events.ts';

type Said = TraceEventOf<'tls.message' | 'tls.data' | 'tls.alert'>;

/** Its label in the key log; undefined where it is not in the trace. */
export function openedBy(events: readonly TraceEvent[], index: number): string | undefined {
  const said = events[index] as Said;
  const own = (event: TraceEvent) =>
    'connection' in event && event.connection === said.connection && event.actor === said.actor;
  const labels = events.flatMap((event) =>
    event.type === 'tls.secret' && event.connection === said.connection && own(event) ? [event.label] : [],
  );
  if (labels.includes('CLIENT_RANDOM')) return 'CLIENT_RANDOM';
  const role = events.find(
    (event): event is TraceEventOf<'tls.start'> => event.type === 'tls.start' && own(event),
  )?.role;
  const sender = (role === 'client') === (said.direction === 'sent') ? 'CLIENT' : 'SERVER';
  // In TLS 1.3 the sender's Finished is the last message under the handshake's keys.
  const finished = events
    .slice(0, index)
    .some(
      (event) =>
        event.type === 'tls.message' &&
        event.message === 'Finished' &&
        event.direction === said.direction &&
        own(event),
    );
  const label = finished ? `${sender}_TRAFFIC_SECRET_0` : `${sender}_HANDSHAKE_TRAFFIC_SECRET`;
  return labels.includes(label) ? label : undefined;
}
