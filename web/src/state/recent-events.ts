/** The trace for who reads it whole each time: renewed a few times a second at most, however fast it grows. */
import { effect, signal } from '@preact/signals';
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { eventCount, traceEvents, worldNumber } from './run.ts';

/** Milliseconds. */
const INTERVAL = 200;

export const recentEvents = signal<readonly TraceEvent[]>([]);

let timer: ReturnType<typeof setTimeout> | undefined;
let shown = Number.NEGATIVE_INFINITY;

function show(): void {
  clearTimeout(timer);
  timer = undefined;
  shown = performance.now();
  recentEvents.value = traceEvents().slice(0, eventCount.peek());
}

let world = -1;
effect(() => {
  const count = eventCount.value;
  const isNew = worldNumber.value !== world;
  world = worldNumber.value;
  const wait = shown + INTERVAL - performance.now();
  if (isNew || count === 0 || wait <= 0) show();
  else timer ??= setTimeout(show, wait);
});
