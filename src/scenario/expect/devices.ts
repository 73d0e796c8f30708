/** How a device's program ended and what it printed. */
import type { TraceEvent, TraceEventOf } from '../../../emulator/world/trace-events.ts';
import type { DeviceExpectation } from '../schema/expect.ts';
import { all, type Failure, last } from './failure.ts';

export function checkDevice(
  name: string,
  expected: DeviceExpectation,
  events: readonly TraceEvent[],
): Failure[] {
  const own = events.filter((event) => event.actor === name);
  const wrongException = checkException(name, expected.exception, own);
  // Exit status and output only follow from that one.
  if (wrongException.length > 0) return wrongException;
  return [
    ...checkExit(name, expected.exit ?? (expected.exception === undefined ? 0 : 1), own),
    ...checkOutput(name, expected.output, own),
  ];
}

/** Throughout: `own` are the device's events. */
export function checkExit(name: string, expected: number, own: readonly TraceEvent[]): Failure[] {
  const exit = last(own, 'device.exit');
  if (exit?.reason === 'fault') return [faultOf(name, exit)];
  if (exit?.status === expected) return [];
  const observed = exit === undefined ? 'the program did not end' : `${exit.status} (${exit.reason})`;
  return [
    {
      what: `${name}: exit status`,
      expected: String(expected),
      observed,
      at: [...deviceAt(name), 'exit'],
      moment: exit ?? own.at(-1),
    },
  ];
}

/** Nothing that a program does is expected to break its interpreter. */
function faultOf(name: string, exit: TraceEventOf<'device.exit'>): Failure {
  const observed = `the interpreter broke: ${exit.detail?.split('\n')[0]}`;
  return { what: `${name}: interpreter`, expected: 'to go on', observed, at: deviceAt(name), moment: exit };
}

export function checkException(
  name: string,
  expected: DeviceExpectation['exception'],
  own: readonly TraceEvent[],
): Failure[] {
  const exception = last(own, 'device.exception');
  if (expected === undefined) {
    if (exception === undefined) return [];
    return [
      {
        what: `${name}: exception`,
        expected: 'none',
        observed: exceptionText(exception),
        at: [...deviceAt(name), 'exception'],
        moment: exception,
      },
    ];
  }
  const { type, text = '' } = expected;
  if (exception?.name === type && exception.message.includes(text)) return [];
  return [
    {
      what: `${name}: exception`,
      expected: text === '' ? type : `${type} with '${text}'`,
      observed: exception === undefined ? 'none' : exceptionText(exception),
      at: [...deviceAt(name), 'exception'],
      moment: exception ?? last(own, 'device.exit'),
    },
  ];
}

function exceptionText(exception: TraceEventOf<'device.exception'>): string {
  return `${exception.name}: ${exception.message.trim()}`;
}

export function checkOutput(
  name: string,
  expected: DeviceExpectation['output'],
  own: readonly TraceEvent[],
): Failure[] {
  const output = all(own, 'device.output')
    .map((event) => event.text)
    .join('');
  const moment = last(own, 'device.output') ?? last(own, 'device.exit');
  const at = [...deviceAt(name), 'output'];
  const what = `${name}: output`;
  const missing = (expected?.contains ?? []).flatMap((text, i) =>
    output.includes(text)
      ? []
      : [{ what, expected: `to contain '${text}'`, observed: output, at: [...at, 'contains', i], moment }],
  );
  const unwanted = (expected?.not ?? []).flatMap((text, i) =>
    output.includes(text)
      ? [{ what, expected: `not to contain '${text}'`, observed: output, at: [...at, 'not', i], moment }]
      : [],
  );
  return [...missing, ...unwanted, ...checkLines(what, expected?.lines, output, [...at, 'lines'], moment)];
}

function checkLines(
  what: string,
  expected: readonly string[] | undefined,
  output: string,
  at: readonly PropertyKey[],
  moment: TraceEvent | undefined,
): Failure[] {
  if (expected === undefined) return [];
  const lines = output.replace(/\r?\n$/, '').split(/\r?\n/);
  const wrong = Array.from({ length: Math.max(lines.length, expected.length) }, (_, i) => i).find(
    (i) => lines[i] !== expected[i],
  );
  if (wrong === undefined) return [];
  return [
    {
      what: `${what}, line ${wrong + 1}`,
      expected: expected[wrong] ?? 'the end of the output',
      observed: lines[wrong] ?? 'the end of the output',
      at: [...at, wrong],
      moment,
    },
  ];
}

function deviceAt(name: string): readonly PropertyKey[] {
  return ['expect', 'devices', name];
}
