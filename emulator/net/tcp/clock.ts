import type { Timer } from '../../world/event-queue.ts';
import type { Nanoseconds } from '../../world/time.ts';
import type { World } from '../../world/world.ts';
import type { TcpTimerProfile } from './profile.ts';

/**
 * Time as a TCP sees it. With ticks, a time-out of n ticks fires at the n-th tick from now, so it is up to
 * one tick short, as lwIP's counters make it. Without ticks it is exact.
 */
export class TcpClock {
  private readonly world: World;
  private readonly profile: TcpTimerProfile;
  private origin: Nanoseconds = 0;

  constructor(world: World, profile: TcpTimerProfile) {
    this.world = world;
    this.profile = profile;
  }

  get now(): Nanoseconds {
    return this.world.now;
  }

  get invalidInterval(): Nanoseconds | undefined {
    return this.profile.invalidInterval;
  }

  /** Ticks count from now on: lwIP starts its timer when the first connection needs it (tcp_timer_needed). */
  restart(): void {
    this.origin = this.world.now;
  }

  /** Runs `action` after a time-out counted in slow ticks. */
  after(delay: Nanoseconds, action: () => void): Timer {
    return this.world.after(this.onTick(delay, this.profile.slowTick), action);
  }

  /** Runs `action` when a delayed acknowledgement is due. */
  afterAckDelay(action: () => void): Timer {
    return this.world.after(this.onTick(this.profile.delayedAck, this.profile.fastTick), action);
  }

  /** Time between two instants, in whole slow ticks where there are ticks. */
  elapsed(since: Nanoseconds): Nanoseconds {
    const { slowTick } = this.profile;
    if (slowTick === undefined) return this.now - since;
    return (this.ticks(this.now, slowTick) - this.ticks(since, slowTick)) * slowTick;
  }

  private onTick(delay: Nanoseconds, tick: Nanoseconds | undefined): Nanoseconds {
    if (tick === undefined) return delay;
    const due = (this.ticks(this.now, tick) + Math.ceil(delay / tick)) * tick;
    return this.origin + due - this.now;
  }

  private ticks(time: Nanoseconds, tick: Nanoseconds): number {
    return Math.floor((time - this.origin) / tick);
  }
}
