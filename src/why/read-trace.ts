/** A trace, or what was read out of a capture, as lines in which causes can be looked for. */
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { SECOND } from '../../emulator/world/time.ts';
import type { CertificateCheck, TraceEvent } from '../../emulator/world/trace-events.ts';
import { formatClock } from '../report/format.ts';
import { type Clock, clockIn, failingChecks, type Message, unixTimeOf } from './judge-chain.ts';
import { type Line, readLine } from './read-text.ts';

interface Said {
  readonly text: string;
  /** What is known without reading the text. */
  readonly tokens?: readonly string[];
  /** Said by a program: numbers in it are decoded. */
  readonly printed?: true;
}

interface Context {
  /** Actors that are devices; in a capture, where nobody boots, the clients. */
  readonly boards: ReadonlySet<string>;
  /** What a capture leaves unsaid; undefined where the ends tell it themselves. */
  readonly onlooker: Onlooker | undefined;
  /** Bytes by which the IDF heap in use has grown with a `device.heap`. */
  readonly growth: ReadonlyMap<TraceEvent, number>;
}

type Reader = (event: TraceEvent, context: Context) => readonly Said[];

export function readTrace(events: readonly TraceEvent[], crypto: CryptoProvider): Line[] {
  const booted = events.filter(({ type }) => type === 'device.boot').map(({ actor }) => actor);
  const clients = events.flatMap((event) =>
    event.type === 'tls.start' && event.role === 'client' ? [event.actor] : [],
  );
  const boards = new Set(booted.length > 0 ? booted : clients);
  const onlooker = booted.length > 0 ? undefined : new Onlooker(events, crypto);
  const context = { boards, onlooker, growth: heapGrowth(events) };
  return events
    .flatMap((event) => {
      const reader = READERS[event.type] as Reader | undefined;
      return (reader?.(event, context) ?? []).map((each) => ({ ...each, t: event.t }));
    })
    .map(toLine);
}

function heapGrowth(events: readonly TraceEvent[]): Map<TraceEvent, number> {
  const used = new Map<string, number>();
  const growth = new Map<TraceEvent, number>();
  for (const event of events) {
    if (event.type !== 'device.heap') continue;
    growth.set(event, event.used - (used.get(event.actor) ?? 0));
    used.set(event.actor, event.used);
  }
  return growth;
}

function toLine({ text, tokens = [], printed, t }: Said & { t: number }, i: number): Line {
  const where = `${formatClock(t)} s`;
  return printed ? readLine(text, i + 1, where, tokens) : { number: i + 1, where, text, decoded: [], tokens };
}

const READERS: {
  readonly [T in TraceEvent['type']]?: (
    event: Extract<TraceEvent, { type: T }>,
    context: Context,
  ) => readonly Said[];
} = {
  'device.boot': ({ actor, rtc }) => [
    {
      text: `${actor} boots; its clock says ${rtc}`,
      // The clock may be set later; a program that asked for the time says so itself.
      tokens: rtc.startsWith('2000-') ? ['state:clock-unset'] : ['state:clock-set'],
    },
  ],
  'ntp.request': ({ client }) => [{ text: `${client} asks for the time`, tokens: ['state:asked-for-time'] }],
  'device.output': ({ text }) =>
    text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => ({ text: line.trim(), printed: true as const })),
  'device.exception': ({ name, message }) =>
    message
      .trim()
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => ({
        text: `${name}: ${line.trim()}`,
        tokens: ['state:exception'],
        printed: true as const,
      })),
  'device.heap': (event, { growth }) => {
    const { actor, reason, free, largestBlock } = event;
    const grown = growth.get(event) ?? 0;
    const text = `${actor}: ${reason}`;
    if (reason.includes('no block')) {
      return [{ text: `${text}; ${free} bytes of the IDF heap free, largest block ${largestBlock}` }];
    }
    return grown > MUCH ? [{ text: `${text}: ${grown} bytes more of the IDF heap in use` }] : [];
  },
  'tls.alert': ({ actor, description, direction, level, connection }, { boards, onlooker }) =>
    direction === 'sent' && description !== 'close_notify'
      ? [
          {
            text: `${level} alert ${description} sent by ${actor}`,
            tokens: [
              `${boards.has(actor) ? 'board' : 'peer'}-alert:${description}`,
              ...(level === 'fatal' ? (onlooker?.alertTokens(connection) ?? []) : []),
            ],
          },
        ]
      : [],
  'tls.failed': ({ actor, reason, detail }) =>
    reason === 'peer-alert' ? [] : [{ text: `TLS fails at ${actor}: ${detail}` }],
  'tls.message': (event, { boards, onlooker }) => {
    const { actor, direction, message, summary } = event;
    if (direction !== 'sent') return boards.has(actor) ? (onlooker?.received(event) ?? []) : [];
    const tokens = boards.has(actor) ? saysOfItself(message, summary) : [];
    return [
      { text: `${actor} sends ${message}${summary.length > 0 ? `: ${summary.join(', ')}` : ''}`, tokens },
      ...(boards.has(actor) ? (onlooker?.sent(event) ?? []) : []),
    ];
  },
  'attacker.stopped': ({ actor, detail }) => [
    { text: `${actor} is stopped: ${detail}`, tokens: ['state:attacker'] },
  ],
  'attacker.did': ({ actor, attack, detail }) => [
    { text: `${actor}: ${attack}, ${detail}`, tokens: ['state:attacker'] },
  ],
  'x509.verdict': ({ actor, outcome, checks }) => [
    ...(outcome === 'ignored'
      ? [{ text: `${actor} does not check the certificate`, tokens: ['state:unchecked'] }]
      : []),
    ...refusals(
      checks.filter((check) => check.outcome === 'fail'),
      actor,
      'refuses',
    ),
  ],
  'wifi.state': ({ actor, state, detail }) => [
    { text: `Wi-Fi of ${actor}: ${state}${detail === undefined ? '' : `, ${detail}`}` },
  ],
  'dns.answer': ({ name, rcode, addresses }) => [
    { text: `DNS: ${name} ${addresses.length > 0 ? addresses.join(', ') : rcode}` },
  ],
  'tcp.reset': ({ actor, direction }) =>
    direction === 'sent' ? [{ text: `${actor} resets the connection`, tokens: ['state:reset'] }] : [],
  'network.fault': ({ where, changes, phase }) => [{ text: `${where}: ${changes.join(', ')} ${phase}` }],
};

/** Reads out of what goes in the open what a trace of both ends would have said. */
class Onlooker {
  /** Unix time at which the trace begins. */
  private readonly origin: number;
  /** Whom the client of a connection asked for. */
  private readonly hosts = new Map<string, string | undefined>();
  private readonly crypto: CryptoProvider;
  private readonly clocks = new Map<string, Clock>();
  private readonly ended = new Set<string>();

  constructor(events: readonly TraceEvent[], crypto: CryptoProvider) {
    this.origin = unixTimeOf(events, 0);
    for (const event of events) {
      if (event.type !== 'tls.start' || event.role !== 'client' || this.hosts.has(event.connection)) continue;
      this.hosts.set(event.connection, event.serverName);
    }
    this.crypto = crypto;
  }

  /** A board's own message. */
  sent(event: Message): readonly Said[] {
    if (event.message !== 'ClientHello') return [];
    const clock = clockIn(event, this.timeOf(event));
    if (clock === undefined) return [];
    this.clocks.set(event.connection, clock);
    const shown = new Date(clock.time * 1000).toISOString().slice(0, 19).replace('T', ' ');
    return [
      {
        text: `the hello of ${event.actor} begins with the time on its clock: ${shown}`,
        tokens: [clock.isSet ? 'state:clock-set' : 'state:clock-unset'],
      },
    ];
  }

  /** A message to a board. */
  received(event: Message): readonly Said[] {
    if (event.message !== 'Certificate') return [];
    const host = this.hosts.get(event.connection);
    const time = this.clocks.get(event.connection)?.time ?? this.timeOf(event);
    const failing = failingChecks(event, { host, time, crypto: this.crypto });
    return [
      ...refusals(failing.filter(isOfTheChain), event.actor, 'would refuse'),
      ...failing
        .filter((check) => !isOfTheChain(check))
        .map(({ certificate, detail }) => ({
          text: `${event.actor} needs to trust for ${certificate}: ${detail}`,
        })),
    ];
  }

  /** By the clock of who captured it. */
  private timeOf({ t }: Message): number {
    return this.origin + t / SECOND;
  }

  /** The first fatal alert of a connection is what ended it. */
  alertTokens(connection: string): readonly string[] {
    if (this.ended.has(connection)) return [];
    this.ended.add(connection);
    return ['state:exception'];
  }
}

/** Whether it fails whomever the board trusts. */
function isOfTheChain({ check }: CertificateCheck): boolean {
  return check !== 'anchor' && check !== 'signature';
}

function refusals(checks: readonly CertificateCheck[], actor: string, does: string): Said[] {
  return checks.map(({ check, certificate, depth, detail }) => ({
    text: `${actor} ${does} ${certificate}: ${check}, ${detail}`,
    tokens: [`check:${check}`, `check:${check}@${place(depth)}`],
  }));
}

/** A board that is asked who it is answers with nothing, or with a proof. */
function saysOfItself(message: string, summary: readonly string[]): readonly string[] {
  if (message === 'CertificateVerify') return ['state:proves-itself'];
  return message === 'Certificate' && summary[0] === 'none' ? ['state:no-certificate'] : [];
}

/** Bytes of the IDF heap that are worth a line, when they are taken in one go. */
const MUCH = 20_000;

function place(depth: number): 'leaf' | 'authority' | 'anchor' {
  if (depth === 0) return 'leaf';
  return depth > 0 ? 'authority' : 'anchor';
}
