/** The exceptions that ended programs of the run on the page. */
import { computed } from '@preact/signals';
import type { TraceEventOf } from '../../../emulator/world/trace-events.ts';
import { recentEvents } from './recent-events.ts';
import { traceEvents, worldState } from './run.ts';

export interface RunException {
  readonly exception: TraceEventOf<'device.exception'>;
  /** Its index in the trace. */
  readonly at: number;
}

export const exceptions = computed<readonly RunException[]>(() => {
  // With the end come all of them, and not after it.
  const events = worldState.value.phase === 'over' ? traceEvents() : recentEvents.value;
  return events.flatMap((event, at) => (event.type === 'device.exception' ? [{ exception: event, at }] : []));
});

/** "ValueError: The certificate validity has expired" */
export function exceptionLine({ name, message }: TraceEventOf<'device.exception'>): string {
  const text = message.trim();
  return text === '' ? name : `${name}: ${text}`;
}
