import type { World } from '../world/world.ts';
import {
  ANY_ADDRESS,
  BROADCAST_ADDRESS,
  BROADCAST_MAC,
  groupMac,
  type Ipv4Address,
  isMulticast,
  type MacAddress,
  sameSubnet,
  subnetBroadcast,
} from './addresses.ts';
import { ArpTable } from './arp.ts';
import { decodeFrame, type EthernetPort, EtherType } from './ethernet.ts';

export interface InterfaceConfig {
  readonly address: Ipv4Address;
  readonly netmask: Ipv4Address;
  /** Default router; none on a router's own links. */
  readonly gateway?: Ipv4Address;
}

/** Where a stack stands on a link: a port, an IPv4 configuration, an ARP table. */
export class NetInterface {
  readonly port: EthernetPort;
  readonly arp: ArpTable;
  /** An IPv4 packet, undecoded. */
  onPacket: ((packet: Uint8Array) => void) | undefined;
  /** The port came up or went down. */
  onStatus: (() => void) | undefined;
  /** The address has been taken away, or replaced by another. */
  onAddressLost: ((address: Ipv4Address) => void) | undefined;
  private current: InterfaceConfig | undefined;

  constructor(world: World, port: EthernetPort) {
    this.port = port;
    this.arp = new ArpTable(world, this);
    port.onFrame = (frame) => this.receive(frame);
    port.onStatus = () => {
      this.arp.clear();
      if (port.isUp) this.arp.announce();
      this.onStatus?.();
    };
  }

  get mac(): MacAddress {
    return this.port.mac;
  }

  get config(): InterfaceConfig | undefined {
    return this.current;
  }

  get address(): Ipv4Address | undefined {
    return this.current?.address;
  }

  /** Packets can be sent from here: the port is up and has an address. */
  get isReady(): boolean {
    return this.port.isUp && this.current !== undefined;
  }

  /** Sets address, mask and router, or takes them away. */
  configure(config: InterfaceConfig | undefined): void {
    const lost = this.current?.address;
    this.current = config;
    if (lost !== undefined && lost !== config?.address) this.onAddressLost?.(lost);
    if (config !== undefined && this.port.isUp) this.arp.announce();
  }

  /** Whether an address is on this link, so that no router is needed. */
  reaches(address: Ipv4Address): boolean {
    return this.current !== undefined && sameSubnet(address, this.current.address, this.current.netmask);
  }

  isBroadcast(address: Ipv4Address): boolean {
    if (address === BROADCAST_ADDRESS) return true;
    const { current } = this;
    return current !== undefined && address === subnetBroadcast(current.address, current.netmask);
  }

  /** Sends a packet to a neighbour on the link; it is no longer than the MTU. */
  sendPacket(neighbour: Ipv4Address, packet: Uint8Array): void {
    if (isMulticast(neighbour)) this.arp.sendTo(groupMac(neighbour), packet);
    else if (this.isBroadcast(neighbour)) this.arp.sendTo(BROADCAST_MAC, packet);
    else if (neighbour !== ANY_ADDRESS) this.arp.send(neighbour, packet);
  }

  /** Puts a frame on the link; ARP's way out. */
  transmit(frame: Uint8Array): void {
    this.port.send(frame);
  }

  private receive(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    if (frame?.etherType === EtherType.ARP) this.arp.receive(frame.payload);
    if (frame?.etherType === EtherType.IPV4) this.onPacket?.(frame.payload);
  }
}
