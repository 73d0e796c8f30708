/** The handshakes of a run, normalised: what both ends saw, put together by connection. */
import type { AlertName } from '../../emulator/tls/engine.ts';
import type { Nanoseconds } from '../../emulator/world/time.ts';
import type {
  CertificateCheck,
  ConnectionId,
  TraceEvent,
  TraceEventOf,
} from '../../emulator/world/trace-events.ts';

export interface HandshakeSummary {
  readonly connection: ConnectionId;
  /**
   * Actor of the client; where TLS failed before its hello (no memory, no host name), of who opened the connection.
   * Undefined when no simulated client did.
   */
  readonly from: string | undefined;
  /** Actor of the server; undefined when what answered spoke no TLS. */
  readonly to: string | undefined;
  /** `failed` unless both ends reached established. */
  readonly outcome: 'established' | 'failed';
  readonly version: string | undefined;
  readonly suite: string | undefined;
  /** Whether an older session was taken up. */
  readonly resumed: boolean;
  /** What the client read in the server's certificate; proved only with `serverAuthenticated`. */
  readonly server: string | undefined;
  readonly client: string | undefined;
  readonly serverAuthenticated: boolean;
  readonly clientAuthenticated: boolean;
  /** The certificate checks that refused the peer. */
  readonly failingChecks: readonly CertificateCheck['check'][];
  /** The first fatal alert. */
  readonly alert: { readonly by: string; readonly name: AlertName } | undefined;
  /** All alerts that were sent, but close_notify. */
  readonly alerts: readonly { readonly by: string; readonly name: AlertName; readonly level: string }[];
  /** What each end sent, in order, with what matters in it. */
  readonly messages: readonly {
    readonly by: string;
    readonly name: string;
    readonly says: readonly string[];
  }[];
  /** From the client's start to its established; undefined when it did not get there. */
  readonly duration: Nanoseconds | undefined;
  /** The event that settled the outcome. */
  readonly decided: TraceEvent;
}

type TlsEvent = Extract<TraceEvent, { connection: ConnectionId }>;

/** In the order in which they began. */
export function summariseHandshakes(events: readonly TraceEvent[]): HandshakeSummary[] {
  const openers = openersOf(events);
  const byConnection = new Map<ConnectionId, TlsEvent[]>();
  for (const event of events) {
    if (event.type === 'tls.start' && !byConnection.has(event.connection))
      byConnection.set(event.connection, []);
    if (isTlsEvent(event)) byConnection.get(event.connection)?.push(event);
  }
  return [...byConnection].map(([connection, own]) => summarise(connection, own, openers.get(connection)));
}

/** Who sent the first SYN of each connection: an attacker on the path may send another. */
function openersOf(events: readonly TraceEvent[]): Map<ConnectionId, string> {
  const openers = new Map<ConnectionId, string>();
  for (const event of events) {
    if (event.type !== 'tcp.state' || event.state !== 'SYN-SENT' || openers.has(event.connection)) continue;
    openers.set(event.connection, event.actor);
  }
  return openers;
}

function isTlsEvent(event: TraceEvent): event is TlsEvent {
  return event.type.startsWith('tls.') || event.type === 'x509.verdict';
}

function summarise(
  connection: ConnectionId,
  events: readonly TlsEvent[],
  opener: string | undefined,
): HandshakeSummary {
  const start = (role: 'client' | 'server') => all(events, 'tls.start').find((event) => event.role === role);
  const established = (role: 'client' | 'server') =>
    all(events, 'tls.established').find((event) => event.role === role);
  const client = established('client');
  const server = established('server');
  const failed = all(events, 'tls.failed')[0];
  const clientStart = start('client');
  const alerts = all(events, 'tls.alert')
    .filter(({ direction, description }) => direction === 'sent' && description !== 'close_notify')
    .map(({ actor, description, level }) => ({ by: actor, name: description as AlertName, level }));
  const fatal = alerts.find(({ level }) => level === 'fatal');
  const messages = all(events, 'tls.message').filter(({ direction }) => direction === 'sent');
  const refusal = all(events, 'x509.verdict').find((verdict) => verdict.outcome === 'refused');
  const either = client ?? server;
  const complete = client !== undefined && server !== undefined;
  return {
    connection,
    from: clientStart?.actor ?? opener,
    to: start('server')?.actor,
    outcome: complete ? 'established' : 'failed',
    version: either?.version,
    suite: either?.suite,
    resumed: either?.resumed ?? false,
    server: client?.peer,
    client: server?.peer,
    serverAuthenticated: client?.peerAuthenticated ?? false,
    clientAuthenticated: server?.peerAuthenticated ?? false,
    failingChecks:
      refusal?.checks.filter((check) => check.outcome === 'fail').map((check) => check.check) ?? [],
    alert: fatal,
    alerts,
    messages: messages.map(({ actor, message, summary }) => ({ by: actor, name: message, says: summary })),
    duration: client && clientStart && client.t - clientStart.t,
    decided: complete ? (client.t > server.t ? client : server) : (failed ?? events.at(-1)!),
  };
}

function all<T extends TlsEvent['type']>(events: readonly TlsEvent[], type: T): TraceEventOf<T>[] {
  return events.filter((event) => event.type === type) as unknown as TraceEventOf<T>[];
}
