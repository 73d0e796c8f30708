/** A trace, or what was read out of a capture, as lines in which causes can be looked for. */
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { formatClock } from '../report/format.ts';
import { type Line, readLine } from './read-text.ts';

interface Said {
  readonly text: string;
  /** What is known without reading the text. */
  readonly tokens?: readonly string[];
  /** Said by a program: numbers in it are decoded. */
  readonly printed?: true;
}

interface Context {
  /** Actors that are devices. */
  readonly boards: ReadonlySet<string>;
  /** Bytes by which the IDF heap in use has grown with a `device.heap`. */
  readonly growth: ReadonlyMap<TraceEvent, number>;
}

type Reader = (event: TraceEvent, context: Context) => readonly Said[];

export function readTrace(events: readonly TraceEvent[]): Line[] {
  const boards = new Set(events.filter(({ type }) => type === 'device.boot').map(({ actor }) => actor));
  const context = { boards, growth: heapGrowth(events) };
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
  'tls.alert': ({ actor, description, direction, level }, { boards }) =>
    direction === 'sent' && description !== 'close_notify'
      ? [
          {
            text: `${level} alert ${description} sent by ${actor}`,
            tokens: [`${boards.has(actor) ? 'board' : 'peer'}-alert:${description}`],
          },
        ]
      : [],
  'tls.failed': ({ actor, reason, detail }) =>
    reason === 'peer-alert' ? [] : [{ text: `TLS fails at ${actor}: ${detail}` }],
  'tls.message': ({ actor, direction, message, summary }, { boards }) => {
    if (direction !== 'sent') return [];
    const tokens = boards.has(actor) ? saysOfItself(message, summary) : [];
    return [
      { text: `${actor} sends ${message}${summary.length > 0 ? `: ${summary.join(', ')}` : ''}`, tokens },
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
    ...checks
      .filter((check) => check.outcome === 'fail')
      .map(({ check, certificate, depth, detail }) => ({
        text: `${actor} refuses ${certificate}: ${check}, ${detail}`,
        tokens: [`check:${check}`, `check:${check}@${place(depth)}`],
      })),
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
