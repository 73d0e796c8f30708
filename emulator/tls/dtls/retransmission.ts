/** When a flight is sent, and when it is sent again: the state machine of RFC 6347 section 4.2.4. */
import type { MessageName } from '../handshake-machine.ts';
import type { DatagramConfig } from './config.ts';
import type { DtlsHost } from './engine.ts';
import { Flight, type FlightMessage } from './flight.ts';
import type { DtlsOutgoing } from './outgoing.ts';
import { RECORD_HEADER_LENGTH } from './records.ts';

type State = 'preparing' | 'waiting' | 'finished';

/** Milliseconds: RFC 6347 section 4.2.4.1, and mbedTLS's MBEDTLS_SSL_DTLS_TIMEOUT_DFL_MIN and _MAX. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 60_000;
/** Octets. mbedTLS's way with RFC 6347 section 4.1.1.1: from the second repetition on, datagrams that fit any path. */
const CAUTIOUS_MTU = 508;

/** Why a flight is sent again: nobody answered, or the peer said its own once more. */
export type RetransmitCause = 'timeout' | 'peer';

interface RetransmissionOptions {
  readonly outgoing: DtlsOutgoing;
  readonly mtu: number;
  readonly timeouts: DatagramConfig['handshakeTimeout'];
  readonly setTimer: DtlsHost['setTimer'];
  readonly onRetransmit: (flight: readonly MessageName[], attempt: number, cause: RetransmitCause) => void;
}

export class Retransmission {
  private readonly options: RetransmissionOptions;
  private readonly firstWait: number;
  private readonly longestWait: number;
  /** A client begins by preparing its hello; a server, which has none to prepare, only when it has an answer. */
  private state: State = 'preparing';
  private flight = new Flight();
  private wait: number;
  private mtu: number;
  private attempt = 0;
  /** Those that nobody answered. */
  private silences = 0;

  constructor(options: RetransmissionOptions) {
    this.options = options;
    this.firstWait = options.timeouts?.first ?? FIRST_WAIT;
    this.longestWait = options.timeouts?.longest ?? LONGEST_WAIT;
    this.wait = this.firstWait;
    this.mtu = options.mtu;
  }

  /** Whether messages were added that are not yet sent. */
  get isPreparing(): boolean {
    return this.state === 'preparing' && !this.flight.isEmpty;
  }

  /** The first message of a new flight ends the one before: the peer's answer to it is there. */
  add(message: FlightMessage): void {
    if (this.state !== 'preparing') this.prepare();
    this.flight.add(message);
  }

  /** Sends the flight; `last`: no answer to it is due, but the peer may not have got it. */
  send(last: boolean): void {
    this.flight.transmit(this.options.outgoing, this.mtu);
    this.state = last ? 'finished' : 'waiting';
    this.options.setTimer(last ? undefined : this.wait);
  }

  /** Octets of content in a record, from now on (RFC 6066 section 4). Datagrams of one full record will do. */
  limitRecords(octets: number): void {
    this.mtu = Math.min(this.mtu, RECORD_HEADER_LENGTH + octets);
  }

  /** False when the longest wait was in vain. */
  timeout(): boolean {
    if (this.state !== 'waiting') return true;
    if (this.wait >= this.longestWait) return false;
    this.wait = Math.min(2 * this.wait, this.longestWait);
    this.silences++;
    this.repeat('timeout');
    return true;
  }

  /** The peer has repeated the end of its flight, so it has not seen all of ours. */
  peerRepeats(): void {
    if (this.state !== 'preparing') this.repeat('peer');
  }

  /** The peer has all of ours, or nothing more is to be sent: no repetitions. */
  finish(): void {
    this.prepare();
    this.state = 'finished';
  }

  private prepare(): void {
    this.state = 'preparing';
    this.flight = new Flight();
    this.attempt = 0;
    this.silences = 0;
    this.wait = this.firstWait;
    this.options.setTimer(undefined);
  }

  private repeat(cause: RetransmitCause): void {
    if (this.flight.isEmpty) return;
    this.attempt++;
    this.options.onRetransmit(this.flight.names, this.attempt, cause);
    const mtu = this.silences > 1 ? Math.min(this.mtu, CAUTIOUS_MTU) : this.mtu;
    this.flight.transmit(this.options.outgoing, mtu);
    if (this.state === 'waiting') this.options.setTimer(this.wait);
  }
}
