/**
 * Where a board asks its way: the shim's `getaddrinfo` comes here with a name and a port of the scenario and gets the real
 * port that leads there. The name is looked up in the scenario's own network, so that its name servers and whoever
 * forges their answers have their say.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { isIpv4Address } from '../../../emulator/net/addresses.ts';
import type { Endpoint } from '../../../emulator/net/api.ts';
import { MirrorUsageError } from '../problem.ts';
import { listen, type RealPeers } from '../real-peers.ts';

/** lwIP's, as the port raises it. */
const EAI_FAIL = -202;

/** A port that is free on one address may be somebody's on the next. */
const PORTS_TRIED = 10;

/** What a question may be long, characters. */
const LONGEST_QUESTION = 300;

export class Control {
  private number = 0;
  private readonly servers: Server[] = [];
  private readonly closedPorts = new Map<string, number>();
  private readonly sockets = new Set<Socket>();
  private peers: RealPeers | undefined;
  /** Address in the scenario to which the last question led. */
  lastTarget: string | undefined;
  /** What a real port stands for. */
  readonly meant = new Map<number, Endpoint>();
  /** Addresses that were asked for and that nobody in the scenario has. */
  readonly nobodys = new Set<string>();
  /** The first question of the program: it has begun. */
  onQuestion: (() => void) | undefined;

  private constructor() {}

  /** Listens on all of the addresses, on one port. Throws MirrorError. */
  static async open(addresses: readonly string[]): Promise<Control> {
    for (let left = PORTS_TRIED; ; left--) {
      const control = new Control();
      try {
        for (const address of addresses) await control.listen(address);
        return control;
      } catch (error) {
        control.close();
        if (left === 1 || error instanceof MirrorUsageError) throw error;
      }
    }
  }

  get port(): number {
    return this.number;
  }

  /** From now on names lead to these. */
  serve(peers: RealPeers): void {
    this.peers = peers;
  }

  close(): void {
    for (const server of this.servers) server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private async listen(address: string): Promise<void> {
    const server = createServer({ noDelay: true }, (socket) => this.admit(socket));
    this.number = await listen(server, address, this.number);
    this.servers.push(server);
  }

  private admit(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    let question = '';
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      question += bytes.toString('latin1');
      if (question.length > LONGEST_QUESTION) socket.destroy();
      else if (question.includes('\n'))
        void this.answer(question.trim()).then((text) => socket.end(`${text}\n`));
    });
  }

  private async answer(question: string): Promise<string> {
    if (question === 'hello') return 'welcome';
    const [, name, port] = /^name (\S+) (\d+)$/.exec(question) ?? [];
    const { peers } = this;
    if (name === undefined || peers === undefined) return `error ${EAI_FAIL}`;
    this.onQuestion?.();
    const found = isIpv4Address(name) ? { addresses: [name] } : await peers.resolve(name);
    if ('error' in found) return `error ${found.error}`;
    const target = { address: found.addresses[0]!, port: Number(port) };
    this.lastTarget = target.address;
    if (!peers.hasAddress(target.address)) this.nobodys.add(target.address);
    const real = peers.serves(target)
      ? await peers.portTo(target)
      : await this.closedPort(`${target.address}:${target.port}`, peers);
    this.meant.set(real, target);
    return `port ${real} ${target.address}`;
  }

  /** A port on which nobody listens, for one on which nobody listens in the scenario. */
  private async closedPort(key: string, { address }: RealPeers): Promise<number> {
    const known = this.closedPorts.get(key);
    if (known !== undefined) return known;
    const server = createServer();
    const port = await listen(server, address, 0);
    await new Promise((resolve) => server.close(resolve));
    this.closedPorts.set(key, port);
    return port;
  }
}
