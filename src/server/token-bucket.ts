/** So much at once, and so much a second: whatever comes faster than that is told no. */
export class TokenBucket {
  private readonly capacity: number;
  private readonly perSecond: number;
  private readonly now: () => number;
  private level: number;
  private filledAt: number;

  /** `now` in milliseconds. */
  constructor(capacity: number, perSecond: number, now: () => number = () => performance.now()) {
    this.capacity = capacity;
    this.perSecond = perSecond;
    this.now = now;
    this.level = capacity;
    this.filledAt = now();
  }

  /** False when there is not enough; nothing is taken then. */
  take(amount = 1): boolean {
    const now = this.now();
    this.level = Math.min(this.capacity, this.level + ((now - this.filledAt) / 1000) * this.perSecond);
    this.filledAt = now;
    if (amount > this.level) return false;
    this.level -= amount;
    return true;
  }
}
