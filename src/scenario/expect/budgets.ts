/** Limits of time, bytes and memory. */
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { type ConnectionFigures, computeFigures } from '../../report/figures.ts';
import { formatDuration } from '../../report/format.ts';
import { WIFI_LINK } from '../addressing.ts';
import type { Budgets } from '../schema/expect.ts';
import { summariseHandshakes } from '../summary.ts';
import { all, type Failure } from './failure.ts';

export function checkBudgets(budgets: Budgets, events: readonly TraceEvent[]): Failure[] {
  const bytes = (count: number) => `${count} bytes`;
  const { connections } = computeFigures(events);
  return [
    ...within(budgets, 'handshake', 'longest handshake', longestHandshake(events), formatDuration),
    ...within(
      budgets,
      'duration',
      'length of the run',
      peak(events, ({ t }) => t),
      formatDuration,
    ),
    ...within(budgets, 'roundTrips', 'round trips of a handshake', mostRoundTrips(connections), String),
    ...within(budgets, 'handshakeBytes', 'bytes of a handshake', largestHandshake(connections), bytes),
    ...within(budgets, 'wireBytes', 'bytes on the wire', wireBytes(events), bytes),
    ...within(budgets, 'heapPeak', 'heap peak', peak(events, heapPeak), bytes),
  ];
}

interface Measure {
  readonly value: number;
  readonly moment: TraceEvent | undefined;
}

/** Or in words why there is nothing to measure: no budget is kept by what did not happen. */
type Measured = Measure | string;

const NONE_BEGAN = 'no handshake began';

function within(
  budgets: Budgets,
  key: keyof Budgets,
  what: string,
  measured: Measured,
  format: (value: number) => string,
): Failure[] {
  const budget = budgets[key];
  if (budget === undefined) return [];
  const failure = { what, expected: `at most ${format(budget)}`, at: ['expect', 'budgets', key] };
  if (typeof measured === 'string') return [{ ...failure, observed: measured, moment: undefined }];
  const { value, moment } = measured;
  return value <= budget ? [] : [{ ...failure, observed: format(value), moment }];
}

function longestHandshake(events: readonly TraceEvent[]): Measured {
  const measures = summariseHandshakes(events).flatMap(({ duration, decided }) =>
    duration === undefined ? [] : [{ value: duration, moment: decided }],
  );
  return measures.sort((a, b) => b.value - a.value)[0] ?? 'no handshake was established';
}

// One that was refused has its round trips and its bytes, too.

function mostRoundTrips(connections: readonly ConnectionFigures[]): Measured {
  if (connections.length === 0) return NONE_BEGAN;
  return highest(connections.map(({ roundTrips }) => roundTrips));
}

function largestHandshake(connections: readonly ConnectionFigures[]): Measured {
  if (connections.length === 0) return NONE_BEGAN;
  return highest(
    connections.map(
      ({ clientToServer, serverToClient }) => clientToServer.handshakeBytes + serverToClient.handshakeBytes,
    ),
  );
}

function highest(values: readonly number[]): Measure {
  return { value: Math.max(...values), moment: undefined };
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
