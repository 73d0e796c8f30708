/** OpenSSL and GnuTLS as the other end of DTLS, over UDP on the loopback, with loss between the two if wanted. */
import { spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { Random } from '../../emulator/world/random.ts';
import type { DtlsEnd } from '../tls/dtls/support.ts';
import { Program } from '../tls/openssl.ts';

export const NO_GNUTLS: string | false =
  spawnSync('gnutls-cli', ['--version']).status === 0 ? false : 'gnutls is not installed';

/** Milliseconds after which a conversation is given up. */
const PATIENCE = 30_000;

/** An engine on a UDP socket, with a real clock for its timer. */
export class UdpEnd {
  readonly end: DtlsEnd;
  received = '';
  /** Datagrams that the network has lost, either way. */
  lost = 0;
  private readonly socket: Socket;
  private readonly loss: number;
  private readonly random = new Random(1, 'udp');
  private peerPort: number | undefined;
  private armedFor: number | undefined;
  private timer: NodeJS.Timeout | undefined;

  private constructor(end: DtlsEnd, socket: Socket, loss: number) {
    this.end = end;
    this.socket = socket;
    this.loss = loss;
    socket.on('message', (datagram, { port }) => {
      this.peerPort = port;
      if (this.loses()) return;
      this.end.receive(new Uint8Array(datagram));
      this.pump();
    });
  }

  /** `loss`: the share of datagrams that do not arrive, either way. */
  static async open(end: DtlsEnd, loss = 0): Promise<UdpEnd> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new UdpEnd(end, socket, loss);
  }

  get port(): number {
    return this.socket.address().port;
  }

  /** Begins the handshake; a client is told where its server is. */
  start(peerPort?: number): void {
    this.peerPort = peerPort;
    this.end.tls.start();
    this.pump();
  }

  say(text: string): void {
    this.end.tls.send(new TextEncoder().encode(text));
    this.pump();
  }

  /** Until it is so, or the engine has failed. */
  async until(condition: () => boolean): Promise<void> {
    const giveUp = Date.now() + PATIENCE;
    while (!condition() && this.end.tls.error === undefined) {
      if (Date.now() > giveUp) throw new Error(`nothing comes, state ${this.end.tls.state}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async established(): Promise<void> {
    await this.until(() => this.end.tls.state === 'established');
  }

  close(): void {
    this.end.tls.close();
    this.pump();
    clearTimeout(this.timer);
    this.socket.close();
  }

  private pump(): void {
    for (const record of this.end.readAll()) this.received += Buffer.from(record).toString('latin1');
    for (const datagram of this.end.take()) {
      if (!this.loses()) this.socket.send(datagram, this.peerPort!, '127.0.0.1');
    }
    this.arm();
  }

  private arm(): void {
    const { wait, timerStarts } = this.end;
    if (timerStarts === this.armedFor) return;
    this.armedFor = timerStarts;
    clearTimeout(this.timer);
    if (wait === undefined) return;
    this.timer = setTimeout(() => {
      this.end.timeout();
      this.pump();
    }, wait);
  }

  private loses(): boolean {
    const lost = this.random.unit() < this.loss;
    if (lost) this.lost++;
    return lost;
  }
}

/** What was said, as each side has it. */
export interface Talk {
  /** Application data that our engine received. */
  readonly received: string;
  readonly printed: string;
  readonly lost: number;
}

/** One line each way. `program` already runs; ours speaks first, as its server cannot. */
async function talk(ours: UdpEnd, program: Program, echoes: boolean): Promise<Talk> {
  await ours.established();
  // Data is not repeated when it is lost: each side says its line until the other has it.
  const saying = setInterval(() => {
    if (ours.end.tls.state === 'established') ours.say('from the engine\n');
    if (!echoes) program.type('from the program\n');
  }, 20);
  try {
    await ours.until(() => ours.received.includes(echoes ? 'from the engine' : 'from the program'));
    if (!echoes) await program.waitFor(/(from the engine)/);
  } finally {
    clearInterval(saying);
  }
  return { received: ours.received, printed: program.printed, lost: ours.lost };
}

async function conversation(ours: UdpEnd, program: Program, echoes = false): Promise<Talk> {
  try {
    return await talk(ours, program, echoes);
  } catch (error) {
    throw new Error(`${error}; the engine: ${ours.end.tls.error}; the program: ${program.printed}`);
  } finally {
    ours.close();
    await program.stop();
  }
}

export async function talkToOpensslDtlsServer(
  args: readonly string[],
  client: DtlsEnd,
  loss = 0,
): Promise<Talk> {
  const server = new Program('openssl', [
    's_server',
    '-accept',
    '127.0.0.1:0',
    '-dtls1_2',
    '-timeout',
    ...args,
  ]);
  const port = Number(await server.waitFor(/ACCEPT 127\.0\.0\.1:(\d+)/));
  const ours = await UdpEnd.open(client, loss);
  ours.start(port);
  return await conversation(ours, server);
}

export async function serveOpensslDtlsClient(
  args: readonly string[],
  server: DtlsEnd,
  loss = 0,
): Promise<Talk> {
  const ours = await UdpEnd.open(server, loss);
  ours.start();
  const where = ['-connect', `127.0.0.1:${ours.port}`, '-dtls1_2', '-timeout', '-quiet'];
  return await conversation(ours, new Program('openssl', ['s_client', ...where, ...args]));
}

export async function talkToGnutlsServer(args: readonly string[], client: DtlsEnd): Promise<Talk> {
  const port = await freePort();
  const server = new Program('gnutls-serv', ['--udp', '--echo', '--port', String(port), ...args]);
  await server.waitFor(/IPv4 0\.0\.0\.0 port \d+\.\.\.(done)/);
  const ours = await UdpEnd.open(client);
  ours.start(port);
  return await conversation(ours, server, true);
}

export async function serveGnutlsClient(args: readonly string[], server: DtlsEnd): Promise<Talk> {
  const ours = await UdpEnd.open(server);
  ours.start();
  const where = ['--udp', '--port', String(ours.port), '127.0.0.1'];
  return await conversation(ours, new Program('gnutls-cli', [...args, ...where]));
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}
