import type { TcpSocket } from '../../emulator/net/api.ts';
import type { Ipv4Stack } from '../../emulator/net/stack.ts';
import { Random } from '../../emulator/world/random.ts';
import { SECOND } from '../../emulator/world/time.ts';
import type { World } from '../../emulator/world/world.ts';
import { run } from './lab.ts';

export const PORT = 8000;
export const SERVER = { address: '10.0.0.2', port: PORT };

/** Bytes that show any loss, doubling or change of order. */
export function payload(length: number): Uint8Array {
  return new Random(length).bytes(length);
}

/** Sends all of it as room comes, then what `then` says. */
export function sendAll(socket: TcpSocket, bytes: Uint8Array, then: () => void = () => {}): void {
  let sent = 0;
  const push = () => {
    if (sent === bytes.length) return;
    sent += socket.send(bytes.subarray(sent));
    if (sent === bytes.length) then();
  };
  socket.onWritable = push;
  push();
}

/** Reads as data comes; `bytes()` is what came so far. */
export function collect(socket: TcpSocket, onEnd: () => void = () => {}) {
  const parts: Uint8Array[] = [];
  let ended = false;
  const drain = () => {
    while (socket.readable > 0) parts.push(socket.read(1000));
    if (!socket.ended || ended) return;
    ended = true;
    onEnd();
  };
  socket.onReadable = drain;
  drain();
  return {
    bytes: () => Uint8Array.from(parts.flatMap((part) => [...part])),
    ended: () => ended,
  };
}

/** A connection from one stack to the other, both ends of it, in ESTABLISHED. */
export function connectPair(
  world: World,
  from: Ipv4Stack,
  to: Ipv4Stack,
  port = PORT,
): { client: TcpSocket; server: TcpSocket } {
  const listener = to.listenTcp(port, 5);
  const client = from.connectTcp({ address: to.address!, port });
  let server: TcpSocket | undefined;
  listener.onConnection = () => {
    server = listener.accept();
  };
  run(world, world.now + 60 * SECOND, () => server !== undefined && client.state === 'ESTABLISHED');
  if (server === undefined) throw new Error(`no connection: ${client.state}`);
  return { client, server };
}
