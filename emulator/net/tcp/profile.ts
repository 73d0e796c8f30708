import { MILLISECOND, type Nanoseconds, SECOND } from '../../world/time.ts';
import { Errno } from '../api.ts';
import type { TcpState } from './state.ts';

export type TcpProfileName = 'lwip' | 'host';

/** What differs between TCP implementations that are all RFC 9293. Sizes in bytes. */
export interface TcpProfile {
  /** Announced in the MSS option, and the upper limit of what is sent. */
  readonly mss: number;
  readonly window: number;
  readonly sendBuffer: number;
  /** Pieces of data that may wait for a socket to be read; undefined: the window alone is the limit. */
  readonly receiveMailbox?: number;
  /** Nagle's algorithm (RFC 9293 3.7.4). */
  readonly nagle: boolean;
  /** Initial congestion window, given the MSS in use. */
  readonly initialCwnd: (mss: number) => number;
  readonly timers: TcpTimerProfile;
  readonly synRetries: number;
  readonly dataRetries: number;
  /** Whether the SYN's timer doubles as the others do. lwIP repeats it at the same interval. */
  readonly synBackoff: boolean;
  /** Whether a SYN goes again at once when an older connection's acknowledgement answered it (lwIP's tcp_process). */
  readonly repeatsSynAtOnce: boolean;
  /** A FIN waits for the window as data does. lwIP sends it into a closed one. */
  readonly finNeedsWindow: boolean;
  /** Ports for outgoing connections: where counting starts, given a random number 0..1, and the range. */
  readonly ephemeral: { readonly first: number; readonly last: number; readonly randomStart: boolean };
  /** Connections in all states; of the first of these states that one is in, the oldest makes room for a new one. */
  readonly expendable: readonly TcpState[];
  readonly maxConnections: number;
  /** A SYN may reopen a connection in TIME-WAIT (RFC 9293 3.10.7.4, RFC 1122 4.2.2.13). */
  readonly reopensTimeWait: boolean;
  readonly errno: { readonly refused: number; readonly connectTimeout: number; readonly timeout: number };
}

export interface TcpTimerProfile {
  /**
   * Timers fire on multiples of this; undefined means exactly. lwIP counts time-outs in ticks of its slow
   * timer and delayed acknowledgements in ticks of its fast one.
   */
  readonly slowTick?: Nanoseconds;
  readonly fastTick?: Nanoseconds;
  readonly delayedAck: Nanoseconds;
  /** Least time between two answers to segments that are out of place and carry nothing. */
  readonly invalidInterval?: Nanoseconds;
  readonly initialRto: Nanoseconds;
  /** Least that is added to the smoothed round trip. */
  readonly minVariation: Nanoseconds;
  readonly maxRto: Nanoseconds;
  /** How often the time-out may double. */
  readonly maxBackoff: number;
  /** A time-out stays doubled until a round trip was measured (RFC 6298 section 5, Karn); lwIP forgets it with any progress. */
  readonly keepsBackoff: boolean;
  /** From the last retransmission to giving up; undefined: one more time-out. */
  readonly lastWait?: Nanoseconds;
  /** Zero window probes: the intervals, the last one repeated. Undefined: the time-out, doubling. */
  readonly persist?: readonly Nanoseconds[];
  readonly msl: Nanoseconds;
  /** How long a closed socket waits in FIN-WAIT-2 for the peer's FIN. */
  readonly finWait2: Nanoseconds;
  /** How long a connection may stay in SYN-RECEIVED. */
  readonly synReceived: Nanoseconds;
  /** And a closed socket in LAST-ACK; undefined: until the FIN has been repeated often enough. */
  readonly lastAck?: Nanoseconds;
}

const LWIP_SLOW_TICK = 500 * MILLISECOND;

/**
 * lwIP as ESP-IDF configures it: TCP_MSS 1440, TCP_WND and TCP_SND_BUF 5760, TCP_TMR_INTERVAL 250 ms (the
 * fast timer; the slow one has twice that), LWIP_TCP_RTO_TIME 1500 ms, TCP_SYNMAXRTX and TCP_MAXRTX 12,
 * TCP_MSL 60 s, LWIP_TCP_RECVMBOX_SIZE 6, TCP_FIN_WAIT_TIMEOUT and TCP_SYN_RCVD_TIMEOUT 20 s, ports from 0xc000.
 *
 * Its sockets report a refused connection as ERR_RST (ECONNRESET), and one that timed out as ERR_ABRT.
 */
export const LWIP_PROFILE: TcpProfile = {
  mss: 1440,
  window: 5760,
  sendBuffer: 5760,
  receiveMailbox: 6,
  nagle: true,
  initialCwnd: (mss) => Math.min(4 * mss, Math.max(2 * mss, 4380)),
  timers: {
    slowTick: LWIP_SLOW_TICK,
    fastTick: 250 * MILLISECOND,
    delayedAck: 250 * MILLISECOND,
    initialRto: 3 * LWIP_SLOW_TICK,
    minVariation: LWIP_SLOW_TICK,
    maxRto: 0x7fff * LWIP_SLOW_TICK,
    maxBackoff: 7,
    keepsBackoff: false,
    lastWait: LWIP_SLOW_TICK,
    persist: [3, 6, 12, 24, 48, 96, 120].map((ticks) => ticks * LWIP_SLOW_TICK),
    msl: 60 * SECOND,
    finWait2: 20 * SECOND,
    synReceived: 20 * SECOND,
    lastAck: 120 * SECOND,
  },
  synRetries: 12,
  dataRetries: 12,
  synBackoff: false,
  repeatsSynAtOnce: true,
  finNeedsWindow: false,
  // tcp_new_port() counts up before it takes: the first port is 49153.
  ephemeral: { first: 49153, last: 65535, randomStart: false },
  expendable: ['TIME-WAIT', 'LAST-ACK', 'CLOSING'], // tcp_alloc()
  maxConnections: 12,
  reopensTimeWait: false,
  errno: {
    refused: Errno.ECONNRESET,
    connectTimeout: Errno.ECONNABORTED,
    timeout: Errno.ECONNABORTED,
  },
};

/**
 * A server on the Internet: Linux's values, without window scaling, SACK and time stamps, which the device
 * does not speak either. Nagle is off, as every TLS server switches it.
 */
export const HOST_PROFILE: TcpProfile = {
  mss: 1460,
  window: 64240,
  sendBuffer: 262_144,
  nagle: false,
  initialCwnd: (mss) => 10 * mss, // RFC 6928
  timers: {
    delayedAck: 40 * MILLISECOND,
    invalidInterval: 500 * MILLISECOND,
    initialRto: SECOND, // RFC 6298 2.1
    minVariation: 200 * MILLISECOND,
    maxRto: 120 * SECOND,
    maxBackoff: 16,
    keepsBackoff: true,
    msl: 30 * SECOND,
    finWait2: 60 * SECOND,
    synReceived: 63 * SECOND,
  },
  synRetries: 6,
  dataRetries: 15,
  synBackoff: true,
  repeatsSynAtOnce: false,
  finNeedsWindow: true,
  ephemeral: { first: 32768, last: 60999, randomStart: true },
  expendable: ['TIME-WAIT'],
  maxConnections: 65_536,
  reopensTimeWait: true,
  errno: {
    refused: Errno.ECONNREFUSED,
    connectTimeout: Errno.ETIMEDOUT,
    timeout: Errno.ETIMEDOUT,
  },
};

export const TCP_PROFILES: Readonly<Record<TcpProfileName, TcpProfile>> = {
  lwip: LWIP_PROFILE,
  host: HOST_PROFILE,
};
