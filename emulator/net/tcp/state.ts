import type { ConnectionId } from '../../world/trace-events.ts';
import type { Endpoint } from '../api.ts';

/** RFC 9293 3.3.2. LISTEN is a `Listener`'s, not a connection's. */
export type TcpState =
  | 'CLOSED'
  | 'SYN-SENT'
  | 'SYN-RECEIVED'
  | 'ESTABLISHED'
  | 'FIN-WAIT-1'
  | 'FIN-WAIT-2'
  | 'CLOSE-WAIT'
  | 'CLOSING'
  | 'LAST-ACK'
  | 'TIME-WAIT';

const RECEIVING: readonly TcpState[] = ['SYN-RECEIVED', 'ESTABLISHED', 'FIN-WAIT-1', 'FIN-WAIT-2'];

/** The peer has not sent its FIN, as far as was seen. */
export function canReceive(state: TcpState): boolean {
  return RECEIVING.includes(state);
}

/** The peer knows of the connection (RFC 9293 3.5.2), so RST has somebody to reach. */
export function isSynchronized(state: TcpState): boolean {
  return state !== 'CLOSED' && state !== 'SYN-SENT';
}

/** Where our FIN leads; undefined when none may be sent, or one was. */
export function stateAfterFin(state: TcpState): TcpState | undefined {
  switch (state) {
    case 'SYN-RECEIVED':
    case 'ESTABLISHED':
      return 'FIN-WAIT-1';
    case 'CLOSE-WAIT':
      return 'LAST-ACK';
    default:
      return undefined;
  }
}

/** Where it takes us that our FIN has been acknowledged (RFC 9293 3.10.7.4, fifth step). */
export function stateAfterFinAcked(state: TcpState): 'FIN-WAIT-2' | 'TIME-WAIT' | 'CLOSED' | undefined {
  switch (state) {
    case 'FIN-WAIT-1':
      return 'FIN-WAIT-2';
    case 'CLOSING':
      return 'TIME-WAIT';
    case 'LAST-ACK':
      return 'CLOSED';
    default:
      return undefined;
  }
}

/** Where the peer's FIN takes us (eighth step). In FIN-WAIT-1 it has not acknowledged ours, or that state were over. */
export function stateAfterPeersFin(state: TcpState): 'CLOSE-WAIT' | 'CLOSING' | 'TIME-WAIT' | undefined {
  switch (state) {
    case 'SYN-RECEIVED':
    case 'ESTABLISHED':
      return 'CLOSE-WAIT';
    case 'FIN-WAIT-1':
      return 'CLOSING';
    case 'FIN-WAIT-2':
      return 'TIME-WAIT';
    default:
      return undefined;
  }
}

/** A connection's name, the same at both ends. */
export function nameOf(client: Endpoint, server: Endpoint): ConnectionId {
  return `${client.address}:${client.port}>${server.address}:${server.port}`;
}
