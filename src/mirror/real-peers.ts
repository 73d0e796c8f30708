/**
 * A scenario's peers on real ports of this computer. The world is the one of an emulated run; in the place of its
 * device stands a guest, through whom real clients come in:
 *
 *     real client ── real port ── guest ~~ wifi ~~ router ── internet ── (attackers) ── host
 *
 * So taps, attackers and faults do to a real connection what they do to a simulated one, and all of it is in the trace.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { OpenWorld } from '../../emulator/device/open-world.ts';
import { macAt } from '../../emulator/net/addresses.ts';
import type { Endpoint } from '../../emulator/net/api.ts';
import { Ipv4Stack } from '../../emulator/net/stack.ts';
import type { Trace } from '../../emulator/world/trace.ts';
import type { World } from '../../emulator/world/world.ts';
import { Departures } from '../gateway/departures.ts';
import { Relay } from '../gateway/relay.ts';
import { lan, WIFI_LINK } from '../scenario/addressing.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { buildWorld, type RunOptions } from '../scenario/run.ts';
import type { Scenario } from '../scenario/schema.ts';
import { newScript } from '../scenario/simulate.ts';
import type { Script } from '../scenario/steps/script.ts';
import { DatagramRelay } from './datagram-relay.ts';
import { MirrorError, MirrorUsageError } from './problem.ts';
import { WaitingClient } from './waiting-client.ts';

export interface RealPeersOptions extends RunOptions {
  /** Address of this computer on which ports open; by default loopback. */
  readonly address?: string;
}

/** The guest's place in the devices' network: what DHCP gives to the first who asks. */
const GUEST_ADDRESS = `${lan(0).prefix}2`;

export class RealPeers {
  readonly world: World;
  /** The world has broken: a defect, which nobody could catch otherwise. */
  onFailure: (error: Error) => void = (error) => {
    throw error;
  };
  /** In traces the guest has the name of the device in whose place it stands. */
  readonly guest: string;
  readonly guestAddress = GUEST_ADDRESS;
  readonly address: string;
  private readonly scenario: Scenario;
  private readonly stack: Ipv4Stack;
  private readonly open: OpenWorld;
  private readonly script: Script;
  private readonly departures: Departures;
  private origin: bigint | undefined;
  private readonly ports = new Map<string, Promise<RealPort>>();

  private constructor(
    { scenario }: LoadedScenario,
    bench: Awaited<ReturnType<typeof buildWorld>>,
    address: string,
  ) {
    const { world, topology } = bench;
    this.world = world;
    this.scenario = scenario;
    this.address = address;
    this.guest = Object.keys(scenario.devices)[0]!;
    const { link } = topology.network.links(WIFI_LINK)[0]!;
    const { prefix, netmask } = lan(0);
    this.stack = new Ipv4Stack(world, { name: this.guest, tcp: 'host', dnsServers: nameServers(scenario) });
    this.stack.attach(link.attach(this.guest, macAt(topology.stations.get(this.guest)!.mac, 0)), {
      address: GUEST_ADDRESS,
      netmask,
      gateway: `${prefix}1`,
    });
    const elapsed = () => (this.origin === undefined ? 0 : Number(process.hrtime.bigint() - this.origin));
    this.open = new OpenWorld({ world, devices: [], clock: elapsed });
    this.departures = new Departures((action) => this.enter(action));
    this.script = newScript({ scenario }, { ...bench, devices: [] });
  }

  /** Builds the world of a scenario, with its clock standing still. */
  static async build(loaded: LoadedScenario, options: RealPeersOptions = {}): Promise<RealPeers> {
    const { address = '127.0.0.1', ...run } = options;
    return new RealPeers(loaded, await buildWorld(loaded, run), address);
  }

  get trace(): Trace {
    return this.world.trace;
  }

  /** From now on the world goes with the wall clock. */
  start(): void {
    this.origin = process.hrtime.bigint();
    this.script.start();
    // There is no device of whose end it would tell.
    this.open.run().catch((error: Error) => this.onFailure(error));
  }

  /** Something happens that comes from outside: the world is up to date when `action` runs. */
  enter(action: () => void): void {
    this.open.enter(action);
  }

  /** Whether somebody in the scenario serves TCP or UDP there. */
  serves({ address, port }: Endpoint): boolean {
    const { hosts, attackers } = this.scenario;
    const isAttackers = Object.values(attackers).some(
      (each) => each.type === 'man-in-the-middle' && each.address === address && each.port === port,
    );
    return (
      isAttackers ||
      Object.values(hosts).some(
        (host) => host.address === address && host.services.some((service) => portOf(service) === port),
      )
    );
  }

  /** Whether anybody in the scenario has this address: where nobody has, a connection is not refused but never answered. */
  hasAddress(address: string): boolean {
    const { hosts, attackers } = this.scenario;
    const { prefix } = lan(0);
    return (
      [`${prefix}1`, GUEST_ADDRESS].includes(address) ||
      Object.values(hosts).some((host) => host.address === address) ||
      Object.values(attackers).some((each) => 'address' in each && each.address === address)
    );
  }

  /**
   * The real port that leads to this end point of the scenario, by TCP and by UDP; opened when it is first asked for.
   * `port`: the number it shall have. Throws MirrorError when it cannot be had.
   */
  async portTo(target: Endpoint, port = 0): Promise<number> {
    const key = `${target.address}:${target.port}`;
    const opening = this.ports.get(key) ?? this.openPort(target, port);
    this.ports.set(key, opening);
    return (await opening).number;
  }

  /** What the scenario's name servers say, through its network and past its attackers. Errors are lwIP's. */
  resolve(name: string): Promise<{ readonly addresses: readonly string[] } | { readonly error: number }> {
    return new Promise((resolve) => this.enter(() => this.stack.resolve(name, resolve)));
  }

  /** Closes every port and stops the world. */
  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.ports.values());
    for (const each of opened) if (each.status === 'fulfilled') each.value.close();
    this.open.close();
  }

  private async openPort(target: Endpoint, port: number): Promise<RealPort> {
    const sockets = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      this.enter(() => this.admit(socket, target));
    });
    const number = await listen(server, this.address, port);
    const datagrams = new DatagramRelay(this.stack, target, (action) => this.enter(action));
    await datagrams.open(this.address, number);
    return {
      number,
      close() {
        server.close();
        datagrams.close();
        for (const socket of sockets) socket.destroy();
      },
    };
  }

  /** A real client has come: the guest makes the same connection in the scenario's network. */
  private admit(socket: Socket, target: Endpoint): void {
    socket.on('error', () => {});
    const tcp = this.stack.connectTcp(target);
    const waiting = new WaitingClient(socket, () => this.enter(() => tcp.abort()));
    tcp.onError = () => socket.resetAndDestroy();
    tcp.onConnect = () => {
      if (socket.destroyed) tcp.abort();
      else {
        waiting.release();
        new Relay(tcp, socket, (action) => this.enter(action), this.departures).start();
      }
    };
  }
}

interface RealPort {
  readonly number: number;
  close(): void;
}

const WELL_KNOWN = { ntp: 123, dns: 53 } as const;

/** On which port a service listens. */
export function portOf(service: Scenario['hosts'][string]['services'][number]): number {
  if (service.type === 'ntp' || service.type === 'dns') return WELL_KNOWN[service.type];
  if (service.type !== 'mqtt') return service.port;
  return service.port ?? (service.certificate === undefined ? 1883 : 8883);
}

function nameServers({ hosts }: Scenario): string[] {
  return Object.values(hosts)
    .filter(({ services }) => services.some(({ type }) => type === 'dns'))
    .map(({ address }) => address);
}

/** Returns the number that it got. */
export function listen(server: Server, address: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new (error.code === 'EADDRNOTAVAIL' ? MirrorUsageError : MirrorError)(whyNot(error, address, port)),
      ),
    );
    server.listen({ host: address, port }, () => resolve((server.address() as { port: number }).port));
  });
}

function whyNot({ code, message }: NodeJS.ErrnoException, address: string, port: number): string {
  if (code === 'EADDRNOTAVAIL')
    return `${address} is not an address of this computer: --host takes one that is`;
  if (code === 'EADDRINUSE') return `port ${port} of ${address} is taken: stop what listens there`;
  return `cannot listen on ${address}: ${message}`;
}
