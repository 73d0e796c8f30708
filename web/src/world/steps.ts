import type { TraceEvent } from '../../../emulator/world/trace-events.ts';

/** What a person who steps through a handshake wants to see by itself, in a word or two; undefined for all else. */
export function stepName(event: TraceEvent): string | undefined {
  switch (event.type) {
    case 'tls.message':
      return event.direction === 'sent' ? event.message : undefined;
    case 'tls.alert':
      return event.direction === 'sent' ? `alert ${event.description}` : undefined;
    case 'tls.data':
      return event.direction === 'sent' ? 'application data' : undefined;
    case 'tls.established':
      return `${event.actor} has established`;
    case 'tls.failed':
      return `${event.actor} has failed`;
    case 'tls.fault':
      return `fault ${event.fault}`;
    case 'x509.verdict':
      return `certificate ${event.outcome}`;
    case 'device.exception':
      return event.name;
    default:
      return undefined;
  }
}
