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
  /** Actor of the client; undefined when no simulated client began it. */
  readonly from: string | undefined;
  /** Actor of the server; undefined when what answered spoke no TLS. */
  readonly to: string | undefined;
  /** `failed` unless both ends reached established. */
  readonly outcome: 'established' | 'failed';
  readonly version: string | undefined;
  readonly suite: string | undefined;
  readonly serverAuthenticated: boolean;
  readonly clientAuthenticated: boolean;
  /** The certificate checks that refused the peer. */
  readonly failingChecks: readonly CertificateCheck['check'][];
  /** The first fatal alert. */
  readonly alert: { readonly by: string; readonly name: AlertName } | undefined;
  /** From the client's start to its established; undefined when it did not get there. */
  readonly duration: Nanoseconds | undefined;
  /** The event that settled the outcome. */
  readonly decided: TraceEvent;
}

type TlsEvent = Extract<TraceEvent, { connection: ConnectionId }>;

/** In the order in which they began. */
export function summariseHandshakes(events: readonly TraceEvent[]): HandshakeSummary[] {
  const byConnection = new Map<ConnectionId, TlsEvent[]>();
  for (const event of events) {
    if (event.type === 'tls.start' && !byConnection.has(event.connection))
      byConnection.set(event.connection, []);
    if (isTlsEvent(event)) byConnection.get(event.connection)?.push(event);
  }
  return [...byConnection].map(([connection, own]) => summarise(connection, own));
}

function isTlsEvent(event: TraceEvent): event is TlsEvent {
  return event.type.startsWith('tls.') || event.type === 'x509.verdict';
}

function summarise(connection: ConnectionId, events: readonly TlsEvent[]): HandshakeSummary {
  const start = (role: 'client' | 'server') => all(events, 'tls.start').find((event) => event.role === role);
  const established = (role: 'client' | 'server') =>
    all(events, 'tls.established').find((event) => event.role === role);
  const client = established('client');
  const server = established('server');
  const failed = all(events, 'tls.failed')[0];
  const clientStart = start('client');
  const fatal = all(events, 'tls.alert').find(
    (alert) => alert.level === 'fatal' && alert.direction === 'sent',
  );
  const refusal = all(events, 'x509.verdict').find((verdict) => verdict.outcome === 'refused');
  const either = client ?? server;
  const complete = client !== undefined && server !== undefined;
  return {
    connection,
    from: clientStart?.actor,
    to: start('server')?.actor,
    outcome: complete ? 'established' : 'failed',
    version: either?.version,
    suite: either?.suite,
    serverAuthenticated: client?.peerAuthenticated ?? false,
    clientAuthenticated: server?.peerAuthenticated ?? false,
    failingChecks:
      refusal?.checks.filter((check) => check.outcome === 'fail').map((check) => check.check) ?? [],
    alert: fatal && { by: fatal.actor, name: fatal.description as AlertName },
    duration: client && clientStart && client.t - clientStart.t,
    decided: complete ? (client.t > server.t ? client : server) : (failed ?? events.at(-1)!),
  };
}

function all<T extends TlsEvent['type']>(events: readonly TlsEvent[], type: T): TraceEventOf<T>[] {
  return events.filter((event) => event.type === type) as unknown as TraceEventOf<T>[];
}
