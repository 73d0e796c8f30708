/**
 * The simulated host through which a device reaches the real network. It answers for every address that is
 * not on the device's link: a SYN becomes a real connection, and is answered when that one is.
 */
import { connect, type Socket } from 'node:net';
import { isMulticast, LOOPBACK_ADDRESS } from '../../emulator/net/addresses.ts';
import type { Endpoint } from '../../emulator/net/api.ts';
import type { NetInterface } from '../../emulator/net/interface.ts';
import { IpProtocol, type Ipv4Packet } from '../../emulator/net/ipv4.ts';
import { decodeUdp, encodeUdp } from '../../emulator/net/udp.ts';
import type { World } from '../../emulator/world/world.ts';
import { BridgedHost } from './bridged-host.ts';
import { Datagrams } from './datagrams.ts';
import type { Departures } from './departures.ts';
import type { Reach } from './reach.ts';

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

const BROADCAST = '255.255.255.255';

export class GatewayStack extends BridgedHost {
  private readonly options: GatewayOptions;
  /** The real sockets behind the device's UDP ports. */
  readonly datagrams: Datagrams;

  constructor(options: GatewayOptions) {
    super({
      ...options,
      connect: ({ address: host, port }) => connect({ host, port, allowHalfOpen: true, noDelay: true }),
    });
    this.options = options;
    this.datagrams = new Datagrams(
      (bytes, from, port) => options.enter(() => this.deliverDatagram(bytes, from, port)),
      (text) => options.enter(() => this.warn(text)),
    );
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
    if (packet.protocol === IpProtocol.UDP && this.isOutside(packet.destination)) this.sendOutside(packet);
    else super.deliver(packet, arrival);
  }

  protected override isOutside(address: string): boolean {
    return address !== this.address;
  }

  protected override forbids({ address, port }: Endpoint): string | undefined {
    if (this.options.reach.permits(address, port)) return undefined;
    const target = `${address}:${port}`;
    return `${target} is not allowed (--allow ${target}); the connection is refused`;
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
}
