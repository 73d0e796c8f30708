import type { ConnectionId } from '../../world/trace-events.ts';
import { type Endpoint, Errno, type TcpSocket } from '../api.ts';
import { Acknowledger } from './acknowledger.ts';
import type { ConnectionHost, ConnectionOptions } from './connection-host.ts';
import { Lifecycle } from './lifecycle.ts';
import { Notices } from './notices.ts';
import { completeSegment } from './outgoing.ts';
import { Receiver } from './receiver.ts';
import { DEFAULT_PEER_MSS, hasFlag, segmentLength, TcpFlag, type TcpSegment } from './segment.ts';
import { Sender } from './sender.ts';
import {
  canReceive,
  isSynchronized,
  stateAfterFin,
  stateAfterFinAcked,
  stateAfterPeersFin,
  type TcpState,
} from './state.ts';
import { synInTimeWait } from './time-wait.ts';

const NOTHING = new Uint8Array(0);

/** One TCP connection: the machine of RFC 9293 3.10 (its sections below), a `Sender` and a `Receiver`. */
export class TcpConnection extends Notices implements TcpSocket {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  failure: number | undefined;
  /** SO_REUSEADDR of the listener that it came by. */
  reuse = false;
  private readonly host: ConnectionHost;
  private readonly sender: Sender;
  private receiver: Receiver | undefined;
  private readonly life: Lifecycle;
  private readonly acknowledger: Acknowledger;
  private processing = false;

  constructor(options: ConnectionOptions) {
    super();
    this.local = options.local;
    this.remote = options.remote;
    this.host = options.host;
    this.life = new Lifecycle(this.host, this.local, this.remote);
    this.sender = new Sender(
      this.host.initialSequence(this.local, this.remote),
      this.host.profile,
      this.host.clock,
      {
        emit: (position, flags, payload) => this.emit(this.sender.space.toWire(position), flags, payload),
        onRetransmit: (position, length, attempt) =>
          this.life.traceRetransmit(this.sender.space.toWire(position), length, attempt),
        onGiveUp: () => this.giveUp(),
      },
    );
    this.acknowledger = new Acknowledger(this.host.clock, () => {
      this.emit(this.sender.bareSequence, TcpFlag.ACK, NOTHING);
    });
  }

  get connection(): ConnectionId {
    return this.life.connection;
  }

  get state(): TcpState {
    return this.life.state;
  }

  get readable(): number {
    return this.receiver?.readable ?? 0;
  }

  get readableInSilence(): number {
    return this.receiver?.readableInSilence ?? 0;
  }

  get writable(): number {
    return this.canSend ? this.sender.room : 0;
  }

  get ended(): boolean {
    return this.receiver?.finished === true && this.readable === 0;
  }

  // ---- what the program calls

  /** Active open (3.10.1). */
  open(): void {
    this.life.enter('SYN-SENT');
    this.sender.open(false);
  }

  /** Passive open: answers a SYN that a listener took (3.10.7.2). */
  openPassive(syn: TcpSegment): void {
    this.life.passive = true;
    this.synReceived(syn);
    this.sender.open(true);
  }

  send(bytes: Uint8Array): number {
    if (!this.canSend) return 0;
    const taken = this.sender.queue(bytes);
    this.sender.transmit();
    return taken;
  }

  read(limit: number): Uint8Array {
    const bytes = this.receiver?.read(limit) ?? NOTHING;
    if (bytes.length > 0 && this.receiver?.updateDue && canReceive(this.state)) {
      this.acknowledger.oweNow();
      if (!this.processing) this.acknowledger.flush();
    }
    return bytes;
  }

  peek(limit: number): Uint8Array {
    return this.receiver?.peek(limit) ?? NOTHING;
  }

  setNoDelay(on: boolean): void {
    this.sender.setNoDelay(on);
  }

  /** 3.10.4, half of it: FIN after what is queued; receiving goes on. */
  shutdown(): void {
    const next = stateAfterFin(this.state);
    if (next === undefined) return;
    this.life.enter(next);
    this.life.stopTimer(); // SYN-RECEIVED's
    this.sender.queueFin();
    this.sender.transmit();
  }

  /** 3.10.4; with unread data RST instead, since that data is lost and the peer should know (RFC 2525 2.17). */
  close(): void {
    if (this.orphaned) return;
    this.orphan();
    if (this.state === 'SYN-SENT') this.remove();
    else if (this.readable > 0 && isSynchronized(this.state)) this.abort();
    else if (this.state === 'FIN-WAIT-2') this.waitForFin();
    else this.shutdown();
    const { lastAck } = this.host.profile.timers;
    if (this.state === 'LAST-ACK' && lastAck !== undefined) this.life.endAfter(lastAck, () => this.remove());
  }

  /** 3.10.5. */
  abort(): void {
    this.orphan();
    if (isSynchronized(this.state) && this.state !== 'TIME-WAIT') this.reset();
    this.remove();
  }

  /** The interface's address has gone, or the connection is in the way of a newer one. */
  fail(errno: number): void {
    const report = this.onError;
    this.failure = errno;
    this.remove();
    report?.(errno);
  }

  /** The path takes no longer segments, as one that is still on its way has shown (RFC 5927 4.1). */
  limitMss(mss: number, sequence: number): void {
    if (this.sender.isInFlight(sequence)) this.sender.limitMss(mss);
  }

  /** Vanishes without a word, as when power fails. */
  drop(): void {
    this.orphan();
    this.remove();
  }

  // ---- what the network brings

  /** SEGMENT ARRIVES (3.10.7). */
  receive(segment: TcpSegment): void {
    this.processing = true;
    if (this.state === 'SYN-SENT') this.arrivesInSynSent(segment);
    else this.arrives(segment, this.receiver!);
    this.notify();
    this.processing = false;
    if (this.state === 'CLOSED') return;
    this.sender.transmit();
    this.acknowledger.flush();
  }

  /** See `synInTimeWait`; undefined in every other state. */
  fateOfSyn(segment: TcpSegment): 'reopens' | 'reset' | undefined {
    if (this.state !== 'TIME-WAIT') return undefined;
    return synInTimeWait(segment, this.receiver!, this.host.profile);
  }

  /** 3.10.7.3. */
  private arrivesInSynSent(segment: TcpSegment): void {
    const hasAck = hasFlag(segment, TcpFlag.ACK);
    const ack = this.sender.space.toPosition(segment.acknowledgment, this.sender.una);
    const acceptable = hasAck && ack === 1;
    if (hasAck && !acceptable) {
      if (!hasFlag(segment, TcpFlag.RST)) this.resetOlder(segment);
      return;
    }
    if (hasFlag(segment, TcpFlag.RST)) {
      if (acceptable) this.wasReset(this.host.profile.errno.refused);
      return;
    }
    if (!hasFlag(segment, TcpFlag.SYN)) return;
    this.synReceived(segment);
    if (acceptable) {
      this.sender.acknowledge(ack);
      this.establish();
      this.acknowledger.oweNow();
    } else {
      this.sender.open(true); // simultaneous open
    }
  }

  /** The peer is in a connection that this end knows nothing of (3.5.1). */
  private resetOlder(segment: TcpSegment): void {
    this.emit(segment.acknowledgment, TcpFlag.RST, NOTHING);
    if (this.host.profile.repeatsSynAtOnce) this.sender.repeatSyn();
  }

  /** 3.10.7.4. */
  private arrives(segment: TcpSegment, receiver: Receiver): void {
    if (receiver.refuses && segmentLength(segment) > 0) return;
    const start = receiver.space.toPosition(segment.sequence, receiver.next);
    if (!receiver.isAcceptable(start, segmentLength(segment))) {
      this.arrivesOutside(segment, receiver, start);
    } else if (hasFlag(segment, TcpFlag.RST)) {
      this.arrivesReset(start === receiver.next);
    } else if (hasFlag(segment, TcpFlag.SYN)) {
      this.acknowledger.oweNow(); // challenge ACK (RFC 5961)
    } else if (hasFlag(segment, TcpFlag.ACK) && this.processAck(segment, start)) {
      this.processText(segment, receiver, start);
    }
  }

  /** An old duplicate, a probe of a closed window, or a keep-alive: say where we are. */
  private arrivesOutside(segment: TcpSegment, receiver: Receiver, start: number): void {
    if (hasFlag(segment, TcpFlag.RST)) return;
    if (this.life.passive && this.state === 'SYN-RECEIVED' && hasFlag(segment, TcpFlag.SYN)) {
      this.sender.open(true); // the SYN again: our SYN, ACK was lost (lwIP's tcp_process, Linux)
      return;
    }
    this.acknowledger.answerInvalid(segmentLength(segment) === 0);
    if (hasFlag(segment, TcpFlag.FIN) && this.state === 'TIME-WAIT') this.startTimeWait();
    // With the window closed, acknowledgements are still read (3.10.7.4, first step).
    const atEdge = receiver.window === 0 && start === receiver.next;
    if (atEdge && hasFlag(segment, TcpFlag.ACK) && !hasFlag(segment, TcpFlag.SYN))
      this.processAck(segment, start);
  }

  /** RST in the window, but not where it must be, may be an attacker's (RFC 5961 3.2). */
  private arrivesReset(exact: boolean): void {
    const { refused } = this.host.profile.errno;
    if (this.state === 'TIME-WAIT') return; // or old segments could end it early (RFC 1337; lwIP as well)
    if (!exact) this.acknowledger.oweNow();
    else this.wasReset(this.state === 'SYN-RECEIVED' && !this.life.passive ? refused : Errno.ECONNRESET);
  }

  /** Fifth step: false when the segment must not be processed further. */
  private processAck(segment: TcpSegment, start: number): boolean {
    const { sender } = this;
    const ack = sender.space.toPosition(segment.acknowledgment, sender.una);
    if (this.state === 'SYN-RECEIVED') {
      if (ack <= sender.una || ack > sender.ackLimit) {
        this.emit(segment.acknowledgment, TcpFlag.RST, NOTHING);
        return false;
      }
      this.establish();
    }
    if (ack > sender.ackLimit) {
      this.acknowledger.answerInvalid(segmentLength(segment) === 0);
      return false;
    }
    sender.heard();
    if (ack > sender.una) {
      sender.acknowledge(ack);
      this.note('writable');
    } else if (ack === sender.una && segmentLength(segment) === 0) {
      sender.repeatedAck(segment.window);
    }
    sender.updateWindow(segment.window, start, ack);
    return this.advanceByAck();
  }

  /** Our FIN may have been acknowledged. False when the connection is over. */
  private advanceByAck(): boolean {
    const next = this.sender.finAcked ? stateAfterFinAcked(this.state) : undefined;
    if (next === 'CLOSED') this.remove();
    if (next === 'TIME-WAIT') this.enterTimeWait();
    if (next === 'FIN-WAIT-2') {
      this.life.enter(next);
      if (this.orphaned) this.waitForFin();
    }
    return next !== 'CLOSED';
  }

  /** Seventh and eighth steps: text and FIN. */
  private processText(segment: TcpSegment, receiver: Receiver, start: number): void {
    const fin = hasFlag(segment, TcpFlag.FIN);
    if (segment.payload.length === 0 && !fin) return;
    if (!canReceive(this.state)) return;
    if (this.orphaned && start + segment.payload.length > receiver.next) {
      this.abort();
      return;
    }
    const acceptance = receiver.accept(start, segment.payload, fin);
    this.acknowledger.accepted(acceptance);
    if (acceptance === 'in-order' || acceptance === 'filled-gap') this.note('readable');
    if (receiver.finished) this.finReceived();
  }

  private finReceived(): void {
    this.acknowledger.oweNow();
    const next = stateAfterPeersFin(this.state);
    if (next === 'TIME-WAIT') this.enterTimeWait();
    else if (next !== undefined) this.life.enter(next);
  }

  // ---- transitions

  private get canSend(): boolean {
    return !this.orphaned && (this.state === 'ESTABLISHED' || this.state === 'CLOSE-WAIT');
  }

  private synReceived(syn: TcpSegment): void {
    const { window, mss, timers, receiveMailbox } = this.host.profile;
    this.receiver = new Receiver(syn.sequence, window, mss, receiveMailbox);
    this.sender.setPeerMss(syn.mss ?? DEFAULT_PEER_MSS);
    this.sender.setWindow(syn.window);
    this.life.enter('SYN-RECEIVED');
    this.life.endAfter(timers.synReceived, () => this.giveUp());
  }

  private establish(): void {
    this.life.stopTimer();
    this.life.enter('ESTABLISHED');
    this.note('connected');
  }

  private waitForFin(): void {
    this.life.endAfter(this.host.profile.timers.finWait2, () => this.remove());
  }

  private enterTimeWait(): void {
    this.life.enter('TIME-WAIT');
    this.sender.stopTimer();
    this.startTimeWait();
  }

  private startTimeWait(): void {
    this.life.endAfter(2 * this.host.profile.timers.msl, () => this.remove());
  }

  /** Both FINs sent and ours not acknowledged: the program has all there was, and nothing to be told. */
  private wasReset(errno: number): void {
    this.life.traceReset('received');
    if (this.state === 'CLOSING' || this.state === 'LAST-ACK') this.remove();
    else this.fail(errno);
  }

  private giveUp(): void {
    const { errno } = this.host.profile;
    this.fail(this.state === 'SYN-SENT' ? errno.connectTimeout : errno.timeout);
  }

  private reset(): void {
    this.life.traceReset('sent');
    this.emit(this.sender.bareSequence, TcpFlag.RST | TcpFlag.ACK, NOTHING);
  }

  private remove(): void {
    if (this.state === 'CLOSED') return;
    this.sender.stopTimer();
    this.acknowledger.cancel();
    this.life.stopTimer();
    this.life.enter('CLOSED');
    this.host.removed(this.local, this.remote);
    this.onAbandoned?.();
  }

  /** Every segment but a first SYN acknowledges what was received, so none is owed after it. */
  private emit(sequence: number, flags: number, payload: Uint8Array): void {
    const { host, local, remote, receiver } = this;
    if ((flags & TcpFlag.ACK) !== 0 && receiver !== undefined) this.acknowledger.acknowledged();
    host.transmit(local, remote, completeSegment({ sequence, flags, payload }, this, receiver, host.profile));
  }
}
