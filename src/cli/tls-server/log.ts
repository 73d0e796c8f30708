/** The server's log: a line when it listens, a line a connection, a line when it ends. */
import { plural } from '../../report/format.ts';
import type { ConnectionObserver } from './observer.ts';

export interface ConnectionReport
  extends Pick<ConnectionObserver, 'serverName' | 'negotiated' | 'failure' | 'alertSent' | 'alertReceived'> {
  /** "127.0.0.1:51234". */
  readonly peer: string;
  /** "GET / 200", in order. */
  readonly requests: readonly string[];
  /** Octets on the wire. */
  readonly received: number;
  readonly sent: number;
  /** From accepting to the last octet sent. */
  readonly milliseconds: number;
}

export interface Totals {
  readonly served: number;
  readonly failed: number;
}

export interface Log {
  listening(address: string, port: number): void;
  connection(report: ConnectionReport): void;
  ended(totals: Totals): void;
}

type Write = (line: string) => void;

export function textLog(write: Write): Log {
  return {
    listening: (address, port) => write(`listening on ${address}:${port}; Ctrl-C ends it`),
    connection: (report) => write(textOf(report)),
    ended: ({ served, failed }) => write(`ended: ${plural(served, 'connection')} served, ${failed} failed`),
  };
}

/** One object a line; which of its three kinds it is says the only key they do not share. */
export function jsonLog(write: Write): Log {
  return {
    listening: (address, port) => write(JSON.stringify({ listening: { address, port } })),
    connection: (report) => write(JSON.stringify({ connection: report })),
    ended: (totals) => write(JSON.stringify({ ended: totals })),
  };
}

function textOf(report: ConnectionReport): string {
  const { negotiated, serverName, requests, received, sent, milliseconds } = report;
  const parts = [
    report.peer,
    ...(negotiated === undefined ? [] : [negotiated.version, negotiated.suite]),
    negotiated?.group,
    negotiated?.resumed ? 'resumed' : undefined,
    serverName && `sni ${serverName}`,
    negotiated?.clientCertificate && `client ${negotiated.clientCertificate}`,
    ...requests,
    ...problems(report),
    `in ${received} B`,
    `out ${sent} B`,
    `${milliseconds} ms`,
  ];
  return parts.filter((part) => part !== undefined && part !== '').join('  ');
}

function problems({ failure, alertSent, alertReceived }: ConnectionReport): readonly string[] {
  if (failure === undefined) return [];
  const { state, reason, detail } = failure;
  return [
    `FAILED${state === '' ? '' : ` in ${state}`}: ${reason}, ${detail}`,
    ...(alertSent === undefined ? [] : [`alert sent ${alertSent}`]),
    ...(alertReceived === undefined ? [] : [`alert received ${alertReceived}`]),
  ];
}
