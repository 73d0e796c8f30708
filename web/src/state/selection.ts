/** What is looked at: one event of the trace, by its index. The address keeps it: `#/name?at=57`. */
import { effect, signal } from '@preact/signals';
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { eventCount, traceEvents, worldNumber } from './run.ts';

/** Undefined when nothing is. The same scenario has the same trace, and so the same event there. */
export const selected = signal<number | undefined>(undefined);

/** What a link asks for, until the run has come so far. */
let wanted = inAddress();
let world = 0;

effect(() => {
  const number = worldNumber.value;
  const count = eventCount.value;
  if (number !== world) {
    // The link was to the first world that the page shows.
    if (world !== 0) wanted = undefined;
    world = number;
    selected.value = undefined;
  }
  if (wanted === undefined || count <= wanted) return;
  selected.value = wanted;
  wanted = undefined;
});

export function select(index: number | undefined): void {
  selected.value = index;
  const [path = '', query = ''] = location.hash.split('?');
  const values = new URLSearchParams(query);
  if (index === undefined) values.delete('at');
  else values.set('at', String(index));
  const rest = values.size === 0 ? '' : `?${values}`;
  history.replaceState(null, '', `${location.pathname}${location.search}${path || '#/'}${rest}`);
}

/** The event that is looked at; drawn again when another is. */
export function selectedEvent(): TraceEvent | undefined {
  void worldNumber.value;
  return selected.value === undefined ? undefined : traceEvents()[selected.value];
}

function inAddress(): number | undefined {
  const at = new URLSearchParams(location.hash.split('?')[1] ?? '').get('at');
  return at !== null && /^\d{1,9}$/.test(at) ? Number(at) : undefined;
}
