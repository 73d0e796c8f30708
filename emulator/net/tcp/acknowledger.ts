import type { Timer } from '../../world/event-queue.ts';
import type { TcpClock } from './clock.ts';
import type { Acceptance } from './receiver.ts';

/**
 * When to acknowledge (RFC 9293 3.8.6.3, RFC 5681 4.2): every second segment at once, a single one after a
 * delay unless data carries the acknowledgement before, anything out of the ordinary at once.
 */
export class Acknowledger {
  private owed: 'none' | 'delayed' | 'now' = 'none';
  private timer: Timer | undefined;
  private lastInvalid = Number.NEGATIVE_INFINITY;
  private readonly clock: TcpClock;
  private readonly sendAck: () => void;

  constructor(clock: TcpClock, sendAck: () => void) {
    this.clock = clock;
    this.sendAck = sendAck;
  }

  /** The segment must be answered whatever it brought. */
  oweNow(): void {
    this.owed = 'now';
  }

  /**
   * The segment is none that the connection can use. Two ends that each find the other's bare acknowledgements
   * so would never stop; a host answers them only so often (Linux: tcp_invalid_ratelimit), lwIP always.
   */
  answerInvalid(bare: boolean): void {
    const { now, invalidInterval = 0 } = this.clock;
    if (bare && now - this.lastInvalid < invalidInterval) return;
    if (bare) this.lastInvalid = now;
    this.oweNow();
  }

  /** Text has arrived. */
  accepted(acceptance: Acceptance): void {
    this.owed = acceptance === 'in-order' && this.owed === 'none' ? 'delayed' : 'now';
  }

  /** A segment with ACK has gone out. */
  acknowledged(): void {
    this.owed = 'none';
    this.cancel();
  }

  /** All that the segment caused has been sent: acknowledge by itself what is still owed. */
  flush(): void {
    if (this.owed === 'now') this.sendAck();
    else if (this.owed === 'delayed') this.timer ??= this.clock.afterAckDelay(() => this.sendAck());
  }

  cancel(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }
}
