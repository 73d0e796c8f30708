/**
 * One direction's sequence space (RFC 9293 3.4) without its wrap-around: inside a connection a position is a
 * plain count, 0 for the SYN, 1 for the first byte; the 32-bit number exists only on the wire.
 */
export class SequenceSpace {
  private readonly initial: number;

  /** `initial`: the initial sequence number, ISS or IRS. */
  constructor(initial: number) {
    this.initial = initial;
  }

  toWire(position: number): number {
    return (this.initial + position) >>> 0;
  }

  /** The position meant by a number on the wire: the one nearest to `near`. */
  toPosition(wire: number, near: number): number {
    return near + ((wire - this.toWire(near)) | 0);
  }
}
