/**
 * What the rest of the emulator sees of a network stack: sockets with call-backs. No promises (the world is
 * synchronous); `net` knows nothing of devices or TLS. Errors are lwIP's errno numbers, positive.
 */
import type { ConnectionId } from '../world/trace-events.ts';

export interface Endpoint {
  /** Dotted quad. */
  readonly address: string;
  readonly port: number;
}

/** errno values as MicroPython's esp32 port numbers them. */
export const Errno = {
  EIO: 5,
  EBADF: 9,
  EINTR: 4,
  EAGAIN: 11,
  ENOMEM: 12,
  EINVAL: 22,
  ENFILE: 23,
  EMSGSIZE: 122,
  EADDRINUSE: 112,
  ECONNABORTED: 113,
  ECONNRESET: 104,
  ENOBUFS: 105,
  EISCONN: 106,
  ENOTCONN: 128,
  ETIMEDOUT: 110,
  ECONNREFUSED: 111,
  EHOSTUNREACH: 118,
  EALREADY: 120,
  EINPROGRESS: 119,
  EOPNOTSUPP: 95,
  ENETUNREACH: 114,
} as const;

export interface TcpSocket {
  /** Set once both ends are known. */
  readonly connection: ConnectionId;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly state: string;
  /** errno with which the connection broke; it may have done so before it was accepted. */
  readonly failure: number | undefined;
  /** Accepts as many bytes as fit the send buffer and says how many. */
  send(bytes: Uint8Array): number;
  /** Bytes received in order and not yet read, at most `limit`; reading opens the window. */
  read(limit: number): Uint8Array;
  /** The same bytes, which stay. */
  peek(limit: number): Uint8Array;
  readonly readable: number;
  /** As many of the readable bytes as can be read before the peer is told of the room. */
  readonly readableInSilence: number;
  readonly writable: number;
  /** Small segments go at once (Nagle's algorithm off), or wait for an acknowledgement. */
  setNoDelay(on: boolean): void;
  /** The peer's FIN has arrived and everything before it was read. */
  readonly ended: boolean;
  /** Sends FIN after what is queued. */
  shutdown(): void;
  /** FIN; RST when unread data waits (RFC 9293 3.10.4, as lwIP does). */
  close(): void;
  /** RST now. */
  abort(): void;

  onConnect: (() => void) | undefined;
  /** Data or end of stream has become readable. */
  onReadable: (() => void) | undefined;
  onWritable: (() => void) | undefined;
  /** The connection is gone; errno. */
  onError: ((errno: number) => void) | undefined;
}

export interface TcpListener {
  readonly local: Endpoint;
  accept(): TcpSocket | undefined;
  readonly pending: number;
  onConnection: (() => void) | undefined;
  /**
   * In an open world the port is opened on a real computer too, which takes a moment: undefined until that is
   * settled, then 0 or an errno. Always 0 in a closed world.
   */
  readonly opened: number | undefined;
  onOpened: (() => void) | undefined;
  close(): void;
}

export interface UdpSocket {
  readonly local: Endpoint;
  sendTo(bytes: Uint8Array, to: Endpoint): number;
  receive(): { bytes: Uint8Array; from: Endpoint } | undefined;
  /** What `receive` would return next. */
  peek(): { bytes: Uint8Array; from: Endpoint } | undefined;
  /** When set, what others send is not delivered; what has arrived before stays. */
  remote: Endpoint | undefined;
  readonly pending: number;
  onReadable: (() => void) | undefined;
  close(): void;
}

/** One host's IPv4 stack. Constructors and links: see `stack.ts`, `link.ts`. */
export interface NetStack {
  readonly name: string;
  /** Undefined until an address is configured. */
  readonly address: string | undefined;
  /** Throws NetError. */
  connectTcp(to: Endpoint, from?: Endpoint): TcpSocket;
  /** `reuse`: SO_REUSEADDR, which the connections inherit. */
  listenTcp(port: number, backlog: number, address?: string, reuse?: boolean): TcpListener;
  /** Whether connections stand in the way of binding a socket to this port. */
  isTcpPortTaken(port: number, reuse: boolean): boolean;
  bindUdp(port: number, address?: string, reuse?: boolean): UdpSocket;
  /** Datagrams to this multicast group are received from now on. Throws NetError without an interface. */
  joinGroup(group: string): void;
  /** Resolves through the configured DNS server; errors are negative lwIP EAI numbers as the port shows them. */
  resolve(name: string, done: (result: { addresses: readonly string[] } | { error: number }) => void): void;
}

export class NetError extends Error {
  override readonly name = 'NetError';
  readonly errno: number;
  constructor(errno: number, message: string) {
    super(message);
    this.errno = errno;
  }
}
