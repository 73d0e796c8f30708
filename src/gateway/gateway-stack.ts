/**
 * The simulated host through which a device reaches the real network. It answers for every address that is
 * not on the device's link: a SYN becomes a real connection, and is answered when that one is.
 */
import { connect, type Socket } from 'node:net';
import { isMulticast, LOOPBACK_ADDRESS } from '../../emulator/net/addresses.ts';
import type { Endpoint, TcpListener, TcpSocket } from '../../emulator/net/api.ts';
import type { NetInterface } from '../../emulator/net/interface.ts';
import { IpProtocol, type Ipv4Packet } from '../../emulator/net/ipv4.ts';
import { Ipv4Stack } from '../../emulator/net/stack.ts';
import { decodeTcp, hasFlag, TcpFlag } from '../../emulator/net/tcp/segment.ts';
import { decodeUdp, encodeUdp } from '../../emulator/net/udp.ts';
import type { World } from '../../emulator/world/world.ts';
import { Datagrams } from './datagrams.ts';
import type { Departures } from './departures.ts';
import type { Reach } from './reach.ts';
import { Relay } from './relay.ts';

export interface GatewayOptions {
  readonly world: World;
  readonly name: string;
  /** Addresses that begin so are on the device's link, and not the gateway's. */
  readonly lan: string;
  /** The device's address there. */
  readonly device: string;
  readonly reach: Reach;
  /** Brings what a real socket does into the world: `OpenWorld.enter`. */
  readonly enter: (action: () => void) => void;
  readonly departures: Departures;
}

/** So that no SYN of the device's waits for room. */
const BACKLOG = 1024;

/** Established and reset again before this process looked. */
const RESET = Symbol('reset');

const BROADCAST = '255.255.255.255';

export class GatewayStack extends Ipv4Stack {
  private readonly options: GatewayOptions;
  /** Real connections that wait for the device's side to be complete, by `keyOf`. */
  private readonly opening = new Map<string, Socket | typeof RESET>();
  private readonly listeners = new Map<string, TcpListener>();
  private readonly relays = new Set<Relay>();
  /** The real sockets behind the device's UDP ports. */
  readonly datagrams: Datagrams;

  constructor(options: GatewayOptions) {
    super(options.world, { name: options.name, tcp: 'host' });
    this.options = options;
    this.datagrams = new Datagrams(
      (bytes, from, port) => options.enter(() => this.deliverDatagram(bytes, from, port)),
      (text) => options.enter(() => this.warn(text)),
    );
  }

  /** True when everything that devices have sent has been handed to the computer's own stack. */
  get isFlushed(): boolean {
    return [...this.relays].every(({ isFlushed }) => isFlushed);
  }

  /** A real client has come to a port of the device's: a connection from the same address and port. */
  admit(socket: Socket, device: Endpoint): void {
    // One that was reset already has no address any more; the device still gets to see it come and go.
    const from = { address: socket.remoteAddress ?? LOOPBACK_ADDRESS, port: socket.remotePort ?? 0 };
    const tcp = this.connectTcp(device, from);
    const failed = () => socket.resetAndDestroy();
    socket.once('error', () => {});
    tcp.onError = failed;
    tcp.onConnect = () => {
      if (socket.destroyed) tcp.abort();
      else this.relay(tcp, socket);
    };
  }

  protected override loopsBack(): boolean {
    return false;
  }

  protected override owns(address: string): boolean {
    if (address === this.address) return true;
    return !address.startsWith(this.options.lan) && !isMulticast(address) && address !== BROADCAST;
  }

  protected override deliver(packet: Ipv4Packet, arrival: NetInterface | undefined): void {
    if (this.isNews(packet)) this.connectOutside(packet);
    else if (packet.protocol === IpProtocol.UDP && packet.destination !== this.address)
      this.sendOutside(packet);
    else super.deliver(packet, arrival);
  }

  /** Whether this is a SYN for the real network. One that is repeated finds the first still at work. */
  private isNews(packet: Ipv4Packet): boolean {
    if (packet.protocol !== IpProtocol.TCP || packet.destination === this.address) return false;
    const segment = decodeTcp(packet);
    return segment !== undefined && hasFlag(segment, TcpFlag.SYN) && !hasFlag(segment, TcpFlag.ACK);
  }

  private connectOutside(packet: Ipv4Packet): void {
    const { sourcePort, destinationPort: port } = decodeTcp(packet)!;
    const { enter, reach } = this.options;
    const address = packet.destination;
    const key = keyOf({ address, port }, sourcePort);
    if (this.opening.has(key)) return;
    if (!reach.permits(address, port)) {
      this.forbid(packet, `${address}:${port}`);
      return;
    }
    const socket = connect({ host: address, port, allowHalfOpen: true, noDelay: true });
    this.opening.set(key, socket);
    const failed = (error: NodeJS.ErrnoException) =>
      enter(() => {
        if (error.code === 'ECONNRESET') {
          this.opening.set(key, RESET);
          this.answer(packet, { address, port });
          return;
        }
        this.opening.delete(key);
        // Any other error says nothing on the wire: the device's own time-outs tell it.
        if (error.code === 'ECONNREFUSED') this.refuseTcp(packet);
      });
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.off('error', failed);
      enter(() => this.answer(packet, { address, port }));
    });
  }

  /** Lets the device's SYN through. */
  private answer(packet: Ipv4Packet, target: Endpoint): void {
    this.listenFor(target);
    super.deliver(packet, undefined);
  }

  private forbid(packet: Ipv4Packet, target: string): void {
    this.warn(`${target} is not allowed (--allow ${target}); the connection is refused`);
    this.refuseTcp(packet);
  }

  private sendOutside(packet: Ipv4Packet): void {
    const datagram = decodeUdp(packet);
    if (datagram === undefined) return;
    const to = { address: packet.destination, port: datagram.destinationPort };
    const target = `${to.address}:${to.port}`;
    if (this.options.reach.permits(to.address, to.port)) {
      this.datagrams.send(datagram.sourcePort, datagram.payload, to);
    } else {
      this.warn(`${target} is not allowed (--allow ${target}); the datagram is dropped`);
    }
  }

  private deliverDatagram(payload: Uint8Array, from: Endpoint, devicePort: number): void {
    const { device } = this.options;
    const datagram = { sourcePort: from.port, destinationPort: devicePort, payload };
    this.send({
      source: from.address,
      destination: device,
      protocol: IpProtocol.UDP,
      payload: encodeUdp(datagram, from.address, device),
    });
  }

  private warn(text: string): void {
    this.world.trace.append(this.name, { type: 'note', level: 'warning', text });
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

  private relay(tcp: TcpSocket, socket: Socket): void {
    const relay = new Relay(tcp, socket, this.options.enter, this.options.departures);
    this.relays.add(relay);
    relay.onOver = () => this.relays.delete(relay);
    relay.start();
  }
}

function keyOf(target: Endpoint, devicePort: number): string {
  return `${devicePort}>${target.address}:${target.port}`;
}
