/**
 * Congestion control: slow start, congestion avoidance, fast retransmit and recovery (RFC 5681), partial
 * acknowledgements (RFC 6582), byte counting with L = 2 (RFC 3465, as lwIP does).
 */
const DUPLICATE_THRESHOLD = 3;

export class Congestion {
  /** Congestion window, bytes. */
  window: number;
  private mss: number;
  private threshold = Number.POSITIVE_INFINITY;
  private duplicates = 0;
  private ackedInAvoidance = 0;
  /** In fast recovery: the position that must be acknowledged to leave it. */
  private recover: number | undefined;

  constructor(mss: number, initialWindow: number) {
    this.mss = mss;
    this.window = initialWindow;
  }

  /** The handshake is over and the MSS in use is known. */
  begin(mss: number, initialWindow: number): void {
    this.mss = mss;
    this.window = initialWindow;
  }

  /** New data was acknowledged up to `una`. True when the next hole shall be retransmitted at once. */
  acked(bytes: number, una: number): boolean {
    this.duplicates = 0;
    if (this.recover !== undefined) return this.ackedInRecovery(bytes, una);
    if (this.window < this.threshold) this.window += Math.min(bytes, 2 * this.mss);
    else this.avoid(bytes);
    return false;
  }

  /** A duplicate acknowledgement. True when the first unacknowledged segment shall be retransmitted at once. */
  duplicate(flight: number, sentEnd: number): boolean {
    this.duplicates++;
    if (this.recover !== undefined) {
      this.window += this.mss;
      return false;
    }
    if (this.duplicates !== DUPLICATE_THRESHOLD) return false;
    this.halve(flight);
    this.window = this.threshold + DUPLICATE_THRESHOLD * this.mss;
    this.recover = sentEnd;
    return true;
  }

  /** `again`: for what was repeated before, which says nothing new of the path (RFC 5681 3.1). */
  timeout(flight: number, again: boolean): void {
    if (!again) this.halve(flight);
    this.window = this.mss;
    this.duplicates = 0;
    this.ackedInAvoidance = 0;
    this.recover = undefined;
  }

  private ackedInRecovery(bytes: number, una: number): boolean {
    if (una >= this.recover!) {
      this.recover = undefined;
      this.window = this.threshold;
      return false;
    }
    this.window = Math.max(this.mss, this.window - bytes + this.mss);
    return true;
  }

  private avoid(bytes: number): void {
    this.ackedInAvoidance += bytes;
    if (this.ackedInAvoidance < this.window) return;
    this.ackedInAvoidance -= this.window;
    this.window += this.mss;
  }

  private halve(flight: number): void {
    this.threshold = Math.max(Math.floor(flight / 2), 2 * this.mss);
  }
}
