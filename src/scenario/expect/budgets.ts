/** Limits of time, bytes and memory. */
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { computeFigures } from '../../report/figures.ts';
import { formatDuration } from '../../report/format.ts';
import { WIFI_LINK } from '../addressing.ts';
import type { Budgets } from '../schema/expect.ts';
import { summariseHandshakes } from '../summary.ts';
import { all, type Failure } from './failure.ts';

export function checkBudgets(budgets: Budgets, events: readonly TraceEvent[]): Failure[] {
  const bytes = (count: number) => `${count} bytes`;
  const count = (number: number) => String(number);
  const figures = computeFigures(events);
  const highest = (values: readonly number[]) => ({ value: Math.max(0, ...values), moment: undefined });
  return [
    ...within(budgets, 'handshake', 'longest handshake', longestHandshake(events), formatDuration),
    ...within(
      budgets,
      'duration',
      'length of the run',
      peak(events, ({ t }) => t),
      formatDuration,
    ),
    ...within(
      budgets,
      'roundTrips',
      'round trips of a handshake',
      highest(figures.connections.map(({ roundTrips }) => roundTrips)),
      count,
    ),
    ...within(
      budgets,
      'handshakeBytes',
      'bytes of a handshake',
      highest(
        figures.connections.map(
          ({ clientToServer, serverToClient }) =>
            clientToServer.handshakeBytes + serverToClient.handshakeBytes,
        ),
      ),
      bytes,
    ),
    ...within(budgets, 'wireBytes', 'bytes on the wire', wireBytes(events), bytes),
    ...within(budgets, 'heapPeak', 'heap peak', peak(events, heapPeak), bytes),
  ];
}

interface Measure {
  readonly value: number;
  readonly moment: TraceEvent | undefined;
}

function within(
  budgets: Budgets,
  key: keyof Budgets,
  what: string,
  { value, moment }: Measure,
  format: (value: number) => string,
): Failure[] {
  const budget = budgets[key];
  if (budget === undefined || value <= budget) return [];
  const expected = `at most ${format(budget)}`;
  return [{ what, expected, observed: format(value), at: ['expect', 'budgets', key], moment }];
}

function longestHandshake(events: readonly TraceEvent[]): Measure {
  return summariseHandshakes(events)
    .map(({ duration = 0, decided }) => ({ value: duration, moment: decided }))
    .reduce((a, b) => (b.value > a.value ? b : a), { value: 0, moment: undefined as TraceEvent | undefined });
}

function wireBytes(events: readonly TraceEvent[]): Measure {
  const frames = all(events, 'frame.sent').filter((frame) => frame.link === WIFI_LINK);
  return { value: frames.reduce((sum, frame) => sum + frame.bytes.length, 0), moment: frames.at(-1) };
}

function heapPeak(event: TraceEvent): number {
  return event.type === 'device.heap' ? event.peak : 0;
}

function peak(events: readonly TraceEvent[], measure: (event: TraceEvent) => number): Measure {
  let highest: Measure = { value: 0, moment: undefined };
  for (const event of events) {
    if (measure(event) > highest.value) highest = { value: measure(event), moment: event };
  }
  return highest;
}
