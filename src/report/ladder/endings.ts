/** By what an end of a connection shows that it reads no more. */
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { tcpStateName } from './parties.ts';

const CLOSING_STATES: ReadonlySet<string> = new Set(['FIN-WAIT-1', 'LAST-ACK', 'CLOSED']);

/** Its own close, or a reset from either side. */
export function closesTcp(event: TraceEvent): boolean {
  if (event.type === 'tcp.reset') return true;
  return event.type === 'tcp.state' && CLOSING_STATES.has(tcpStateName(event.state));
}

/** Its TLS has failed (RFC 8446 section 6.2: after a fatal alert, both sides close at once). */
export function givesUp(event: TraceEvent): boolean {
  return event.type === 'tls.failed' || (event.type === 'tls.alert' && event.level === 'fatal');
}

/** It has taken leave, or heard the other end do so (RFC 8446 section 6.1). */
export function takesLeave(event: TraceEvent): boolean {
  return event.type === 'tls.alert' && event.description === 'close_notify';
}
