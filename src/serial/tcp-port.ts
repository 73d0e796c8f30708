/** A board's serial line on a TCP port: its bytes as they are, or RFC 2217 with its settings and control lines. */
import { createServer, type Server, type Socket } from 'node:net';
import type { BoardLine, LineConnection } from './board-line.ts';
import { BOARD_SETTINGS, ComPortServer, type PortSettings } from './com-port-server.ts';

export type TcpPortKind = 'socket' | 'rfc2217';

export interface TcpPortOptions {
  readonly kind: TcpPortKind;
  /** An address of this computer. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly line: BoardLine;
  readonly log: (text: string) => void;
}

export interface OpenPort {
  /** What a client connects to. */
  readonly url: string;
  close(): Promise<void>;
}

/** Bytes that wait for a client that does not read; what comes after that is lost to it, as on a cable. */
const UNREAD_LIMIT = 4 * 1024 * 1024;

export async function openTcpPort(options: TcpPortOptions): Promise<OpenPort> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, options);
  });
  await listen(server, options);
  const address = server.address() as { port: number };
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `${options.kind}://${host}:${address.port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server, { host, port }: TcpPortOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function serve(socket: Socket, options: TcpPortOptions): void {
  const name = `${socket.remoteAddress}:${socket.remotePort}`;
  // The end of a connection is told by 'close', whatever it was.
  socket.on('error', () => {});
  const { line } = options;
  const accept = options.kind === 'socket' ? acceptRaw : acceptComPort;
  if (line.user !== undefined) {
    options.log(`${name} refused: ${line.user} has the line`);
    socket.end(`The serial line is busy: ${line.user} has it.\r\n`);
    return;
  }
  accept(socket, name, options);
}

function acceptRaw(socket: Socket, name: string, { line }: TcpPortOptions): void {
  const connection = line.connect({ name, receive: (bytes) => sendTo(socket, bytes) })!;
  socket.on('data', (bytes) => connection.write(bytes));
  socket.on('close', () => connection.disconnect());
}

function acceptComPort(socket: Socket, name: string, { line, log }: TcpPortOptions): void {
  let connection: LineConnection | undefined;
  const server = new ComPortServer({
    send: (bytes) => sendTo(socket, bytes),
    write: (bytes) => connection?.write(bytes),
    setLines: (lines) => connection?.setLines(lines),
    settingsChanged: (settings) => log(settingsNote(name, settings)),
  });
  connection = line.connect({ name, receive: (bytes) => server.sendData(bytes) });
  server.start();
  socket.on('data', (bytes) => server.receive(bytes));
  socket.on('close', () => connection?.disconnect());
}

function sendTo(socket: Socket, bytes: Uint8Array): void {
  if (socket.writable && socket.writableLength < UNREAD_LIMIT) socket.write(bytes);
}

const PARITIES = '?NOEMS';
const STOP_SIZES = ['?', '1', '2', '1.5'];

function settingsNote(name: string, settings: PortSettings): string {
  return `${name} has set ${shown(settings)}; a board's UART is at ${shown(BOARD_SETTINGS)} and would read noise`;
}

function shown({ baudRate, dataSize, parity, stopSize }: PortSettings): string {
  return `${baudRate} baud ${dataSize}${PARITIES[parity] ?? '?'}${STOP_SIZES[stopSize] ?? '?'}`;
}
