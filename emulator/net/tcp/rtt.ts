/** Retransmission time-out from measured round trips. */
import { type Nanoseconds, SECOND } from '../../world/time.ts';
import type { TcpTimerProfile } from './profile.ts';

export interface RttEstimator {
  /** The time-out without back-off. */
  readonly rto: Nanoseconds;
  sample(roundTrip: Nanoseconds): void;
  /** The handshake is over, and its SYN had to be repeated: the first time-out was too short. */
  synRepeated(): void;
}

export function createRttEstimator(profile: TcpTimerProfile): RttEstimator {
  return profile.slowTick === undefined
    ? new Rfc6298Estimator(profile)
    : new TickEstimator(profile.initialRto, profile.slowTick);
}

/** RFC 6298 section 5.7. */
const RTO_AFTER_REPEATED_SYN: Nanoseconds = 3 * SECOND;

/**
 * RFC 6298 section 2, with alpha 1/8, beta 1/4, K 4. The floor of 200 ms stands under the variation, as
 * Linux has it, not under the sum: a peer that delays its acknowledgement by as much (lwIP: up to 250 ms)
 * is then not answered with a needless repetition.
 */
export class Rfc6298Estimator implements RttEstimator {
  private readonly profile: Pick<TcpTimerProfile, 'initialRto' | 'minVariation' | 'maxRto'>;
  private smoothed: Nanoseconds | undefined;
  private variation: Nanoseconds = 0;
  private unmeasured: Nanoseconds;

  constructor(profile: Pick<TcpTimerProfile, 'initialRto' | 'minVariation' | 'maxRto'>) {
    this.profile = profile;
    this.unmeasured = profile.initialRto;
  }

  get rto(): Nanoseconds {
    const { minVariation, maxRto } = this.profile;
    if (this.smoothed === undefined) return this.unmeasured;
    return Math.min(maxRto, this.smoothed + Math.max(minVariation, 4 * this.variation));
  }

  sample(roundTrip: Nanoseconds): void {
    if (this.smoothed === undefined) {
      this.smoothed = roundTrip;
      this.variation = roundTrip / 2;
      return;
    }
    const error = Math.abs(this.smoothed - roundTrip);
    this.variation = Math.round(0.75 * this.variation + 0.25 * error);
    this.smoothed = Math.round(0.875 * this.smoothed + 0.125 * roundTrip);
  }

  synRepeated(): void {
    this.unmeasured = RTO_AFTER_REPEATED_SYN;
  }
}

/**
 * Van Jacobson's estimator in whole ticks and shifts, as lwIP keeps it (`sa` scaled by 8, `sv` by 4). With
 * round trips far below a tick the variation never decays from its start: the time-out stays at 1.5 s.
 */
export class TickEstimator implements RttEstimator {
  private readonly tick: Nanoseconds;
  private average = 0;
  private variation: number;

  constructor(initialRto: Nanoseconds, tick: Nanoseconds) {
    this.tick = tick;
    this.variation = Math.floor(initialRto / tick);
  }

  get rto(): Nanoseconds {
    return Math.max(1, (this.average >> 3) + this.variation) * this.tick;
  }

  sample(roundTrip: Nanoseconds): void {
    const error = Math.floor(roundTrip / this.tick) - (this.average >> 3);
    this.average += error;
    this.variation += Math.abs(error) - (this.variation >> 2);
  }

  /** lwIP draws nothing from it. */
  synRepeated(): void {}
}
