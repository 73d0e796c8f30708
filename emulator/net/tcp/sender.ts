import type { Timer } from '../../world/event-queue.ts';
import type { Nanoseconds } from '../../world/time.ts';
import { ByteQueue } from './byte-queue.ts';
import type { TcpClock } from './clock.ts';
import { Congestion } from './congestion.ts';
import type { TcpProfile } from './profile.ts';
import { createRttEstimator, type RttEstimator } from './rtt.ts';
import { TcpFlag } from './segment.ts';
import { SequenceSpace } from './sequence.ts';

/** What the sending half needs of its connection. */
export interface SenderHost {
  /** Sends a segment that begins at `position`; the connection adds acknowledgement and window. */
  emit(position: number, flags: number, payload: Uint8Array): void;
  onRetransmit(position: number, length: number, attempt: number): void;
  /** The peer has been silent through all retransmissions. */
  onGiveUp(): void;
}

/** An MTU below 552 bytes is not believed: a forged one would make segments of nothing (Linux's min_pmtu). */
const LEAST_MSS = 512;

const NOTHING = new Uint8Array(0);

/**
 * The sending half: SND.UNA, SND.NXT, SND.WND, the bytes not yet acknowledged, and the timers that repeat
 * them. Positions: 0 is the SYN, 1 the first byte, the FIN follows the last one.
 */
export class Sender {
  readonly space: SequenceSpace;
  /** SND.UNA */
  una = 0;
  /** SND.NXT; goes back to SND.UNA when a time-out starts over. */
  next = 0;
  /** The highest position that may be acknowledged: what was sent, and the byte of a window probe. */
  ackLimit = 0;
  /** SND.WND */
  window = 0;
  private readonly profile: TcpProfile;
  private readonly clock: TcpClock;
  private readonly host: SenderHost;
  /** Bytes from SND.UNA to `dataEnd`. */
  private readonly buffer = new ByteQueue();
  /** Position after the last byte queued: where the FIN goes. */
  private dataEnd = 1;
  private finQueued = false;
  /** One beyond the highest position sent, probes apart. */
  private sentEnd = 0;
  private synFlags: number = TcpFlag.SYN;
  /** Effective send MSS (RFC 9293 3.7.1). */
  private mss: number;
  private nagle: boolean;
  private maxWindow = 0;
  /** SND.WL1 and SND.WL2: the segment of the last window update. */
  private windowSegment = { start: 0, ack: 0 };
  private readonly rtt: RttEstimator;
  private readonly congestion: Congestion;
  private retries = 0;
  /** How often the time-out has doubled. */
  private backoff = 0;
  /** Window probes since the window closed, and those since the peer was last heard. */
  private probes = 0;
  private unanswered = 0;
  /** The segment whose round trip is being measured; none that was retransmitted (Karn). */
  private timed: { end: number; at: Nanoseconds } | undefined;
  private timer: { kind: 'retransmit' | 'persist'; timer: Timer } | undefined;

  constructor(initialSequence: number, profile: TcpProfile, clock: TcpClock, host: SenderHost) {
    this.space = new SequenceSpace(initialSequence);
    this.profile = profile;
    this.clock = clock;
    this.host = host;
    this.mss = profile.mss;
    this.nagle = profile.nagle;
    this.rtt = createRttEstimator(profile.timers);
    this.congestion = new Congestion(this.mss, profile.initialCwnd(this.mss));
  }

  /** Bytes that `queue` would take. */
  get room(): number {
    return this.finQueued ? 0 : this.profile.sendBuffer - this.buffer.length;
  }

  /** Our FIN, and so all before it, has been acknowledged. */
  get finAcked(): boolean {
    return this.finQueued && this.una > this.dataEnd;
  }

  /** Sent and not acknowledged. */
  get flight(): number {
    return this.next - this.una;
  }

  /**
   * Sequence number of a segment without text: beyond everything sent, even while SND.NXT has gone back. An
   * older one would be unacceptable to a peer that has it all, and two ends that repeat at the same time
   * would never read each other's acknowledgements.
   */
  get bareSequence(): number {
    return this.space.toWire(this.sentEnd);
  }

  /** Sends the SYN; with ACK when it answers the peer's. One sent before is no longer timed (Karn). */
  open(withAck: boolean): void {
    this.timed = undefined;
    this.synFlags = withAck ? TcpFlag.SYN | TcpFlag.ACK : TcpFlag.SYN;
    this.next = 0;
    this.transmit();
  }

  /** The peer took the SYN for one of an older connection, which is gone now: it need not wait for its timer. */
  repeatSyn(): void {
    if (this.retries >= this.retryLimit) return;
    this.stopTimer();
    this.goBack();
  }

  /** The MSS that the peer's SYN announced. */
  setPeerMss(mss: number): void {
    this.mss = Math.min(this.profile.mss, Math.max(1, mss));
    this.congestion.begin(this.mss, this.profile.initialCwnd(this.mss));
  }

  isInFlight(sequence: number): boolean {
    const position = this.space.toPosition(sequence, this.una);
    return position >= this.una && position < this.sentEnd;
  }

  /** From now on segments are at most so long; sends anew from SND.UNA. No sign of congestion (RFC 1191 6.4). */
  limitMss(mss: number): void {
    if (mss < LEAST_MSS || mss >= this.mss) return;
    this.mss = mss;
    this.timed = undefined;
    this.next = this.una;
    this.stopTimer();
    this.transmit();
  }

  setNoDelay(on: boolean): void {
    this.nagle = !on;
  }

  /** Takes as many bytes as there is room for and says how many. */
  queue(bytes: Uint8Array): number {
    const length = Math.min(bytes.length, this.room);
    this.buffer.push(bytes.subarray(0, length));
    this.dataEnd += length;
    return length;
  }

  queueFin(): void {
    this.finQueued = true;
  }

  /** An acceptable acknowledgement: SND.UNA < position =< `ackLimit`. */
  acknowledge(position: number): void {
    const acked = position - this.una;
    const ofSyn = this.una === 0;
    this.measure(position);
    if (ofSyn && this.retries > 0) this.rtt.synRepeated();
    this.una = position;
    this.next = Math.max(this.next, position);
    this.sentEnd = Math.max(this.sentEnd, position); // a probe's byte counts as sent once it was taken
    this.buffer.discard(this.buffer.length - Math.max(0, this.dataEnd - position));
    this.retries = 0;
    this.stopTimer();
    if (!ofSyn && this.congestion.acked(acked, position)) this.resendFirst();
  }

  /** A bare acknowledgement of SND.UNA; a duplicate if it says nothing else either (RFC 5681 section 2). */
  repeatedAck(window: number): void {
    const duplicate = this.flight > 0 && window === this.window;
    if (duplicate && this.congestion.duplicate(this.flight, this.sentEnd)) this.resendFirst();
  }

  /** Takes SND.WND from a segment that starts at `start`, unless an older one was overtaken (RFC 9293 3.10.7.4). */
  updateWindow(window: number, start: number, ack: number): void {
    const last = this.windowSegment;
    if (ack < this.una || start < last.start || (start === last.start && ack < last.ack)) return;
    this.windowSegment = { start, ack };
    this.setWindow(window);
  }

  setWindow(window: number): void {
    this.window = window;
    this.maxWindow = Math.max(this.maxWindow, window);
    if (window === 0) return;
    this.probes = 0;
    if (this.timer?.kind === 'persist') this.stopTimer();
  }

  /** The peer lives: its zero window may last as long as it answers probes (RFC 9293 3.8.6.1). */
  heard(): void {
    this.unanswered = 0;
  }

  /** Sends what windows and Nagle allow, and sets the timer that fits. */
  transmit(): void {
    if (this.una === 0) {
      if (this.next === 0) this.send(this.synFlags, NOTHING, 1);
    } else {
      while (this.sendNext());
    }
    this.setTimer();
  }

  stopTimer(): void {
    this.timer?.timer.cancel();
    this.timer = undefined;
  }

  /**
   * No segment is longer than half the largest window the peer ever offered, so that a small window still
   * holds two (RFC 9293 3.8.6.2.1, lwIP's tcp_write).
   */
  private get segmentLimit(): number {
    return Math.max(1, Math.min(this.mss, Math.floor(this.maxWindow / 2)));
  }

  private get finPending(): boolean {
    return this.finQueued && this.next <= this.dataEnd;
  }

  private get finFits(): boolean {
    return !this.profile.finNeedsWindow || this.window > this.flight;
  }

  private sendNext(): boolean {
    const available = this.dataEnd - this.next;
    if (available <= 0) return available === 0 && this.finPending && this.finFits && this.sendPiece(0);
    const limit = this.segmentLimit;
    const length = Math.min(available, limit, Math.min(this.window, this.congestion.window) - this.flight);
    if (length <= 0) return false;
    if (length < limit && length < available) return false; // wait for a window that is worth it
    const small = length < limit && !this.finPending;
    if (small && this.nagle && this.flight > 0) return false;
    return this.sendPiece(length);
  }

  /** Sends `length` bytes at SND.NXT, with PSH when the buffer is empty then, and with FIN if it follows. */
  private sendPiece(length: number): true {
    const last = this.next + length === this.dataEnd;
    const fin = last && this.finQueued;
    const flags = TcpFlag.ACK | (last && length > 0 ? TcpFlag.PSH : 0) | (fin ? TcpFlag.FIN : 0);
    this.send(flags, this.bytesAt(this.next, length), length + Number(fin));
    return true;
  }

  private send(flags: number, payload: Uint8Array, length: number): void {
    const position = this.next;
    const again = position < this.sentEnd;
    if (again) this.host.onRetransmit(position, length, this.retries);
    else if (this.timed === undefined) this.timed = { end: position + length, at: this.clock.now };
    this.next += length;
    this.sentEnd = Math.max(this.sentEnd, this.next);
    this.ackLimit = Math.max(this.ackLimit, this.next);
    this.host.emit(position, flags, payload);
  }

  /** Fast retransmit: the first unacknowledged segment alone, SND.NXT stays. */
  private resendFirst(): void {
    const { next } = this;
    this.timed = undefined;
    this.next = this.una;
    const length = Math.min(this.segmentLimit, this.dataEnd - this.una);
    if (length >= 0) this.sendPiece(length);
    this.next = Math.max(next, this.next);
  }

  private bytesAt(position: number, length: number): Uint8Array {
    return this.buffer.peek(position - (this.dataEnd - this.buffer.length), length);
  }

  private setTimer(): void {
    const { persist } = this.profile.timers;
    if (this.flight > 0) {
      if (this.timer?.kind === 'persist') this.stopTimer();
      this.timer ??= this.start('retransmit', this.timeout(), () => this.timedOut());
    } else if (this.una > 0 && (this.next < this.dataEnd || this.finPending)) {
      const delay = persist?.[Math.min(this.probes, persist.length - 1)] ?? this.backedOff(this.probes);
      this.timer ??= this.start('persist', delay, () => this.probe());
    } else {
      this.stopTimer();
    }
  }

  /** Takes the round trip of the segment that is being timed. */
  private measure(position: number): void {
    const { timed } = this;
    const measured = timed !== undefined && position >= timed.end;
    if (measured) {
      this.rtt.sample(this.clock.elapsed(timed.at));
      this.timed = undefined;
    }
    if (measured || this.una === 0 || !this.profile.timers.keepsBackoff) this.backoff = 0;
  }

  private start(kind: 'retransmit' | 'persist', delay: Nanoseconds, action: () => void) {
    const timer = this.clock.after(delay, () => {
      this.timer = undefined;
      action();
    });
    return { kind, timer };
  }

  private timeout(): Nanoseconds {
    const { lastWait } = this.profile.timers;
    if (lastWait !== undefined && this.retries >= this.retryLimit) return lastWait;
    return this.una === 0 && !this.profile.synBackoff ? this.rtt.rto : this.backedOff(this.backoff);
  }

  private backedOff(times: number): Nanoseconds {
    const { maxBackoff, maxRto } = this.profile.timers;
    return Math.min(maxRto, this.rtt.rto * 2 ** Math.min(times, maxBackoff));
  }

  private get retryLimit(): number {
    return this.una === 0 ? this.profile.synRetries : this.profile.dataRetries;
  }

  /** RFC 6298 section 5.4 to 5.6, going back to SND.UNA. */
  private timedOut(): void {
    if (this.retries >= this.retryLimit) this.host.onGiveUp();
    else this.goBack();
  }

  /** Sends anew from SND.UNA. */
  private goBack(): void {
    this.retries++;
    this.backoff++;
    if (this.una > 0) this.congestion.timeout(this.flight, this.retries > 1);
    this.timed = undefined;
    this.next = this.una;
    this.transmit();
  }

  /** Window probe (RFC 9293 3.8.6.1): a byte or the FIN beyond a closed window, or what a small one takes. */
  private probe(): void {
    if (this.unanswered >= this.profile.dataRetries) {
      this.host.onGiveUp();
      return;
    }
    this.probes++;
    this.unanswered++;
    if (this.window > 0) {
      this.sendPiece(Math.min(this.window, this.segmentLimit, this.dataEnd - this.next));
    } else {
      // Not in flight: should the peer take it after all, its acknowledgement says so.
      this.ackLimit = Math.max(this.ackLimit, this.next + 1);
      const fin = this.next === this.dataEnd ? TcpFlag.FIN : 0;
      this.host.emit(this.next, TcpFlag.ACK | fin, this.bytesAt(this.next, 1));
    }
    this.setTimer();
  }
}
