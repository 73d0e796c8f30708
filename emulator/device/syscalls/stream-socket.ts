/** TCP as the device's lwIP gives it to a program: connect, listen, accept, send, receive. */

import { type Endpoint, Errno, NetError, type TcpSocket } from '../../net/api.ts';
import { type CallResult, failure, type Handler, type Kernel, OK, waitFor } from './call.ts';
import { POLLHUP, POLLIN, POLLOUT } from './poll-masks.ts';
import { newStreamSocket, type StreamSocket } from './socket-table.ts';
import type { SocketAddress } from './table.ts';

const NEWLINE = 0x0a;

/** For ever: the computer says at once whether a port is free. */
const UNTIL_OPENED = -1;

/** lwIP's write to a socket that was never connected; MicroPython's users see it as EPIPE. */
const EPIPE = 32;

export const listen: Handler<'socket.listen'> = (kernel, fd, backlog) => {
  const socket = kernel.sockets.stream(fd);
  if (socket === undefined) return failure(Errno.EBADF);
  if (socket.tcp !== undefined) return failure(Errno.EISCONN);
  const listening = netCall(() => {
    const { port, address } = socket.bound ?? { port: 0, address: '' };
    socket.listener = kernel.stack.listenTcp(port, backlog, address || undefined, socket.reuse);
    socket.listener.onConnection = socket.listener.onOpened = () => kernel.wake();
  });
  if (listening.value < 0) return listening;
  const attempt = () => {
    const opened = socket.listener?.opened;
    if (opened === undefined || opened === 0) return opened === 0 ? OK : undefined;
    socket.listener = undefined;
    return failure(opened);
  };
  return waitFor(attempt, UNTIL_OPENED, () => failure(Errno.ETIMEDOUT));
};

export const accept: Handler<'socket.accept'> = (kernel, fd, timeout) => {
  const listener = kernel.sockets.stream(fd)?.listener;
  if (listener === undefined) return failure(Errno.EINVAL);
  const attempt = (): CallResult<SocketAddress> | undefined => {
    const tcp = listener.accept();
    if (tcp === undefined) return undefined;
    const socket = newStreamSocket();
    const accepted = kernel.sockets.add(socket);
    if (accepted === undefined) {
      tcp.abort();
      return failure(Errno.ENFILE);
    }
    attach(kernel, socket, tcp);
    socket.connected = tcp.failure === undefined;
    socket.broken = !socket.connected;
    socket.error = tcp.failure;
    return { value: accepted, data: { ...tcp.remote } };
  };
  return waitFor(attempt, timeout, () => failure(timeout === 0 ? Errno.EAGAIN : Errno.ETIMEDOUT));
};

export const connect: Handler<'socket.connect'> = (kernel, fd, address, port, timeout) => {
  const socket = kernel.sockets.stream(fd);
  if (socket === undefined) return failure(Errno.EBADF);
  if (socket.connected) return failure(Errno.EISCONN);
  if (socket.tcp !== undefined && !socket.broken) return failure(Errno.EALREADY);
  if (socket.listener !== undefined) return failure(Errno.EOPNOTSUPP);
  const opened = netCall(() => {
    socket.broken = false;
    attach(kernel, socket, kernel.stack.connectTcp({ address, port }, socket.bound));
  });
  if (opened.value < 0) return opened;
  const attempt = () => (socket.connected ? OK : takeError(socket));
  return waitFor(attempt, timeout, () => failure(timeout === 0 ? Errno.EINPROGRESS : Errno.ETIMEDOUT));
};

export const send: Handler<'socket.send'> = (kernel, fd, bytes, timeout) => {
  const socket = kernel.sockets.stream(fd);
  if (socket === undefined) return failure(Errno.EBADF);
  if (socket.tcp === undefined) return failure(EPIPE);
  const tcp = socket.tcp;
  let sent = 0;
  const attempt = () => {
    const error = takeError(socket);
    if (error !== undefined) return error;
    if (!socket.connected) return socket.broken ? failure(Errno.ENOTCONN) : undefined;
    sent += tcp.send(bytes.subarray(sent));
    return sent === bytes.length ? { value: sent } : undefined;
  };
  return waitFor(attempt, timeout, () => {
    if (sent > 0) return { value: sent };
    return failure(timeout === 0 ? Errno.EAGAIN : Errno.ETIMEDOUT);
  });
};

const READERS = {
  read: (tcp: TcpSocket, limit: number) => tcp.read(limit),
  peek: (tcp: TcpSocket, limit: number) => tcp.peek(limit),
  line: readLine,
};

export const receive: Handler<'socket.recv'> = (kernel, fd, limit, timeout, how) => {
  const socket = kernel.sockets.stream(fd);
  if (socket === undefined) return failure(Errno.EBADF);
  if (socket.tcp === undefined) return failure(Errno.ENOTCONN);
  const tcp = socket.tcp;
  const attempt = () => {
    if (tcp.readable > 0) return dataResult(READERS[how](tcp, limit));
    if (tcp.ended) return dataResult(new Uint8Array(0));
    if (socket.broken) return takeError(socket) ?? failure(Errno.ENOTCONN);
    return undefined;
  };
  return waitFor(attempt, timeout, () => failure(timeout === 0 ? Errno.EAGAIN : Errno.ETIMEDOUT));
};

/**
 * What the port's poll reports of a stream socket: only what was asked for, but that a socket that was never
 * connected has hung up. In lwIP's select a broken connection is readable, writable and in error.
 */
export function pollStream(socket: StreamSocket, mask: number): number {
  if (socket.listener !== undefined) return socket.listener.pending > 0 ? POLLIN & mask : 0;
  if (socket.broken) return (POLLIN | POLLOUT | POLLHUP) & mask;
  const tcp = socket.tcp;
  if (tcp === undefined) return (POLLOUT & mask) | POLLHUP;
  const readable = tcp.readable > 0 || tcp.ended ? POLLIN : 0;
  const writable = socket.connected && tcp.writable > 0 ? POLLOUT : 0;
  return (readable | writable) & mask;
}

/** Runs what may throw NetError and turns that into a negative errno. */
export function netCall(action: () => void): CallResult<undefined> {
  try {
    action();
    return OK;
  } catch (error) {
    if (error instanceof NetError) return failure(error.errno);
    throw error;
  }
}

export function endpoint(address: string, port: number): Endpoint {
  return { address: address === '0.0.0.0' ? '' : address, port };
}

function attach(kernel: Kernel, socket: StreamSocket, tcp: TcpSocket): void {
  socket.tcp = tcp;
  if (socket.noDelay) tcp.setNoDelay(true);
  tcp.onConnect = () => {
    socket.connected = true;
    kernel.wake();
  };
  tcp.onReadable = () => kernel.wake();
  tcp.onWritable = () => kernel.wake();
  tcp.onError = (errno) => {
    socket.connected = false;
    socket.broken = true;
    socket.error = errno;
    kernel.wake();
  };
}

/** lwIP reports what broke a connection once. */
function takeError(socket: StreamSocket): CallResult<never> | undefined {
  const { error } = socket;
  socket.error = undefined;
  return error === undefined ? undefined : failure(error);
}

function dataResult(data: Uint8Array): CallResult<Uint8Array> {
  return { value: data.length, data };
}

/** Byte by byte, as `readline` on the port does: what follows the newline stays in the receive buffer. */
function readLine(tcp: TcpSocket, limit: number): Uint8Array {
  const line: number[] = [];
  while (line.length < limit && tcp.readable > 0) {
    const byte = tcp.read(1)[0]!;
    line.push(byte);
    if (byte === NEWLINE) break;
  }
  return Uint8Array.from(line);
}
