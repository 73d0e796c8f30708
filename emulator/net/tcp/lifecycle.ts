import type { Timer } from '../../world/event-queue.ts';
import type { Nanoseconds } from '../../world/time.ts';
import type { ConnectionId } from '../../world/trace-events.ts';
import type { Endpoint } from '../api.ts';
import type { ConnectionHost } from './connection-host.ts';
import { nameOf, type TcpState } from './state.ts';

/** A connection's state, the timer that ends it, and what the trace tells of the connection. */
export class Lifecycle {
  /** Who sent the first SYN is named first. */
  passive = false;
  private readonly host: ConnectionHost;
  private readonly local: Endpoint;
  private readonly remote: Endpoint;
  private current: TcpState = 'CLOSED';
  /** SYN-RECEIVED, FIN-WAIT-2, TIME-WAIT and on lwIP LAST-ACK end by time. */
  private timer: Timer | undefined;

  constructor(host: ConnectionHost, local: Endpoint, remote: Endpoint) {
    this.host = host;
    this.local = local;
    this.remote = remote;
  }

  get state(): TcpState {
    return this.current;
  }

  get connection(): ConnectionId {
    return this.passive ? nameOf(this.remote, this.local) : nameOf(this.local, this.remote);
  }

  enter(state: TcpState): void {
    if (this.current === state) return;
    this.current = state;
    const { world, actor } = this.host;
    world.trace.append(actor, { type: 'tcp.state', connection: this.connection, state });
  }

  endAfter(delay: Nanoseconds, action: () => void): void {
    this.timer?.cancel();
    this.timer = this.host.clock.after(delay, action);
  }

  stopTimer(): void {
    this.timer?.cancel();
  }

  traceReset(direction: 'sent' | 'received'): void {
    const { world, actor } = this.host;
    world.trace.append(actor, { type: 'tcp.reset', connection: this.connection, direction });
  }

  traceRetransmit(sequence: number, length: number, attempt: number): void {
    const { world, actor } = this.host;
    const { connection } = this;
    world.trace.append(actor, { type: 'tcp.retransmit', connection, sequence, length, attempt });
  }
}
