/** The exceptions that ended programs of the run on the page. */
import { computed } from '@preact/signals';
import type { TraceEventOf } from '../../../emulator/world/trace-events.ts';
import { recentEvents } from './recent-events.ts';

export const exceptions = computed<readonly TraceEventOf<'device.exception'>[]>(() =>
  recentEvents.value.filter((event) => event.type === 'device.exception'),
);

/** "ValueError: The certificate validity has expired" */
export function exceptionLine({ name, message }: TraceEventOf<'device.exception'>): string {
  const text = message.trim();
  return text === '' ? name : `${name}: ${text}`;
}
