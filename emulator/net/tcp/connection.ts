import type { Timer } from '../../world/event-queue.ts';
import type { ConnectionId } from '../../world/trace-events.ts';
import { type Endpoint, Errno, type TcpSocket } from '../api.ts';
import { Acknowledger } from './acknowledger.ts';
import type { ConnectionHost } from './connection-host.ts';
import { Receiver } from './receiver.ts';
import { hasFlag, segmentLength, TcpFlag, type TcpSegment } from './segment.ts';
import { Sender } from './sender.ts';
import { canReceive, isSynchronized, stateAfterFin, type TcpState } from './state.ts';

/** Assumed when the peer's SYN has no MSS option (RFC 9293 3.7.1). */
const DEFAULT_MSS = 536;
const NOTHING = new Uint8Array(0);

export interface ConnectionOptions {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly host: ConnectionHost;
}

const NO_NOTICES = { connected: false, readable: false, writable: false };

/** One TCP connection: the machine of RFC 9293 3.10 (its sections below), a `Sender` and a `Receiver`. */
export class TcpConnection implements TcpSocket {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  failure: number | undefined;
  /** SO_REUSEADDR of the listener that it came by. */
  reuse = false;
  onConnect: (() => void) | undefined;
  onReadable: (() => void) | undefined;
  onWritable: (() => void) | undefined;
  onError: ((errno: number) => void) | undefined;
  /** Set by the listener while the connection is its own: the handshake is over, or the connection is gone. */
  onEstablished: (() => void) | undefined;
  onAbandoned: (() => void) | undefined;
  private readonly host: ConnectionHost;
  private readonly sender: Sender;
  private receiver: Receiver | undefined;
  private current: TcpState = 'CLOSED';
  private passive = false;
  /** The program has closed it: nothing is reported any more, and new data is refused by RST. */
  private orphaned = false;
  private readonly acknowledger: Acknowledger;
  /** SYN-RECEIVED, FIN-WAIT-2 and TIME-WAIT end by time. */
  private stateTimer: Timer | undefined;
  private processing = false;
  /** Call-backs wait until the segment that caused them has been processed. */
  private readonly notices = { ...NO_NOTICES };

  constructor(options: ConnectionOptions) {
    this.local = options.local;
    this.remote = options.remote;
    this.host = options.host;
    this.sender = new Sender(
      this.host.initialSequence(this.local, this.remote),
      this.host.profile,
      this.host.clock,
      {
        emit: (position, flags, payload) => this.emit(this.sender.space.toWire(position), flags, payload),
        onRetransmit: (position, length, attempt) => this.traceRetransmit(position, length, attempt),
        onGiveUp: () => this.giveUp(),
      },
    );
    this.acknowledger = new Acknowledger(this.host.clock, () => {
      this.emit(this.sender.bareSequence, TcpFlag.ACK, NOTHING);
    });
  }

  get connection(): ConnectionId {
    const [client, server] = this.passive ? [this.remote, this.local] : [this.local, this.remote];
    return `${client.address}:${client.port}>${server.address}:${server.port}`;
  }

  get state(): TcpState {
    return this.current;
  }

  get readable(): number {
    return this.receiver?.readable ?? 0;
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
    this.enter('SYN-SENT');
    this.sender.open(false);
  }

  /** Passive open: answers a SYN that a listener took (3.10.7.2). */
  openPassive(syn: TcpSegment): void {
    this.passive = true;
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
    if (bytes.length > 0 && this.receiver?.updateDue && canReceive(this.current)) {
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
    const next = stateAfterFin(this.current);
    if (next === undefined) return;
    this.enter(next);
    this.sender.queueFin();
    this.sender.transmit();
  }

  /** 3.10.4; with unread data RST instead, since that data is lost and the peer should know (RFC 2525 2.17). */
  close(): void {
    if (this.orphaned) return;
    this.orphan();
    if (this.current === 'SYN-SENT') this.remove();
    else if (this.readable > 0 && isSynchronized(this.current)) this.abort();
    else if (this.current === 'FIN-WAIT-2') this.waitForFin();
    else this.shutdown();
  }

  /** 3.10.5. */
  abort(): void {
    this.orphan();
    if (isSynchronized(this.current) && this.current !== 'TIME-WAIT') this.reset();
    this.remove();
  }

  /** The interface's address has gone, or the connection is in the way of a newer one. */
  fail(errno: number): void {
    const report = this.onError;
    this.failure = errno;
    this.remove();
    report?.(errno);
  }

  /** The path takes no longer segments; what was too long goes again at once (RFC 1191 6.4). */
  limitMss(mss: number): void {
    if (this.current !== 'CLOSED') this.sender.limitMss(mss);
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
    if (this.current === 'SYN-SENT') this.arrivesInSynSent(segment);
    else this.arrives(segment, this.receiver!);
    this.notify();
    this.processing = false;
    if (this.current === 'CLOSED') return;
    this.sender.transmit();
    this.acknowledger.flush();
  }

  /** Whether a SYN may begin a new incarnation of this connection (3.10.7.4, RFC 1122 4.2.2.13). */
  isReopenedBy(segment: TcpSegment): boolean {
    if (this.current !== 'TIME-WAIT' || !this.host.profile.reopensTimeWait) return false;
    const { receiver } = this;
    const isSyn = (segment.flags & (TcpFlag.SYN | TcpFlag.ACK | TcpFlag.RST)) === TcpFlag.SYN;
    return isSyn && receiver!.space.toPosition(segment.sequence, receiver!.next) > receiver!.next;
  }

  /** 3.10.7.3. */
  private arrivesInSynSent(segment: TcpSegment): void {
    const hasAck = hasFlag(segment, TcpFlag.ACK);
    const ack = this.sender.space.toPosition(segment.acknowledgment, this.sender.una);
    const acceptable = hasAck && ack === 1;
    if (hasAck && !acceptable) {
      if (!hasFlag(segment, TcpFlag.RST)) this.emit(segment.acknowledgment, TcpFlag.RST, NOTHING);
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

  /** 3.10.7.4. */
  private arrives(segment: TcpSegment, receiver: Receiver): void {
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
    if (this.passive && this.current === 'SYN-RECEIVED' && hasFlag(segment, TcpFlag.SYN)) {
      this.sender.open(true); // the SYN again: our SYN, ACK was lost (lwIP's tcp_process, Linux)
      return;
    }
    this.acknowledger.oweNow();
    if (hasFlag(segment, TcpFlag.FIN) && this.current === 'TIME-WAIT') this.startTimeWait();
    // With the window closed, acknowledgements are still read (3.10.7.4, first step).
    const atEdge = receiver.window === 0 && start === receiver.next;
    if (atEdge && hasFlag(segment, TcpFlag.ACK) && !hasFlag(segment, TcpFlag.SYN))
      this.processAck(segment, start);
  }

  /** RST in the window, but not where it must be, may be an attacker's (RFC 5961 3.2). */
  private arrivesReset(exact: boolean): void {
    const { refused } = this.host.profile.errno;
    if (this.current === 'TIME-WAIT') return; // or old segments could end it early (RFC 1337; lwIP as well)
    if (!exact) this.acknowledger.oweNow();
    else this.wasReset(this.current === 'SYN-RECEIVED' && !this.passive ? refused : Errno.ECONNRESET);
  }

  /** Fifth step: false when the segment must not be processed further. */
  private processAck(segment: TcpSegment, start: number): boolean {
    const { sender } = this;
    const ack = sender.space.toPosition(segment.acknowledgment, sender.una);
    if (this.current === 'SYN-RECEIVED') {
      if (ack <= sender.una || ack > sender.ackLimit) {
        this.emit(segment.acknowledgment, TcpFlag.RST, NOTHING);
        return false;
      }
      this.establish();
    }
    if (ack > sender.ackLimit) {
      this.acknowledger.oweNow();
      return false;
    }
    sender.heard();
    if (ack > sender.una) {
      sender.acknowledge(ack);
      this.notices.writable = true;
    } else if (ack === sender.una && segmentLength(segment) === 0) {
      sender.repeatedAck(segment.window);
    }
    sender.updateWindow(segment.window, start, ack);
    return this.advanceByAck();
  }

  /** Our FIN may have been acknowledged. False when the connection is over. */
  private advanceByAck(): boolean {
    if (!this.sender.finAcked) return true;
    switch (this.current) {
      case 'FIN-WAIT-1':
        this.enter('FIN-WAIT-2');
        if (this.orphaned) this.waitForFin();
        return true;
      case 'CLOSING':
        this.enterTimeWait();
        return true;
      case 'LAST-ACK':
        this.remove();
        return false;
      default:
        return true;
    }
  }

  /** Seventh and eighth steps: text and FIN. */
  private processText(segment: TcpSegment, receiver: Receiver, start: number): void {
    const fin = hasFlag(segment, TcpFlag.FIN);
    if (segment.payload.length === 0 && !fin) return;
    if (!canReceive(this.current) || receiver.refuses) return;
    if (this.orphaned && start + segment.payload.length > receiver.next) {
      this.abort();
      return;
    }
    const acceptance = receiver.accept(start, segment.payload, fin);
    this.acknowledger.accepted(acceptance);
    if (acceptance === 'in-order' || acceptance === 'filled-gap') this.notices.readable = true;
    if (receiver.finished) this.finReceived();
  }

  private finReceived(): void {
    this.acknowledger.oweNow();
    switch (this.current) {
      case 'SYN-RECEIVED':
      case 'ESTABLISHED':
        this.enter('CLOSE-WAIT');
        return;
      case 'FIN-WAIT-1':
        // Our FIN's acknowledgement would have taken us to FIN-WAIT-2 a step ago.
        this.enter('CLOSING');
        return;
      case 'FIN-WAIT-2':
        this.enterTimeWait();
        return;
      default:
        return;
    }
  }

  // ---- transitions

  private get canSend(): boolean {
    return !this.orphaned && (this.current === 'ESTABLISHED' || this.current === 'CLOSE-WAIT');
  }

  private synReceived(syn: TcpSegment): void {
    const { window, mss, timers, receiveMailbox } = this.host.profile;
    this.receiver = new Receiver(syn.sequence, window, mss, receiveMailbox);
    this.sender.setPeerMss(syn.mss ?? DEFAULT_MSS);
    this.sender.setWindow(syn.window);
    this.enter('SYN-RECEIVED');
    this.startStateTimer(timers.synReceived, () => this.giveUp());
  }

  private establish(): void {
    this.stateTimer?.cancel();
    this.enter('ESTABLISHED');
    this.notices.connected = true;
  }

  private waitForFin(): void {
    this.startStateTimer(this.host.profile.timers.finWait2, () => this.remove());
  }

  private enterTimeWait(): void {
    this.enter('TIME-WAIT');
    this.sender.stopTimer();
    this.startTimeWait();
  }

  private startTimeWait(): void {
    this.startStateTimer(2 * this.host.profile.timers.msl, () => this.remove());
  }

  private startStateTimer(delay: number, action: () => void): void {
    this.stateTimer?.cancel();
    this.stateTimer = this.host.clock.after(delay, action);
  }

  private enter(state: TcpState): void {
    if (this.current === state) return;
    this.current = state;
    this.host.world.trace.append(this.host.actor, { type: 'tcp.state', connection: this.connection, state });
  }

  /** Both FINs sent and ours not acknowledged: the program has all there was, and nothing to be told. */
  private wasReset(errno: number): void {
    const { world, actor } = this.host;
    world.trace.append(actor, { type: 'tcp.reset', connection: this.connection, direction: 'received' });
    if (this.current === 'CLOSING' || this.current === 'LAST-ACK') this.remove();
    else this.fail(errno);
  }

  private giveUp(): void {
    const { errno } = this.host.profile;
    this.fail(this.current === 'SYN-SENT' ? errno.connectTimeout : errno.timeout);
  }

  private reset(): void {
    const { world, actor } = this.host;
    world.trace.append(actor, { type: 'tcp.reset', connection: this.connection, direction: 'sent' });
    this.emit(this.sender.bareSequence, TcpFlag.RST | TcpFlag.ACK, NOTHING);
  }

  private remove(): void {
    if (this.current === 'CLOSED') return;
    this.sender.stopTimer();
    this.acknowledger.cancel();
    this.stateTimer?.cancel();
    this.enter('CLOSED');
    this.host.removed(this.local, this.remote);
    this.onAbandoned?.();
  }

  private orphan(): void {
    this.orphaned = true;
    this.onConnect = undefined;
    this.onReadable = undefined;
    this.onWritable = undefined;
    this.onError = undefined;
  }

  // ---- segments out, call-backs

  private notify(): void {
    const { connected, readable, writable } = this.notices;
    Object.assign(this.notices, NO_NOTICES);
    if (connected) (this.onEstablished ?? this.onConnect)?.();
    if (readable) this.onReadable?.();
    if (writable && this.writable > 0) this.onWritable?.();
  }

  /** Every segment but a first SYN acknowledges what was received, so none is owed after it. */
  private emit(sequence: number, flags: number, payload: Uint8Array): void {
    const { receiver } = this;
    const acknowledges = (flags & TcpFlag.ACK) !== 0 && receiver !== undefined;
    if (acknowledges) this.acknowledger.acknowledged();
    const { profile } = this.host;
    this.host.transmit(this.local, this.remote, {
      sourcePort: this.local.port,
      destinationPort: this.remote.port,
      sequence,
      acknowledgment: acknowledges ? receiver.space.toWire(receiver.next) : 0,
      flags,
      window: receiver?.updateWindow() ?? profile.window,
      ...((flags & TcpFlag.SYN) === 0 ? {} : { mss: profile.mss }),
      payload,
    });
  }

  private traceRetransmit(position: number, length: number, attempt: number): void {
    const { world, actor } = this.host;
    const sequence = this.sender.space.toWire(position);
    world.trace.append(actor, {
      type: 'tcp.retransmit',
      connection: this.connection,
      sequence,
      length,
      attempt,
    });
  }
}
