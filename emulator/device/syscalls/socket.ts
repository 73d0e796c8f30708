/** System calls on descriptors. What differs by type stands in stream-socket.ts and datagram-socket.ts. */
import { Errno } from '../../net/api.ts';
import { failure, type Handlers, type Kernel, OK, waitFor } from './call.ts';
import {
  connectDatagram,
  datagramName,
  pollDatagram,
  receiveFrom,
  sendTo,
  sendToRemote,
  udpOf,
} from './datagram-socket.ts';
import { CONSOLE, POLLIN, POLLNVAL, POLLOUT } from './poll-masks.ts';
import { newDatagramSocket, newStreamSocket, type StreamSocket } from './socket-table.ts';
import { accept, connect, endpoint, listen, netCall, pollStream, receive, send } from './stream-socket.ts';

export const socketCalls: Handlers<'socket'> = {
  'socket.open': (kernel, type) => {
    const fd = kernel.sockets.add(type === 'stream' ? newStreamSocket() : newDatagramSocket());
    return fd === undefined ? failure(Errno.ENFILE) : { value: fd };
  },

  'socket.bind': (kernel, fd, address, port) => {
    const socket = kernel.sockets.get(fd);
    if (socket === undefined) return failure(Errno.EBADF);
    if (socket.type === 'stream' && isTaken(kernel, socket, port)) return failure(Errno.EADDRINUSE);
    socket.bound = endpoint(address, port);
    if (socket.type === 'stream') return OK;
    return netCall(() => udpOf(kernel, socket));
  },

  'socket.option': (kernel, fd, option, on) => {
    const socket = kernel.sockets.get(fd);
    if (socket === undefined) return failure(Errno.EBADF);
    if (option === 'reuse-address') socket.reuse = on;
    else if (socket.type === 'stream') {
      socket.noDelay = on;
      socket.tcp?.setNoDelay(on);
    }
    return OK;
  },

  'socket.join': (kernel, fd, group) => {
    if (kernel.sockets.get(fd) === undefined) return failure(Errno.EBADF);
    return netCall(() => kernel.stack.joinGroup(group));
  },

  'socket.listen': listen,
  'socket.accept': accept,
  'socket.connect': (kernel, fd, address, port, timeout) => {
    const datagram = kernel.sockets.datagram(fd);
    if (datagram !== undefined) return connectDatagram(kernel, datagram, { address, port });
    return connect(kernel, fd, address, port, timeout);
  },
  'socket.send': (kernel, fd, bytes, timeout) => {
    const datagram = kernel.sockets.datagram(fd);
    if (datagram !== undefined) return sendToRemote(datagram, bytes);
    return send(kernel, fd, bytes, timeout);
  },
  'socket.recv': receive,
  'socket.sendto': sendTo,
  'socket.recvfrom': receiveFrom,

  'socket.close': (kernel, fd) => (kernel.sockets.close(fd) ? OK : failure(Errno.EBADF)),

  'socket.poll': (kernel, entries, timeout) => {
    const attempt = () => {
      const data = entries.map(([fd, mask]) => ready(kernel, fd, mask));
      const value = data.filter((events) => events !== 0).length;
      return value > 0 || timeout === 0 ? { value, data } : undefined;
    };
    return waitFor(attempt, timeout, () => ({ value: 0, data: entries.map(() => 0) }));
  },

  'socket.name': (kernel, fd) => {
    const socket = kernel.sockets.get(fd);
    const name = socket?.type === 'datagram' ? datagramName(kernel, socket) : socket?.tcp?.connection;
    return name === undefined ? failure(Errno.ENOTCONN) : { value: 0, data: name };
  },
};

function isTaken({ sockets, stack }: Kernel, socket: StreamSocket, port: number): boolean {
  return port !== 0 && (sockets.isBound(port, socket) || stack.isTcpPortTaken(port, socket.reuse));
}

function ready({ sockets, console }: Kernel, fd: number, mask: number): number {
  if (fd === CONSOLE) return (POLLOUT | (console.readable > 0 ? POLLIN : 0)) & mask;
  const socket = sockets.get(fd);
  if (socket === undefined) return POLLNVAL;
  return socket.type === 'stream' ? pollStream(socket, mask) : pollDatagram(socket) & mask;
}
