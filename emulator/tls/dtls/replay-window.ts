/** Which sequence numbers of an epoch have been received: RFC 6347 section 4.1.2.6. */

const SIZE = 64;
const MASK = (1n << BigInt(SIZE)) - 1n;

export class ReplayWindow {
  /** The highest number received. */
  private top = -1;
  /** Bit n: number `top - n` has been received. */
  private seen = 0n;

  /** Whether the number is new, and not so old that nobody knows. */
  accepts(sequence: number): boolean {
    const age = this.top - sequence;
    if (age < 0) return true;
    return age < SIZE && (this.seen & (1n << BigInt(age))) === 0n;
  }

  /** Only for records that were authentic: a forged number must not move the window. */
  mark(sequence: number): void {
    const shift = sequence - this.top;
    if (shift > 0) {
      this.seen = shift >= SIZE ? 1n : ((this.seen << BigInt(shift)) & MASK) | 1n;
      this.top = sequence;
    } else {
      this.seen |= 1n << BigInt(-shift);
    }
  }
}
