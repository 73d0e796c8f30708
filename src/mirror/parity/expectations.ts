/**
 * What a scenario expects, held against the board's run. It does not count for parity, which is about two runs being the
 * same; it says what a developer wants to know first: does the board do what it should?
 */
import type { AlertName } from '../../../emulator/tls/engine.ts';
import type { TraceEvent, TraceEventOf } from '../../../emulator/world/trace-events.ts';
import { formatDuration } from '../../report/format.ts';
import { checkAttackers } from '../../scenario/expect/attackers.ts';
import { checkBudgets } from '../../scenario/expect/budgets.ts';
import { checkException, checkExit, checkOutput } from '../../scenario/expect/devices.ts';
import type { Failure } from '../../scenario/expect/failure.ts';
import { checkHandshakes } from '../../scenario/expect/handshakes.ts';
import type { DeviceExpectation, Expectations } from '../../scenario/schema/expect.ts';
import type { Scenario } from '../../scenario/schema.ts';
import { type HandshakeSummary, summariseHandshakes } from '../../scenario/summary.ts';
import { compareLine } from './output-line.ts';
import type { ExpectationLine } from './report.ts';

/** One thing that a scenario wants, and where it says so. */
interface Wish {
  readonly what: string;
  readonly expected: string;
  readonly at: readonly PropertyKey[];
  /** Why nobody outside the board sees it. */
  readonly hidden?: string;
}

/** Both runs as they happened. */
export function expectationsOnBoard(
  { expect, devices }: Scenario,
  board: readonly TraceEvent[],
  emulated: readonly TraceEvent[],
): ExpectationLine[] {
  const device = Object.keys(devices)[0]!;
  const wishes = [...deviceWishes(device, expect.devices[device] ?? {}), ...otherWishes(expect)];
  const failures = failuresOf(expect, device, board, handshakesWith(device, board));
  const others = failuresOf(expect, device, emulated, summariseHandshakes(emulated));
  const judged = wishes.map((wish) => judge(wish, failures, others));
  return [...judged, ...unforeseen(wishes, failures, others)];
}

function failuresOf(
  { devices, handshakes, attackers, budgets }: Expectations,
  device: string,
  events: readonly TraceEvent[],
  summaries: readonly HandshakeSummary[],
): Failure[] {
  return [
    ...deviceFailures(device, devices[device] ?? {}, events),
    ...(handshakes === undefined ? [] : checkHandshakes(handshakes, summaries)),
    ...checkAttackers(attackers, events),
    ...(budgets === undefined ? [] : checkBudgets(budgets, events)),
  ];
}

function judge(
  { what, expected, at, hidden }: Wish,
  failures: readonly Failure[],
  emulated: readonly Failure[],
): ExpectationLine {
  if (hidden !== undefined) return { what, verdict: 'not observable', expected, note: hidden };
  const failure = failures.find((each) => begins(each.at, at) || isAbsence(each, at));
  const cause = failures.find((each) => isCause(each, at));
  if (failure === undefined && cause !== undefined)
    return { what, verdict: 'not observable', expected, note: 'the handshake came out otherwise' };
  if (failure === undefined) return { what, verdict: 'met', expected };
  const unseen = tellsOfTime(failure)
    ? 'the program tells a time'
    : isUnheardAlert(failure)
      ? 'the server gave up by itself, and may not have read what the device said'
      : undefined;
  if (unseen !== undefined)
    return { what, verdict: 'not observable', expected, observed: failure.observed, note: unseen };
  return notMet(what, failure, emulated);
}

/** A handshake that there was not came out otherwise than it should. */
function isAbsence({ at }: Failure, wish: readonly PropertyKey[]): boolean {
  return isHandshake(at) && begins(wish, at) && wish.at(-1) === 'outcome';
}

/** Of what was expected of the same handshake beside its outcome nothing can be said. */
function isCause({ at }: Failure, wish: readonly PropertyKey[]): boolean {
  return isHandshake(at) ? begins(wish, at) : at.at(-1) === 'outcome' && begins(wish, at.slice(0, -1));
}

/** The path of a whole one. */
function isHandshake(at: readonly PropertyKey[]): boolean {
  return at.length === 3 && at[1] === 'handshakes';
}

/** "protocol_version by sensor" is wanted, and the server tells of its own alerts alone. */
function isUnheardAlert({ at, expected, observed }: Failure): boolean {
  const [, sender] = / by (\S+)$/.exec(expected) ?? [];
  const isAlert = at.at(-1) === 'alert' || at.at(-1) === 'alerts';
  return isAlert && sender !== undefined && observed !== 'none' && !observed.includes(` by ${sender}`);
}

function notMet(what: string, failure: Failure, emulated: readonly Failure[]): ExpectationLine {
  const { expected, observed } = failure;
  const nothing = failure.at.includes('lines') ? 'an empty line' : 'nothing';
  const isBoth = emulated.some((each) => sameWish(each, failure));
  return {
    ...{ what, verdict: 'not met', expected: expected || nothing, observed: observed || nothing },
    ...(isBoth && { note: 'nor in the emulated run' }),
  };
}

function sameWish(a: Failure, b: Failure): boolean {
  return begins(a.at, b.at) || begins(b.at, a.at);
}

/** What happened beside all that was expected: a handshake too many. */
function unforeseen(
  wishes: readonly Wish[],
  failures: readonly Failure[],
  emulated: readonly Failure[],
): ExpectationLine[] {
  return failures
    .filter((failure) => !wishes.some(({ at }) => begins(failure.at, at) || isAbsence(failure, at)))
    .map((failure) => notMet(failure.what, failure, emulated));
}

function begins(path: readonly PropertyKey[], beginning: readonly PropertyKey[]): boolean {
  return beginning.every((key, i) => path[i] === key);
}

/** A line of output that is the expected one but for what a clock or a stopwatch shows. */
function tellsOfTime({ at, expected, observed }: Failure): boolean {
  if (!at.includes('output')) return false;
  const wanted = /^to contain '(.*)'$/s.exec(expected)?.[1];
  const lines = wanted === undefined ? [observed] : observed.split('\n');
  return lines.some((line) => compareLine('', wanted ?? expected, line).note !== undefined);
}

// ---- what is wanted

function deviceWishes(name: string, { exit, exception, output }: DeviceExpectation): Wish[] {
  const at = ['expect', 'devices', name];
  const text = exception?.text === undefined ? '' : ` with '${exception.text}'`;
  const wish = (what: string, expected: string, ...path: PropertyKey[]): Wish => ({
    what: `${name}: ${what}`,
    expected,
    at: [...at, ...path],
  });
  return [
    wish('exception', exception === undefined ? 'none' : `${exception.type}${text}`, 'exception'),
    wish('exit status', String(exit ?? (exception === undefined ? 0 : 1)), 'exit'),
    ...(output?.contains ?? []).map((each, i) =>
      wish('output', `to contain '${each}'`, 'output', 'contains', i),
    ),
    ...(output?.not ?? []).map((each, i) => wish('output', `not to contain '${each}'`, 'output', 'not', i)),
    ...(output?.lines ?? []).map((each, i) =>
      wish(`output, line ${i + 1}`, each || 'an empty line', 'output', 'lines', i),
    ),
  ];
}

/** Of handshakes and limits, what a peer cannot see of a board. */
const HIDDEN: Readonly<Record<string, string>> = {
  serverAuthenticated: 'a board does not say whom it has authenticated; outcome, alert and exception show it',
  failingCheck: 'a board does not say which checks it made; alert and exception show what came of them',
  handshake: 'it is counted from when the program begins it',
  duration: 'joining Wi-Fi, which is in it, takes as long as the network at hand takes',
  wireBytes: 'what goes over the Wi-Fi network at hand is not seen here',
  heapPeak: 'a board tells the least that was free',
};

function otherWishes({ handshakes = [], attackers, budgets = {} }: Expectations): Wish[] {
  return [
    ...handshakes.flatMap(({ from, to, ...aspects }, i) =>
      wishesOf(aspects, ['expect', 'handshakes', i], `handshake ${i + 1}, ${from} → ${to}`),
    ),
    ...Object.entries(attackers).flatMap(([name, each]) =>
      wishesOf(each, ['expect', 'attackers', name], name),
    ),
    ...wishesOf(budgets, ['expect', 'budgets'], 'limit').map((wish) => ({
      ...wish,
      expected: `at most ${withUnit(wish.at.at(-1), Number(wish.expected))}`,
    })),
  ];
}

function withUnit(budget: PropertyKey | undefined, value: number): string {
  if (budget === 'handshake' || budget === 'duration') return formatDuration(value);
  return budget === 'roundTrips' ? String(value) : `${value} bytes`;
}

function wishesOf(aspects: object, at: readonly PropertyKey[], whose: string): Wish[] {
  return Object.entries(aspects)
    .filter(([, value]) => value !== undefined)
    .map(([aspect, value]) => ({
      what: `${whose}: ${aspect}`,
      expected: inWords(value),
      at: [...at, aspect],
      ...(HIDDEN[aspect] !== undefined && { hidden: HIDDEN[aspect] }),
    }));
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(inWords).join(', ') || 'none';
  if (typeof value !== 'object' || value === null) return String(value);
  const { name, by } = value as { name: string; by: string };
  return `${name} by ${by}`;
}

// ---- what came

/** Each judged for itself: on a board all that is known is what is seen. */
function deviceFailures(name: string, expected: DeviceExpectation, events: readonly TraceEvent[]): Failure[] {
  const own = events.filter(({ actor }) => actor === name);
  return [
    ...checkException(name, expected.exception, own),
    ...checkExit(name, expected.exit ?? (expected.exception === undefined ? 0 : 1), own),
    ...checkOutput(name, { ...expected.output, lines: undefined }, own),
    ...checkLines(name, expected.output?.lines, own),
  ];
}

/** Each line for itself, where an emulated run is told the first that is wrong. */
function checkLines(
  name: string,
  expected: readonly string[] | undefined,
  own: readonly TraceEvent[],
): Failure[] {
  if (expected === undefined) return [];
  const output = own.map((event) => (event.type === 'device.output' ? event.text : '')).join('');
  const lines = output === '' ? [] : output.replace(/\r?\n$/, '').split(/\r?\n/);
  const shown = (line: string | undefined) => line ?? 'the end of the output';
  return Array.from({ length: Math.max(lines.length, expected.length) }, (_, i) => i).flatMap((i) =>
    lines[i] === expected[i]
      ? []
      : [
          {
            what: `${name}: output, line ${i + 1}`,
            expected: shown(expected[i]),
            observed: shown(lines[i]),
            at: ['expect', 'devices', name, 'output', 'lines', i],
            moment: undefined,
          },
        ],
  );
}

/** As in an emulated run, where of the device's ends the servers' word is taken. */
function handshakesWith(device: string, events: readonly TraceEvent[]): HandshakeSummary[] {
  return summariseHandshakes(events).map((each) =>
    each.from === device ? asServerSaw(each, device, events) : each,
  );
}

function asServerSaw(
  summary: HandshakeSummary,
  device: string,
  events: readonly TraceEvent[],
): HandshakeSummary {
  const own = events.filter((event) => 'connection' in event && event.connection === summary.connection);
  const of = <T extends TraceEvent['type']>(type: T) =>
    own.filter((event): event is TraceEventOf<T> => event.type === type && event.actor === summary.to);
  const alerts = of('tls.alert')
    .filter(({ description }) => description !== 'close_notify')
    .map(({ direction, description, level }) => ({
      by: direction === 'received' ? device : summary.to!,
      name: description as AlertName,
      level,
    }));
  const fatal = alerts.find(({ level }) => level === 'fatal');
  const established = of('tls.established')[0];
  // A device that refuses the last message has said so.
  const isRefused = fatal?.by === device && of('tls.data').length === 0;
  return {
    ...summary,
    outcome: established !== undefined && !isRefused ? 'established' : 'failed',
    alerts,
    alert: fatal,
  };
}
