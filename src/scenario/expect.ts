/** Holds a trace against what a scenario expects. A failure names what was expected, what came, and when. */
import type { TraceEvent, TraceEventOf, TraceEventType } from '../../emulator/world/trace-events.ts';
import { formatDuration } from '../report/format.ts';
import { WIFI_LINK } from './addressing.ts';
import type { Budgets, DeviceExpectation, HandshakeExpectation } from './schema/expect.ts';
import type { Scenario } from './schema.ts';
import { type HandshakeSummary, summariseHandshakes } from './summary.ts';

export interface Failure {
  /** What was looked at: "sensor: exit status". */
  readonly what: string;
  readonly expected: string;
  readonly observed: string;
  /** The event that shows it; undefined when something did not happen at all. */
  readonly moment: TraceEvent | undefined;
}

export function evaluate(scenario: Scenario, events: readonly TraceEvent[]): Failure[] {
  const { devices, handshakes, budgets } = scenario.expect;
  return [
    ...Object.keys(scenario.devices).flatMap((name) => checkDevice(name, devices[name] ?? {}, events)),
    ...(handshakes === undefined ? [] : checkHandshakes(handshakes, summariseHandshakes(events))),
    ...(budgets === undefined ? [] : checkBudgets(budgets, events)),
  ];
}

// ---- devices

function checkDevice(name: string, expected: DeviceExpectation, events: readonly TraceEvent[]): Failure[] {
  const own = events.filter((event) => event.actor === name);
  const wrongException = checkException(name, expected.exception, own);
  // Exit status and output only follow from that one.
  if (wrongException.length > 0) return wrongException;
  return [
    ...checkExit(name, expected.exit ?? (expected.exception === undefined ? 0 : 1), own),
    ...checkOutput(name, expected.output, own),
  ];
}

function checkExit(name: string, expected: number, own: readonly TraceEvent[]): Failure[] {
  const exit = last(own, 'device.exit');
  if (exit?.reason === 'fault') return [faultOf(name, exit)];
  if (exit?.status === expected) return [];
  const observed = exit === undefined ? 'the program did not end' : `${exit.status} (${exit.reason})`;
  return [{ what: `${name}: exit status`, expected: String(expected), observed, moment: exit ?? own.at(-1) }];
}

/** Nothing that a program does is expected to break its interpreter. */
function faultOf(name: string, exit: TraceEventOf<'device.exit'>): Failure {
  const observed = `the interpreter broke: ${exit.detail?.split('\n')[0]}`;
  return { what: `${name}: interpreter`, expected: 'to go on', observed, moment: exit };
}

function checkException(
  name: string,
  expected: DeviceExpectation['exception'],
  own: readonly TraceEvent[],
): Failure[] {
  const exception = last(own, 'device.exception');
  if (expected === undefined) {
    if (exception === undefined) return [];
    return [
      { what: `${name}: exception`, expected: 'none', observed: exceptionText(exception), moment: exception },
    ];
  }
  const { type, text = '' } = expected;
  if (exception?.name === type && exception.message.includes(text)) return [];
  return [
    {
      what: `${name}: exception`,
      expected: text === '' ? type : `${type} with '${text}'`,
      observed: exception === undefined ? 'none' : exceptionText(exception),
      moment: exception ?? last(own, 'device.exit'),
    },
  ];
}

function exceptionText(exception: TraceEventOf<'device.exception'>): string {
  return `${exception.name}: ${exception.message.trim()}`;
}

function checkOutput(
  name: string,
  expected: DeviceExpectation['output'],
  own: readonly TraceEvent[],
): Failure[] {
  const output = all(own, 'device.output')
    .map((event) => event.text)
    .join('');
  const moment = last(own, 'device.output') ?? last(own, 'device.exit');
  const missing = (expected?.contains ?? [])
    .filter((text) => !output.includes(text))
    .map((text) => ({ what: `${name}: output`, expected: `to contain '${text}'`, observed: output, moment }));
  if (expected?.lines === undefined) return missing;
  const lines = output.replace(/\r?\n$/, '').split(/\r?\n/);
  const wrong = Array.from({ length: Math.max(lines.length, expected.lines.length) }, (_, i) => i).find(
    (i) => lines[i] !== expected.lines![i],
  );
  if (wrong === undefined) return missing;
  return [
    ...missing,
    {
      what: `${name}: output, line ${wrong + 1}`,
      expected: expected.lines[wrong] ?? 'the end of the output',
      observed: lines[wrong] ?? 'the end of the output',
      moment,
    },
  ];
}

// ---- handshakes

function checkHandshakes(
  expected: readonly HandshakeExpectation[],
  observed: readonly HandshakeSummary[],
): Failure[] {
  const failures = expected.flatMap((one, i) => {
    const handshake = observed[i];
    const what = `handshake ${i + 1}, ${one.from} → ${one.to}`;
    if (handshake !== undefined) return checkHandshake(what, one, handshake);
    return [{ what, expected: one.outcome, observed: 'there was none', moment: undefined }];
  });
  const surplus = observed.slice(expected.length).map((handshake, i) => ({
    what: `handshake ${expected.length + i + 1}, ${handshake.from} → ${handshake.to}`,
    expected: 'none',
    observed: handshake.outcome,
    moment: handshake.decided,
  }));
  return [...failures, ...surplus];
}

/** Aspects compared as they stand; the others need words. */
const PLAIN = ['from', 'to', 'version', 'suite', 'serverAuthenticated', 'clientAuthenticated'] as const;

function checkHandshake(
  what: string,
  expected: HandshakeExpectation,
  handshake: HandshakeSummary,
): Failure[] {
  const { failingCheck, alert } = expected;
  const { failingChecks, decided: moment } = handshake;
  if (expected.outcome !== handshake.outcome) {
    // Everything else about it only follows from that.
    return [
      { what: `${what}: outcome`, expected: expected.outcome, observed: outcomeText(handshake), moment },
    ];
  }
  const failures: Failure[] = PLAIN.filter(
    (aspect) => expected[aspect] !== undefined && expected[aspect] !== handshake[aspect],
  ).map((aspect) => ({
    what: `${what}: ${aspect}`,
    expected: String(expected[aspect]),
    observed: String(handshake[aspect] ?? 'none'),
    moment,
  }));
  if (failingCheck !== undefined && !failingChecks.includes(failingCheck)) {
    const observed = failingChecks.join(', ') || 'none';
    failures.push({ what: `${what}: failingCheck`, expected: failingCheck, observed, moment });
  }
  if (alert !== undefined && (alert.by !== handshake.alert?.by || alert.name !== handshake.alert.name)) {
    const observed = alertText(handshake.alert);
    failures.push({ what: `${what}: alert`, expected: alertText(alert), observed, moment });
  }
  return failures;
}

function outcomeText({ outcome, decided }: HandshakeSummary): string {
  return decided.type === 'tls.failed' ? `failed: ${decided.detail}` : outcome;
}

function alertText(alert: { by: string; name: string } | undefined): string {
  return alert === undefined ? 'none' : `${alert.name} by ${alert.by}`;
}

// ---- budgets

function checkBudgets(budgets: Budgets, events: readonly TraceEvent[]): Failure[] {
  const bytes = (count: number) => `${count} bytes`;
  return [
    ...withinBudget('longest handshake', budgets.handshake, longestHandshake(events), formatDuration),
    ...withinBudget(
      'length of the run',
      budgets.duration,
      peak(events, (event) => event.t),
      formatDuration,
    ),
    ...withinBudget('bytes on the wire', budgets.wireBytes, wireBytes(events), bytes),
    ...withinBudget('heap peak', budgets.heapPeak, peak(events, heapPeak), bytes),
  ];
}

interface Measure {
  readonly value: number;
  readonly moment: TraceEvent | undefined;
}

function withinBudget(
  what: string,
  budget: number | undefined,
  { value, moment }: Measure,
  format: (value: number) => string,
): Failure[] {
  if (budget === undefined || value <= budget) return [];
  return [{ what, expected: `at most ${format(budget)}`, observed: format(value), moment }];
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

function all<T extends TraceEventType>(events: readonly TraceEvent[], type: T): TraceEventOf<T>[] {
  return events.filter((event): event is TraceEventOf<T> => event.type === type);
}

function last<T extends TraceEventType>(events: readonly TraceEvent[], type: T): TraceEventOf<T> | undefined {
  return events.findLast((event): event is TraceEventOf<T> => event.type === type);
}
