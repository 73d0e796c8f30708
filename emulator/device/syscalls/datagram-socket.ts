/** UDP as the device's lwIP gives it to a program. */
import { Errno, type UdpSocket } from '../../net/api.ts';
import { failure, type Handler, type Kernel, waitFor } from './call.ts';
import type { DatagramSocket } from './socket-table.ts';
import { netCall, POLLIN, POLLOUT } from './stream-socket.ts';

/** lwIP binds a datagram socket at its first use; port 0 lets the stack choose. */
export function udpOf(kernel: Kernel, socket: DatagramSocket): UdpSocket {
  if (socket.udp === undefined) {
    const { port, address } = socket.bound ?? { port: 0, address: '' };
    socket.udp = kernel.stack.bindUdp(port, address || undefined);
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

export const receiveFrom: Handler<'socket.recvfrom'> = (kernel, fd, limit, timeout) => {
  const socket = kernel.sockets.datagram(fd);
  if (socket === undefined) return failure(Errno.EBADF);
  const opened = netCall(() => udpOf(kernel, socket));
  if (opened.value < 0) return failure(-opened.value);
  const attempt = () => {
    const datagram = socket.udp?.receive();
    if (datagram === undefined) return undefined;
    const bytes = datagram.bytes.subarray(0, limit);
    return { value: bytes.length, data: { ...datagram.from, bytes } };
  };
  return waitFor(attempt, timeout, () => failure(timeout === 0 ? Errno.EAGAIN : Errno.ETIMEDOUT));
};

export function pollDatagram(socket: DatagramSocket): number {
  return ((socket.udp?.pending ?? 0) > 0 ? POLLIN : 0) | POLLOUT;
}
