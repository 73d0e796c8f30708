/** Two runs of one scenario held against each other. */
import { MILLISECOND, type Nanoseconds } from '../../../emulator/world/time.ts';
import { formatDuration, plural } from '../../report/format.ts';
import { RANDOM } from './client-hello.ts';
import type { Observed, ObservedHandshake } from './observed.ts';
import { compareLine } from './output-line.ts';
import type { ParityLine, Verdict } from './report.ts';

export interface CompareOptions {
  /** How far apart two times may be and still be equal: a fraction of the longer one. */
  readonly tolerance: number;
  /** Frames are lost at random: times say nothing. */
  readonly hasRandomTimes?: boolean;
}

export const DEFAULT_TOLERANCE = 0.25;

/** The same for a heap: its figures are an estimate of the emulator's (docs/boards.md). */
const HEAP_TOLERANCE = 0.1;

/**
 * Bytes: the shim and the socket by which it asks its way (lwIP takes 4,000 to 7,000 for one) may be there in the worst
 * moment.
 */
const LEAST_HEAP_DIFFERENCE = 8_192;

/**
 * Two times are equal that are less apart than the way between board and computer makes them: with modem sleep one round
 * trip takes 64 ms on average, and a handshake has two.
 */
const LEAST_DIFFERENCE: Nanoseconds = 150 * MILLISECOND;

const NOTHING = '–';

type Line = Omit<ParityLine, 'section'>;

export function compare(emulated: Observed, board: Observed, options: CompareOptions): ParityLine[] {
  return [
    ...compareHandshakes(emulated.handshakes, board.handshakes, options),
    ...inSection('program', compareProgram(emulated, board)),
    ...compareAttackers(emulated, board),
    ...inSection('time and heap', compareFigures(emulated, board)),
  ];
}

function inSection(section: string, lines: readonly Line[]): ParityLine[] {
  return lines.map((line) => ({ section, ...line }));
}

/** The n-th with one server against the n-th with it. */
function compareHandshakes(
  emulated: readonly ObservedHandshake[],
  board: readonly ObservedHandshake[],
  options: CompareOptions,
): ParityLine[] {
  const servers = [...new Set([...emulated, ...board].map(({ server }) => server))];
  return servers.flatMap((server) => {
    const mine = emulated.filter((each) => each.server === server);
    const its = board.filter((each) => each.server === server);
    const count = Math.max(mine.length, its.length);
    const section = (i: number) => `handshake ${count === 1 ? '' : `${i + 1} `}with ${server}`;
    return Array.from({ length: count }, (_, i) => {
      const [a, b] = [mine[i], its[i]];
      const lines = a === undefined || b === undefined ? [missing(a, b)] : compareHandshake(a, b, options);
      return inSection(section(i), lines);
    }).flat();
  });
}

function missing(emulated: ObservedHandshake | undefined, board: ObservedHandshake | undefined): Line {
  const text = (one: ObservedHandshake | undefined) => (one === undefined ? 'none' : 'begun');
  return same('handshake', text(emulated), text(board));
}

function compareHandshake(
  emulated: ObservedHandshake,
  board: ObservedHandshake,
  options: CompareOptions,
): Line[] {
  return [
    ...compareHello(emulated.hello, board.hello),
    sameList('message order', emulated.messages, board.messages),
    same('outcome', outcome(emulated), outcome(board)),
    same('version', emulated.version, board.version),
    same('suite', emulated.suite, board.suite),
    sameCertificates("the device's certificates", emulated.certificates.device, board.certificates.device),
    sameCertificates("the server's certificates", emulated.certificates.server, board.certificates.server),
    sameList("the device's alerts", emulated.alerts.device, board.alerts.device),
    sameList("the server's alerts", emulated.alerts.server, board.alerts.server),
    {
      what: "the device's judgement",
      verdict: 'not comparable',
      emulated: emulated.verdict ?? NOTHING,
      board: NOTHING,
      note: 'a board does not say which checks it made; alert and exception show what came of them',
    },
    sameTime('handshake time', emulated.duration, board.duration, options),
  ];
}

function outcome({ established }: ObservedHandshake): string {
  return established ? 'established' : 'failed';
}

function compareHello(emulated: ObservedHandshake['hello'], board: ObservedHandshake['hello']): Line[] {
  if (emulated === undefined || board === undefined)
    return [
      same('ClientHello', emulated === undefined ? 'none' : 'sent', board === undefined ? 'none' : 'sent'),
    ];
  const names = [...new Set([...emulated.keys(), ...board.keys()])];
  return names.map((name) => {
    const what = `ClientHello ${name}`;
    const [a, b] = [emulated.get(name), board.get(name)];
    if (a === RANDOM && b === RANDOM) return { what, verdict: 'not comparable', emulated: a, board: b };
    if (a?.includes(', ') || b?.includes(', '))
      return sameList(what, a?.split(', ') ?? [], b?.split(', ') ?? []);
    return same(what, a ?? 'none', b ?? 'none');
  });
}

function compareProgram(emulated: Observed, board: Observed): Line[] {
  const exit = (status: number | undefined) => (status === undefined ? 'still running' : String(status));
  return [
    ...compareExceptions(emulated.exception, board.exception),
    same('exit status', exit(emulated.exit), exit(board.exit)),
    ...compareOutput(emulated.output, board.output),
    sameList('what peers were asked', emulated.requests, board.requests),
  ];
}

type Raised = NonNullable<Observed['exception']>;

function compareExceptions(emulated: Raised | undefined, board: Raised | undefined): Line[] {
  if (emulated !== undefined && board !== undefined)
    return [
      same('exception', emulated.name, board.name),
      same('exception text', emulated.message, board.message),
      compareLineRaised(emulated, board),
    ];
  const whole = (one: Raised | undefined) =>
    one === undefined
      ? 'none'
      : `${one.name}: ${one.message}${one.line === '' ? '' : `, raised in ${one.line}`}`;
  return [same('exception', whole(emulated), whole(board))];
}

/** The peer's reset meets whatever call is next: two lines apart are two moments, not two devices. */
function compareLineRaised(emulated: Raised, board: Raised): Line {
  const line = same('raised in', emulated.line || undefined, board.line || undefined);
  const areResets = [emulated, board].every(({ message }) => message.includes('ECONNRESET'));
  return line.verdict === 'different' && areResets
    ? { ...line, verdict: 'not comparable', note: 'a reset meets whatever call is next when it comes' }
    : line;
}

function compareOutput(emulated: string, board: string): Line[] {
  const mine = linesOf(emulated);
  const its = linesOf(board);
  const count = Math.max(mine.length, its.length);
  if (count === 0) return [same('output', 'none', 'none')];
  return Array.from({ length: count }, (_, i) => compareLine(`output, line ${i + 1}`, mine[i], its[i]));
}

function linesOf(text: string): string[] {
  const trimmed = text.replace(/\n$/, '');
  return trimmed === '' ? [] : trimmed.split('\n');
}

function compareAttackers(emulated: Observed, board: Observed): ParityLine[] {
  const names = [...new Set([...emulated.attackers, ...board.attackers].map(({ name }) => name))];
  return names.flatMap((name) => {
    const [mine, its] = [emulated, board].map(({ attackers }) =>
      attackers.find((each) => each.name === name),
    );
    const details = (one: typeof mine, what: 'stopped' | 'learned') =>
      (one?.[what] ?? []).map((each) => ('detail' in each ? each.detail : each.text));
    return inSection(name, [
      sameList('achieved', mine?.achieved ?? [], its?.achieved ?? []),
      compareLine('read', mine?.read || 'nothing', its?.read || 'nothing'),
      sameList('learned', details(mine, 'learned'), details(its, 'learned')),
      sameList('stopped by', details(mine, 'stopped'), details(its, 'stopped')),
    ]);
  });
}

function compareFigures(emulated: Observed, board: Observed): Line[] {
  const bytes = (count: number | undefined) => (count === undefined ? NOTHING : `${count} bytes`);
  const time = (duration: Nanoseconds | undefined) =>
    duration === undefined ? NOTHING : duration === 0 ? 'less than 1 ms' : formatDuration(duration);
  return [
    {
      what: 'time of the program',
      verdict: 'not comparable',
      emulated: time(emulated.programTime),
      board: time(board.programTime),
      note: 'the shim asks its way in it, over the network at hand',
    },
    {
      what: "MicroPython's heap, free at the end",
      verdict: 'not comparable',
      emulated: bytes(emulated.heapFree),
      board: bytes(board.heapFree),
      note: 'an emulated program does not tell',
    },
    compareIdfHeap(emulated.leastIdfFree, board),
  ];
}

function compareIdfHeap(emulated: number | undefined, { leastIdfFree, leastIdfBefore }: Observed): Line {
  const what = "ESP-IDF's heap, least free";
  const text = (bytes: number | undefined) => (bytes === undefined ? NOTHING : `${bytes} bytes`);
  const line = { what, emulated: text(emulated), board: text(leastIdfFree) };
  if (emulated !== undefined && leastIdfFree !== undefined)
    return { ...line, ...close(emulated, leastIdfFree, HEAP_TOLERANCE, LEAST_HEAP_DIFFERENCE, text) };
  if (leastIdfBefore !== undefined)
    return {
      ...line,
      verdict: 'not comparable',
      board: `not under ${leastIdfBefore} bytes`,
      note: 'the board counts from power-on, and had no more free before this program',
    };
  const note = `the ${leastIdfFree === undefined ? 'board' : 'emulator'} does not tell`;
  return { ...line, verdict: 'not comparable', note };
}

function sameTime(
  what: string,
  emulated: Nanoseconds | undefined,
  board: Nanoseconds | undefined,
  { tolerance, hasRandomTimes }: CompareOptions,
): Line {
  const text = (time: Nanoseconds | undefined) => (time === undefined ? NOTHING : formatDuration(time));
  const line = { what, emulated: text(emulated), board: text(board) };
  if (emulated === undefined || board === undefined)
    return { ...line, verdict: 'not comparable', note: unobserved(emulated, board) };
  if (hasRandomTimes) return { ...line, verdict: 'not comparable', note: 'frames are lost at random' };
  return { ...line, ...close(emulated, board, tolerance, LEAST_DIFFERENCE, text) };
}

function close(
  emulated: number,
  board: number,
  tolerance: number,
  least: number,
  unit: (value: number) => string,
): { verdict: Verdict; note: string } {
  const difference = Math.abs(emulated - board);
  const isEqual = difference <= Math.max(least, tolerance * Math.max(emulated, board));
  const percent = emulated === 0 ? 0 : Math.round((100 * (board - emulated)) / emulated);
  const allowed = `allowed are ${Math.round(tolerance * 100)} %, and ${unit(least)} in any case`;
  const note = `${percent >= 0 ? '+' : '−'}${Math.abs(percent)} % on the board; ${allowed}`;
  return { verdict: isEqual ? 'equal' : 'different', note };
}

/** Undefined is what was not observed, which is never equal to anything. */
function same(what: string, emulated: string | undefined, board: string | undefined): Line {
  const line = { what, emulated: emulated ?? NOTHING, board: board ?? NOTHING };
  if (emulated === undefined || board === undefined)
    return { ...line, verdict: 'not comparable', note: unobserved(emulated, board) };
  return { ...line, verdict: emulated === board ? 'equal' : 'different' };
}

function unobserved(emulated: unknown, board: unknown): string {
  if (emulated === undefined && board === undefined) return 'neither run came so far';
  return `${board === undefined ? 'the board' : 'the emulator'} did not come so far`;
}

/** Told by number and length: what is in a certificate nobody reads in hex. */
function sameCertificates(what: string, emulated: readonly string[], board: readonly string[]): Line {
  const text = (each: readonly string[]) => {
    if (each.length === 0) return 'none';
    const bytes = each.reduce((sum, hex) => sum + hex.length / 2, 0);
    return `${plural(each.length, 'certificate')}, ${bytes} bytes`;
  };
  const line = same(what, emulated.join(' '), board.join(' '));
  const [mine, its] = [text(emulated), text(board)];
  const differs = line.verdict === 'different' && mine === its;
  return {
    ...line,
    emulated: mine,
    board: its,
    ...(differs && { note: 'of the same length and of other contents' }),
  };
}

function sameList(what: string, emulated: readonly string[], board: readonly string[]): Line {
  const line = same(what, listed(emulated), listed(board));
  // Of two that are short, or of one alone, one sees it.
  if (line.verdict === 'equal' || Math.min(emulated.length, board.length) < 2) return line;
  const at = Array.from({ length: Math.max(emulated.length, board.length) }, (_, i) => i).find(
    (i) => emulated[i] !== board[i],
  );
  if (at === undefined) return line;
  const note = `no. ${at + 1}: ${emulated[at] ?? 'none'} in the emulator, ${board[at] ?? 'none'} on the board`;
  return { ...line, note };
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.join(', ');
}
