/** The device's descriptors and what stands behind each. */
import type { Endpoint, TcpListener, TcpSocket, UdpSocket } from '../../net/api.ts';

/** ESP-IDF's lwIP: ten sockets, numbered after the VFS's own descriptors (FD_SETSIZE 64 less ten). */
export const MAX_SOCKETS = 10;
const FIRST_DESCRIPTOR = 54;

export interface StreamSocket {
  readonly type: 'stream';
  bound: Endpoint | undefined;
  /** SO_REUSEADDR and TCP_NODELAY. */
  reuse: boolean;
  noDelay: boolean;
  tcp: TcpSocket | undefined;
  listener: TcpListener | undefined;
  connected: boolean;
  /** errno with which the connection broke, until a call has reported it. */
  error: number | undefined;
  /** The connection broke, whether or not that was reported. */
  broken: boolean;
}

export interface DatagramSocket {
  readonly type: 'datagram';
  bound: Endpoint | undefined;
  reuse: boolean;
  udp: UdpSocket | undefined;
}

export type DeviceSocket = StreamSocket | DatagramSocket;

export class SocketTable {
  private readonly sockets = new Map<number, DeviceSocket>();
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Undefined when all descriptors are taken. */
  add(socket: DeviceSocket): number | undefined {
    for (let fd = FIRST_DESCRIPTOR; fd < FIRST_DESCRIPTOR + this.limit; fd++) {
      if (this.sockets.has(fd)) continue;
      this.sockets.set(fd, socket);
      return fd;
    }
    return undefined;
  }

  get size(): number {
    return this.sockets.size;
  }

  get(fd: number): DeviceSocket | undefined {
    return this.sockets.get(fd);
  }

  stream(fd: number): StreamSocket | undefined {
    const socket = this.sockets.get(fd);
    return socket?.type === 'stream' ? socket : undefined;
  }

  datagram(fd: number): DatagramSocket | undefined {
    const socket = this.sockets.get(fd);
    return socket?.type === 'datagram' ? socket : undefined;
  }

  close(fd: number): boolean {
    const socket = this.sockets.get(fd);
    if (socket === undefined) return false;
    this.sockets.delete(fd);
    if (socket.type === 'datagram') {
      socket.udp?.close();
    } else {
      socket.listener?.close();
      if (!socket.broken) socket.tcp?.close();
    }
    return true;
  }

  /** Another stream socket that was bound to this port, unless both may share it (lwIP's tcp_bind). */
  isBound(port: number, by: StreamSocket): boolean {
    return [...this.sockets.values()].some(
      (other) =>
        other.type === 'stream' && other !== by && other.bound?.port === port && !(by.reuse && other.reuse),
    );
  }

  /** The end of a program on a computer: every connection is closed. */
  closeAll(): void {
    for (const fd of [...this.sockets.keys()]) this.close(fd);
  }

  /** A reset of the board: every connection is gone at once. */
  abortAll(): void {
    for (const socket of this.sockets.values()) {
      if (socket.type === 'datagram') {
        socket.udp?.close();
      } else {
        socket.listener?.close();
        if (!socket.broken) socket.tcp?.abort();
      }
    }
    this.sockets.clear();
  }
}

export function newStreamSocket(): StreamSocket {
  return {
    type: 'stream',
    bound: undefined,
    reuse: false,
    noDelay: false,
    tcp: undefined,
    listener: undefined,
    connected: false,
    error: undefined,
    broken: false,
  };
}

export function newDatagramSocket(): DatagramSocket {
  return { type: 'datagram', bound: undefined, reuse: false, udp: undefined };
}
