/** What each attacker of a run read, learned and achieved, from the trace; in data for expectations, in words for people. */

import { grouped } from '../../emulator/world/ordered.ts';
import type { TraceEvent, TraceEventOf } from '../../emulator/world/trace-events.ts';
import { connectionIn } from './connection-in.ts';
import { formatBytes, formatClock, formatDuration, plural } from './format.ts';
import { forgery, type LedAstray, ledAstray } from './led-astray.ts';

/**
 * What an attack can come to. read: application data in clear. impersonate: a peer completed a handshake with her
 * as somebody else. rewrite: changed text went on. tamper: changed messages, and nobody objected. spoof-dns: an
 * asker took her answer. replay: the server answered to what she had recorded. lure: a device joined her network.
 */
export const ACHIEVEMENTS = [
  'read',
  'impersonate',
  'rewrite',
  'tamper',
  'spoof-dns',
  'replay',
  'lure',
] as const;
export type Achievement = (typeof ACHIEVEMENTS)[number];

export interface AttackerReport {
  readonly name: string;
  readonly achieved: readonly Achievement[];
  /** Application data that she had in clear, both ways, as text. */
  readonly read: string;
  /** The same and the handshake, message by message. */
  readonly messages: readonly TraceEventOf<'attacker.read'>[];
  /** Names, addresses, parameters, certificates: each once, in order. */
  readonly learned: readonly { readonly what: string; readonly text: string }[];
  readonly did: readonly TraceEventOf<'attacker.did'>[];
  readonly stopped: readonly TraceEventOf<'attacker.stopped'>[];
  readonly saw: readonly TraceEventOf<'attacker.saw'>[];
  /** Hosts to which she led, with what was said there. */
  readonly ledTo: readonly LedAstray[];
}

type AttackerEvent = Extract<TraceEvent, { type: `attacker.${string}` }>;

/** Everybody of whom the trace has an `attacker.*` event, in order of appearance. */
export function reportAttackers(events: readonly TraceEvent[]): AttackerReport[] {
  const isOfAttacker = (event: TraceEvent): event is AttackerEvent => event.type.startsWith('attacker.');
  const byName = grouped(events.filter(isOfAttacker), ({ actor }) => actor);
  const noticed = noticedConnections(events);
  const believed = believedAnswers(events);
  return [...byName].map(([name, own]) => ({
    ...report(name, own, { noticed, believed }),
    ledTo: ledAstray(events, forgeriesOf(own)),
  }));
}

/** What came of attacks, as those told who were attacked. */
interface Effects {
  readonly noticed: ReadonlySet<string>;
  readonly believed: ReadonlySet<string>;
}

function report(
  name: string,
  own: readonly AttackerEvent[],
  { noticed, believed }: Effects,
): Omit<AttackerReport, 'ledTo'> {
  const of = <T extends AttackerEvent['type']>(type: T) =>
    own.filter((event) => event.type === type) as unknown as TraceEventOf<T>[];
  const messages = of('attacker.read');
  const data = messages.filter(isData);
  const did = of('attacker.did');
  const learned = new Map(
    of('attacker.learned').map(({ what, text }) => [`${what} ${text}`, { what, text }]),
  );
  const succeeded: Readonly<Record<Achievement, boolean>> = {
    read: data.length > 0,
    impersonate: did.some(({ attack }) => attack === 'impersonate'),
    rewrite: did.some(({ attack }) => attack === 'rewrite'),
    lure: did.some(({ attack }) => attack === 'lure'),
    replay: did.some(({ attack }) => attack === 'replay'),
    tamper: did.some((event) => event.attack === 'tamper' && !noticed.has(event.connection ?? '')),
    'spoof-dns': did.some((event) => event.attack === 'spoof-dns' && believed.has(event.detail)),
  };
  return {
    name,
    achieved: ACHIEVEMENTS.filter((each) => succeeded[each]),
    read: data.map(({ bytes }) => utf8.decode(bytes)).join(''),
    messages,
    learned: [...learned.values()],
    did,
    stopped: of('attacker.stopped'),
    saw: of('attacker.saw'),
  };
}

function forgeriesOf(own: readonly AttackerEvent[]): Set<string> {
  return new Set(
    own.flatMap((event) =>
      event.type === 'attacker.did' && event.attack === 'spoof-dns' ? [event.detail] : [],
    ),
  );
}

const utf8 = new TextDecoder();

function isData({ what }: TraceEventOf<'attacker.read'>): boolean {
  return what === 'data';
}

/**
 * Of which either end gave up, or told the other that something was wrong. A real board gives up without a word of it in
 * the trace: then a handshake that was never finished shows it.
 */
function noticedConnections(events: readonly TraceEvent[]): Set<string> {
  const told = grouped(events, (event) => (event.type.startsWith('tls.') ? connectionIn(event) : undefined));
  return new Set([...told].flatMap(([connection, own]) => (wasNoticed(own) ? [connection] : [])));
}

/** `own`: what is told of one connection's TLS. */
function wasNoticed(own: readonly TraceEvent[]): boolean {
  if (
    own.some(
      (event) => event.type === 'tls.failed' || (event.type === 'tls.alert' && event.level === 'fatal'),
    )
  )
    return true;
  const tellers = new Set(own.map(({ actor }) => actor));
  return tellers.size === 1 && own.every(({ type }) => type !== 'tls.established');
}

/** Of answers that have come to somebody. */
function believedAnswers(events: readonly TraceEvent[]): Set<string> {
  return new Set(
    events.flatMap((event) =>
      event.type === 'dns.answer' ? event.addresses.map((address) => forgery(event.name, address)) : [],
    ),
  );
}

/** One paragraph a line: what she has of it, in plain words. */
export function describeAttacker(attacker: AttackerReport): string[] {
  return [...readLines(attacker), ...learnedLines(attacker), ...sawLines(attacker), ...deedLines(attacker)];
}

/** Characters of a message in clear that are quoted, and messages. */
const QUOTED = 200;
const MOST_QUOTED = 8;

function readLines({ messages, saw, learned, did, ledTo }: AttackerReport): string[] {
  const data = messages.filter(isData);
  const handshake = messages.filter((message) => !isData(message));
  const silent = saw.length + learned.length + did.length === 0;
  const isTold = ledTo.some(({ told }) => told.length > 0);
  return [
    ...data.slice(0, MOST_QUOTED).map(quoted),
    ...(data.length > MOST_QUOTED ? [`reads ${plural(data.length - MOST_QUOTED, 'more message')}`] : []),
    ...(data.length === 0 && !silent && !isTold ? ['reads nothing of what was said'] : []),
    ...(handshake.length > 0
      ? [
          `reads of the handshake: ${handshake.map(({ what, bytes }) => `${what} ${formatBytes(bytes.length)}`).join(', ')}`,
        ]
      : []),
  ];
}

function quoted({ t, direction, bytes }: TraceEventOf<'attacker.read'>): string {
  const way = direction === 'to-server' ? 'to the server' : 'back';
  return `reads at ${formatClock(t)} s, ${way}: ${quote(utf8.decode(bytes))}`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text);
}

function ledLines({ name, address, host, told }: LedAstray): string[] {
  if (told.length === 0) return [`${host}, at ${address}, is told nothing that was meant for ${name}`];
  const quotes = told.slice(0, MOST_QUOTED).map(({ t, text }) => `at ${formatClock(t)} s ${quote(text)}`);
  const more = told.length > MOST_QUOTED ? [`${plural(told.length - MOST_QUOTED, 'more message')}`] : [];
  return [`${host}, at ${address}, reads what was meant for ${name}: ${[...quotes, ...more].join(', ')}`];
}

const WORDS: Readonly<Record<string, string>> = {
  name: 'who is asked for',
  address: 'where they are',
  parameters: 'how it is protected',
  certificate: 'who showed a certificate',
  alert: 'what went wrong',
};

function learnedLines({ learned }: AttackerReport): string[] {
  return Object.entries(WORDS).flatMap(([what, words]) => {
    const texts = learned.filter((each) => each.what === what).map(({ text }) => text);
    return texts.length === 0 ? [] : [`learns ${words}: ${texts.join('; ')}`];
  });
}

function sawLines({ saw }: AttackerReport): string[] {
  if (saw.length === 0) return [];
  const sum = (way: 'to-server' | 'to-client') =>
    saw.filter(({ direction }) => direction === way).reduce((total, { length }) => total + length, 0);
  const span = saw.at(-1)!.t - saw[0]!.t;
  const within = span > 0 ? ` in ${formatDuration(span)}` : '';
  return [
    `sees ${plural(saw.length, 'sealed record')}${within}: ${formatBytes(sum('to-server'))} to the server, ` +
      `${formatBytes(sum('to-client'))} back; when and how much, not what`,
  ];
}

function deedLines({ did, stopped, achieved, ledTo }: AttackerReport): string[] {
  const deeds = [...new Set(did.map(({ detail }) => detail))];
  const ends = [...new Set(stopped.map(({ detail }) => detail))];
  const tampered = did.some(({ attack }) => attack === 'tamper');
  const spoofed = did.some(({ attack }) => attack === 'spoof-dns');
  return [
    ...deeds,
    ...ledTo.flatMap(ledLines),
    ...(tampered
      ? [achieved.includes('tamper') ? 'and nobody notices' : 'and it is noticed: the connection ends']
      : []),
    ...(spoofed && !achieved.includes('spoof-dns') ? ['and nobody believes it'] : []),
    ...ends.map((detail) => `is stopped: ${detail}`),
  ];
}
