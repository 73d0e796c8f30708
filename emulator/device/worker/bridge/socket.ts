/** Sockets and names: system calls, and the lwIP memory they hold in the IDF heap. */
import { Errno } from '../../../net/api.ts';
import type { Block } from '../../heap.ts';
import { CONSOLE, POLLIN } from '../../syscalls/poll-masks.ts';
import type { SocketAddress, SocketOption } from '../../syscalls/table.ts';
import type { Session } from '../session.ts';
import { type BridgeFunctions, nanoseconds } from './functions.ts';
import type { PythonMemory } from './memory.ts';

const OCTET = '(25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const DOTTED_QUAD = new RegExp(`^${OCTET}(\\.${OCTET}){3}$`);

export function socketFunctions(current: () => Session, memory: PythonMemory): BridgeFunctions {
  /** lwIP's memory by descriptor. */
  const held = new Map<number, Block[]>();
  /** The other side of the last accept or recvfrom. */
  let peer: SocketAddress = { address: '', port: 0 };

  /** Takes a socket's memory for the descriptor that `open` returns; short of it there is none. */
  function withMemory(open: () => number): number {
    const { heap, board } = current();
    const blocks = heap.take([board.memory.socket], 'socket');
    if (blocks === undefined) {
      current().chargeLocal(board.systemCall);
      return -Errno.ENOBUFS;
    }
    const fd = open();
    if (fd < 0) heap.giveBack(blocks, 'socket not opened');
    else held.set(fd, blocks);
    return fd;
  }

  return {
    sock_open: (type: 'stream' | 'datagram') => withMemory(() => current().call('socket.open', type).value),
    sock_bind: (fd: number, address: string, port: number) =>
      current().call('socket.bind', fd, address, port).value,
    sock_listen: (fd: number, backlog: number) => current().call('socket.listen', fd, backlog).value,
    sock_accept(fd: number, timeout: number) {
      const result = current().call('socket.accept', fd, nanoseconds(timeout));
      if (result.value < 0) return result.value;
      peer = result.data!;
      const accepted = withMemory(() => result.value);
      if (accepted < 0) current().call('socket.close', result.value);
      return accepted;
    },
    sock_connect: (fd: number, address: string, port: number, timeout: number) =>
      current().call('socket.connect', fd, address, port, nanoseconds(timeout)).value,
    sock_send: (fd: number, address: number, length: number, timeout: number) =>
      current().call('socket.send', fd, memory.read(address, length), nanoseconds(timeout)).value,
    sock_recv(fd: number, address: number, limit: number, timeout: number, how: 'read' | 'line' | 'peek') {
      const result = current().call('socket.recv', fd, limit, nanoseconds(timeout), how);
      if (result.value > 0) memory.write(address, result.data!);
      // On the port a line is read byte by byte, each a call of its own.
      if (how === 'line' && result.value > 1)
        current().charge((result.value - 1) * current().board.systemCall);
      return result.value;
    },
    sock_sendto: (fd: number, address: number, length: number, host: string, port: number) =>
      current().call('socket.sendto', fd, memory.read(address, length), host, port).value,
    sock_recvfrom(fd: number, address: number, limit: number, timeout: number, peek: boolean) {
      const result = current().call('socket.recvfrom', fd, limit, nanoseconds(timeout), peek);
      if (result.value < 0) return result.value;
      peer = result.data!;
      memory.write(address, result.data!.bytes);
      return result.value;
    },
    sock_option: (fd: number, option: SocketOption, on: boolean) =>
      current().call('socket.option', fd, option, on).value,
    sock_join: (fd: number, group: string) => current().call('socket.join', fd, group).value,
    peer_address: () => peer.address,
    peer_port: () => peer.port,
    sock_close(fd: number) {
      const { value } = current().call('socket.close', fd);
      current().heap.giveBack(held.get(fd) ?? [], 'socket closed');
      held.delete(fd);
      return value;
    },

    /** "fd:mask fd:mask …" in, the ready masks in the same order out; none is ready when Ctrl-C ended the wait. */
    sock_poll(entries: string, timeout: number) {
      const pairs = entries.split(' ').map((entry) => entry.split(':').map(Number) as [number, number]);
      const session = current();
      // What has come over already the world knows nothing of.
      const typed = pairs.map(([fd, mask]) => (fd === CONSOLE && session.hasInput ? POLLIN & mask : 0));
      const waits = typed.every((mask) => mask === 0);
      const { data } = session.call('socket.poll', pairs, waits ? nanoseconds(timeout) : 0);
      return typed.map((mask, at) => mask | (data?.[at] ?? 0)).join(' ');
    },

    /** Addresses separated by blanks, or a negative error number. */
    resolve(name: string) {
      // lwIP reads an address without asking anyone, with or without a network.
      if (DOTTED_QUAD.test(name)) return name;
      const { value, data } = current().call('dns.resolve', name);
      return value < 0 ? String(value) : data!.join(' ');
    },
  };
}
