/** UDP as the device's lwIP gives it to a program. */
import { type Endpoint, Errno, type UdpSocket } from '../../net/api.ts';
import { type CallResult, failure, type Handler, type Kernel, waitFor } from './call.ts';
import { POLLIN, POLLOUT } from './poll-masks.ts';
import type { DatagramSocket } from './socket-table.ts';
import { netCall } from './stream-socket.ts';

/** As lwIP numbers it. */
const EDESTADDRREQ = 121;

/** lwIP binds a datagram socket at its first use; port 0 lets the stack choose. */
export function udpOf(kernel: Kernel, socket: DatagramSocket): UdpSocket {
  if (socket.udp === undefined) {
    const { port, address } = socket.bound ?? { port: 0, address: '' };
    socket.udp = kernel.stack.bindUdp(port, address || undefined, socket.reuse);
    socket.udp.onReadable = () => kernel.wake();
  }
  return socket.udp;
}

export const sendTo: Handler<'socket.sendto'> = (kernel, fd, bytes, address, port) => {
  const socket = kernel.sockets.datagram(fd);
  if (socket === undefined) return failure(Errno.EBADF);
  let sent = 0;
  const done = netCall(() => {
    sent = udpOf(kernel, socket).sendTo(bytes, { address, port });
  });
  return done.value < 0 ? done : { value: sent };
};

export const receiveFrom: Handler<'socket.recvfrom'> = (kernel, fd, limit, timeout, peek) => {
  const socket = kernel.sockets.datagram(fd);
  if (socket === undefined) return failure(Errno.EBADF);
  const opened = netCall(() => udpOf(kernel, socket));
  if (opened.value < 0) return failure(-opened.value);
  const attempt = () => {
    const datagram = peek ? socket.udp?.peek() : socket.udp?.receive();
    if (datagram === undefined) return undefined;
    const bytes = datagram.bytes.subarray(0, limit);
    return { value: bytes.length, data: { ...datagram.from, bytes } };
  };
  return waitFor(attempt, timeout, () => failure(timeout === 0 ? Errno.EAGAIN : Errno.ETIMEDOUT));
};

/** Opens nothing: from now on there is one other end (lwIP's udp_connect). */
export function connectDatagram(
  kernel: Kernel,
  socket: DatagramSocket,
  remote: Endpoint,
): CallResult<undefined> {
  return netCall(() => {
    udpOf(kernel, socket).remote = remote;
  });
}

export function sendToRemote(socket: DatagramSocket, bytes: Uint8Array): CallResult<undefined> {
  const remote = socket.udp?.remote;
  if (remote === undefined) return failure(EDESTADDRREQ);
  const done = netCall(() => {
    socket.udp!.sendTo(bytes, remote);
  });
  return done.value < 0 ? done : { value: bytes.length };
}

/** What the two ends of a connected socket are called in the trace. */
export function datagramName({ stack }: Kernel, { udp }: DatagramSocket): string | undefined {
  if (udp?.remote === undefined) return undefined;
  const local = udp.local.address === '0.0.0.0' ? (stack.address ?? '') : udp.local.address;
  return `${local}:${udp.local.port}>${udp.remote.address}:${udp.remote.port}`;
}

export function pollDatagram(socket: DatagramSocket): number {
  return ((socket.udp?.pending ?? 0) > 0 ? POLLIN : 0) | POLLOUT;
}
