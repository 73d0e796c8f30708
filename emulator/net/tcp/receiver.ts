import { ByteQueue } from './byte-queue.ts';
import { SequenceSpace } from './sequence.ts';

interface Piece {
  readonly start: number;
  readonly bytes: Uint8Array;
  readonly fin: boolean;
}

/** What accepting a segment did: decides how soon it is acknowledged. */
export type Acceptance = 'in-order' | 'filled-gap' | 'out-of-order' | 'nothing-new';

/** The receiving half: RCV.NXT, RCV.WND, bytes waiting for the program, segments that came early. */
export class Receiver {
  readonly space: SequenceSpace;
  /** RCV.NXT; the peer's SYN has been counted. */
  next = 1;
  /** The peer's FIN has been reached: everything it sent is here. */
  finished = false;
  private readonly capacity: number;
  private readonly mss: number;
  private readonly unread = new ByteQueue();
  /** Lengths of the unread pieces, one for each time that data came in order. */
  private readonly messages: number[] = [];
  private readonly mailbox: number;
  /** Bytes left of the message that is being read. */
  private opened = 0;
  private early: Piece[] = [];
  /** Right edge of the window as last announced; it never moves left (RFC 9293 3.8.6). */
  private announced: number;

  /** `mailbox`: how many messages may wait unread. */
  constructor(initialSequence: number, capacity: number, mss: number, mailbox = Number.POSITIVE_INFINITY) {
    this.space = new SequenceSpace(initialSequence);
    this.capacity = capacity;
    this.mss = mss;
    this.mailbox = mailbox;
    this.announced = 1 + capacity;
  }

  get readable(): number {
    return this.unread.length;
  }

  /** RCV.WND as the peer knows it. */
  get window(): number {
    return Math.max(0, this.announced - this.next);
  }

  /** Call before announcing: moves the right edge on, unless by too little (silly windows, RFC 9293 3.8.6.2.2). */
  updateWindow(): number {
    if (this.gain >= Math.min(this.capacity / 2, this.mss)) this.announced = this.rightEdge;
    return this.window;
  }

  /** Reading has freed enough that the peer shall be told at once (lwIP's TCP_WND_UPDATE_THRESHOLD). */
  get updateDue(): boolean {
    return this.gain >= this.updateThreshold;
  }

  /** How much can be read until `updateDue`. */
  get readableInSilence(): number {
    return Math.min(this.readable, Math.max(0, Math.ceil(this.updateThreshold - this.gain) - 1));
  }

  private get updateThreshold(): number {
    return Math.min(this.capacity / 4, 4 * this.mss);
  }

  /** RFC 9293 3.10.7.4, first step: does any of the segment lie in the window? */
  isAcceptable(start: number, length: number): boolean {
    const { next, window } = this;
    if (length === 0) return window === 0 ? start === next : start >= next && start < next + window;
    return window > 0 && start < next + window && start + length > next;
  }

  /**
   * lwIP hands each piece of data to the socket's mailbox. One more than that holds may wait before it; then
   * segments with data are dropped unseen, their acknowledgements too, and the peer repeats them (tcp_input,
   * `refused_data`). A probe of a closed window is answered.
   */
  get refuses(): boolean {
    return this.messages.length > this.mailbox && this.window > 0;
  }

  accept(start: number, payload: Uint8Array, fin: boolean): Acceptance {
    const piece = this.trim(start, payload, fin);
    if (this.finished || (piece.bytes.length === 0 && !piece.fin)) return 'nothing-new';
    if (piece.start > this.next) {
      this.keepEarly(piece);
      return 'out-of-order';
    }
    const hadEarly = this.early.length > 0;
    const before = this.unread.length;
    this.take(piece);
    this.takeEarly();
    if (this.unread.length > before) this.messages.push(this.unread.length - before);
    return hadEarly ? 'filled-gap' : 'in-order';
  }

  read(limit: number): Uint8Array {
    const bytes = this.unread.take(limit);
    // A message that is read in part has left the mailbox: the socket keeps the rest itself.
    for (let left = bytes.length; left > 0; ) {
      if (this.opened === 0) this.opened = this.messages.shift()!;
      const taken = Math.min(left, this.opened);
      this.opened -= taken;
      left -= taken;
    }
    return bytes;
  }

  peek(limit: number): Uint8Array {
    return this.unread.peek(0, limit);
  }

  private get rightEdge(): number {
    return this.next + this.capacity - this.unread.length;
  }

  private get gain(): number {
    return this.rightEdge - this.announced;
  }

  /** Cuts off what was received before and what lies beyond the window. */
  private trim(start: number, payload: Uint8Array, fin: boolean): Piece {
    const skip = Math.max(0, this.next - start);
    const room = Math.max(0, this.announced - start);
    const bytes = payload.subarray(Math.min(skip, payload.length), Math.max(skip, room));
    const finPosition = start + payload.length;
    return { start: start + skip, bytes, fin: fin && finPosition >= this.next && payload.length <= room };
  }

  private take(piece: Piece): void {
    const known = this.next - piece.start;
    if (known > piece.bytes.length) return;
    const bytes = piece.bytes.subarray(known);
    this.unread.push(bytes);
    this.next += bytes.length;
    if (!piece.fin) return;
    this.next++;
    this.finished = true;
    this.early = [];
  }

  private takeEarly(): void {
    while (this.early.length > 0 && this.early[0]!.start <= this.next) this.take(this.early.shift()!);
  }

  private keepEarly(piece: Piece): void {
    const kept = { ...piece, bytes: piece.bytes.slice() };
    const index = this.early.findIndex((other) => other.start > kept.start);
    this.early.splice(index < 0 ? this.early.length : index, 0, kept);
  }
}
