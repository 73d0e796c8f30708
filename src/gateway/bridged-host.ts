/**
 * A simulated host whose far end is real: a SYN becomes a connection outside, and is answered when that one stands. What
 * the far end is made of is the caller's.
 */
import type { Endpoint, TcpListener, TcpSocket } from '../../emulator/net/api.ts';
import type { NetInterface } from '../../emulator/net/interface.ts';
import { IpProtocol, type Ipv4Packet } from '../../emulator/net/ipv4.ts';
import { Ipv4Stack } from '../../emulator/net/stack.ts';
import { decodeTcp, hasFlag, TcpFlag } from '../../emulator/net/tcp/segment.ts';
import type { World } from '../../emulator/world/world.ts';
import type { Departures } from './departures.ts';
import type { OutsideError, OutsideSocket } from './outside.ts';
import { Relay } from './relay.ts';

export interface BridgedHostOptions {
  readonly world: World;
  readonly name: string;
  /** Begins a connection; `connect` or `error` follows. */
  readonly connect: (to: Endpoint) => OutsideSocket;
  /** Brings what happens outside into the world: `OpenWorld.enter`. */
  readonly enter: (action: () => void) => void;
  readonly departures: Departures;
}

/** So that no SYN of the device's waits for room. */
const BACKLOG = 1024;

/** Established and reset again before this process looked. */
const RESET = Symbol('reset');

export abstract class BridgedHost extends Ipv4Stack {
  private readonly bridge: BridgedHostOptions;
  /** Real connections that wait for the device's side to be complete, by `keyOf`. */
  private readonly opening = new Map<string, OutsideSocket | typeof RESET>();
  private readonly listeners = new Map<string, TcpListener>();
  private readonly relays = new Set<Relay>();

  constructor(options: BridgedHostOptions) {
    super(options.world, { name: options.name, tcp: 'host' });
    this.bridge = options;
  }

  /** True when everything that devices have sent has been handed to what is outside. */
  get isFlushed(): boolean {
    return [...this.relays].every(({ isFlushed }) => isFlushed);
  }

  protected override deliver(packet: Ipv4Packet, arrival: NetInterface | undefined): void {
    if (this.isNews(packet)) this.connectOutside(packet);
    else super.deliver(packet, arrival);
  }

  /** Whether a connection to this address and port is made outside; if not, why, in a sentence. */
  protected abstract forbids(to: Endpoint): string | undefined;

  /** Whether this address leads outside. */
  protected abstract isOutside(address: string): boolean;

  protected warn(text: string): void {
    this.world.trace.append(this.name, { type: 'note', level: 'warning', text });
  }

  protected relay(tcp: TcpSocket, socket: OutsideSocket): void {
    const relay = new Relay(tcp, socket, this.bridge.enter, this.bridge.departures);
    this.relays.add(relay);
    relay.onOver = () => this.relays.delete(relay);
    relay.start();
  }

  /** Whether this is a SYN for the real network. One that is repeated finds the first still at work. */
  private isNews(packet: Ipv4Packet): boolean {
    if (packet.protocol !== IpProtocol.TCP || !this.isOutside(packet.destination)) return false;
    const segment = decodeTcp(packet);
    return segment !== undefined && hasFlag(segment, TcpFlag.SYN) && !hasFlag(segment, TcpFlag.ACK);
  }

  private connectOutside(packet: Ipv4Packet): void {
    const { sourcePort, destinationPort: port } = decodeTcp(packet)!;
    const { enter, connect } = this.bridge;
    const target = { address: packet.destination, port };
    const key = keyOf(target, sourcePort);
    if (this.opening.has(key)) return;
    const objection = this.forbids(target);
    if (objection !== undefined) {
      this.warn(objection);
      this.refuseTcp(packet);
      return;
    }
    const socket = connect(target);
    this.opening.set(key, socket);
    const failed = (error: OutsideError) =>
      enter(() => {
        if (error.code === 'ECONNRESET') {
          this.opening.set(key, RESET);
          this.answer(packet, target);
          return;
        }
        this.opening.delete(key);
        this.connectionFailed(packet, error);
      });
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.off('error', failed);
      enter(() => this.answer(packet, target));
    });
  }

  /** Any error but a refusal says nothing on the wire: the device's own time-outs tell it. */
  protected connectionFailed(packet: Ipv4Packet, error: OutsideError): void {
    if (error.code === 'ECONNREFUSED') this.refuseTcp(packet);
  }

  /** Lets the device's SYN through. */
  private answer(packet: Ipv4Packet, target: Endpoint): void {
    this.listenFor(target);
    super.deliver(packet, undefined);
  }

  /** Only a SYN whose real connection stands gets here, so whoever is accepted has one. */
  private listenFor(target: Endpoint): void {
    const name = `${target.address}:${target.port}`;
    if (this.listeners.has(name)) return;
    const listener = this.listenTcp(target.port, BACKLOG, target.address);
    this.listeners.set(name, listener);
    listener.onConnection = () => {
      const tcp = listener.accept()!;
      const key = keyOf(target, tcp.remote.port);
      const socket = this.opening.get(key)!;
      this.opening.delete(key);
      if (socket === RESET) tcp.abort();
      else this.relay(tcp, socket);
    };
  }
}

function keyOf(target: Endpoint, devicePort: number): string {
  return `${devicePort}>${target.address}:${target.port}`;
}
