import { MICROSECOND, type Nanoseconds } from '../world/time.ts';
import type { World } from '../world/world.ts';
import {
  ANY_ADDRESS,
  type Ipv4Address,
  isLoopback,
  isMulticast,
  LOOPBACK_ADDRESS,
  prefixLength,
} from './addresses.ts';
import {
  type Endpoint,
  Errno,
  NetError,
  type NetStack,
  type TcpListener,
  type TcpSocket,
  type UdpSocket,
} from './api.ts';
import { DnsResolver } from './dns-resolver.ts';
import { ETHERNET_MTU, type EthernetPort } from './ethernet.ts';
import { decodeIcmp, encodeIcmp, IcmpType, icmpError, isIcmpError, Unreachable } from './icmp.ts';
import { type InterfaceConfig, NetInterface } from './interface.ts';
import {
  DEFAULT_TTL,
  decodeIpv4Piece,
  encodeIpv4,
  fragmentIpv4,
  IPV4_HEADER_LENGTH,
  IpProtocol,
  type IpService,
  type Ipv4Packet,
  type OutgoingPacket,
} from './ipv4.ts';
import { Reassembly } from './reassembly.ts';
import { TcpLayer } from './tcp/layer.ts';
import { TCP_PROFILES, type TcpProfileName } from './tcp/profile.ts';
import { encodeUdp, UdpLayer } from './udp.ts';

export interface StackOptions {
  /** The actor in the trace. */
  readonly name: string;
  readonly tcp: TcpProfileName;
  /** Asked in order; DHCP replaces them. */
  readonly dnsServers?: readonly Ipv4Address[];
}

/** lwIP: CONFIG_LWIP_UDP_RECVMBOX_SIZE. */
const UDP_MAILBOX = { lwip: 6, host: 256 } as const;
/** A packet to oneself takes its turn in the stack's own task. */
const LOOPBACK_DELAY: Nanoseconds = 10 * MICROSECOND;

/** What came of a packet on its way out. */
export type Forwarded = 'sent' | 'no-route' | 'too-long';

/** One host's IPv4 stack over any number of interfaces. */
export class Ipv4Stack implements NetStack, IpService {
  readonly name: string;
  readonly world: World;
  readonly interfaces: NetInterface[] = [];
  dnsServers: readonly Ipv4Address[];
  private readonly tcp: TcpLayer;
  private readonly udp: UdpLayer;
  private readonly resolver: DnsResolver;
  /** Undefined where fragments are discarded: ESP-IDF leaves IP_REASSEMBLY off. */
  private readonly reassembly: Reassembly | undefined;
  /** Whether packets carry DF and a smaller path MTU is learnt from ICMP (RFC 1191); lwIP does neither. */
  private readonly discoversPathMtu: boolean;
  /** ESP-IDF's hook for lwIP: a packet leaves by the interface that has its source address. */
  private readonly routesBySource: boolean;
  private readonly groups = new Set<Ipv4Address>();
  private identification: number;
  private halted = false;

  constructor(world: World, options: StackOptions) {
    this.world = world;
    this.name = options.name;
    this.dnsServers = options.dnsServers ?? [];
    const random = world.random.fork(`ip/${options.name}`);
    this.identification = random.below(0x1_0000);
    this.tcp = new TcpLayer({ world, actor: this.name, profile: TCP_PROFILES[options.tcp], ip: this });
    this.udp = new UdpLayer({ ip: this, random: random.fork('udp'), mailbox: UDP_MAILBOX[options.tcp] });
    this.resolver = new DnsResolver(this);
    this.discoversPathMtu = options.tcp === 'host';
    this.routesBySource = options.tcp === 'lwip';
    this.reassembly = options.tcp === 'host' ? new Reassembly(world) : undefined;
  }

  /** Adds an interface. Without a configuration it waits for DHCP or `configure`. */
  attach(port: EthernetPort, config?: InterfaceConfig): NetInterface {
    const added = new NetInterface(this.world, port);
    added.onPacket = (bytes) => this.receive(bytes, added);
    added.onAddressLost = (address) => this.tcp.addressLost(address);
    this.interfaces.push(added);
    if (config !== undefined) added.configure(config);
    return added;
  }

  /** The first address in use. */
  get address(): Ipv4Address | undefined {
    return this.interfaces.find((each) => each.isReady)?.address;
  }

  connectTcp(to: Endpoint, from?: Endpoint): TcpSocket {
    return this.tcp.connect(to, from);
  }

  listenTcp(port: number, backlog: number, address?: Ipv4Address, reuse?: boolean): TcpListener {
    return this.tcp.listen(port, backlog, address, reuse);
  }

  isTcpPortTaken(port: number, reuse: boolean): boolean {
    return this.tcp.isPortTaken(port, reuse);
  }

  bindUdp(port: number, address?: Ipv4Address, reuse?: boolean): UdpSocket {
    return this.udp.bind(port, address, reuse);
  }

  /** Without IGMP (RFC 3376): every link here carries every group, so there is no router to be told. */
  joinGroup(group: Ipv4Address): void {
    if (this.address === undefined) throw new NetError(Errno.EHOSTUNREACH, `no interface for ${group}`);
    this.groups.add(group);
  }

  resolve(name: string, done: (result: { addresses: readonly string[] } | { error: number }) => void): void {
    this.resolver.resolve(name, done);
  }

  /** Power off: every connection vanishes without a segment, every port leaves its link. */
  halt(): void {
    this.halted = true;
    this.tcp.dropAll();
    this.udp.closeAll();
    this.resolver.cancelAll();
    for (const each of this.interfaces) each.port.detach();
  }

  sourceFor(destination: Ipv4Address): Ipv4Address | undefined {
    if (this.loopsBack(destination)) return LOOPBACK_ADDRESS;
    if (this.owns(destination)) return destination;
    return this.route(destination)?.via.address;
  }

  send(packet: OutgoingPacket): void {
    if (this.halted) return;
    const complete = this.complete(packet);
    if (this.loopsBack(packet.destination) || this.owns(packet.destination)) {
      this.loop(complete);
      return;
    }
    this.forward(complete);
  }

  /** Sends a datagram through one interface, which needs no address for it: DHCP's way out (RFC 2131 4.1). */
  sendFrom(on: NetInterface, from: Endpoint, to: Endpoint, payload: Uint8Array): void {
    const datagram = { sourcePort: from.port, destinationPort: to.port, payload };
    const packet = this.complete({
      source: from.address,
      destination: to.address,
      protocol: IpProtocol.UDP,
      payload: encodeUdp(datagram, from.address, to.address),
    });
    on.sendPacket(to.address, encodeIpv4(packet));
  }

  /** A packet for somebody else; a host discards it (RFC 1122 3.2.1.3), a router overrides this. */
  protected notForUs(_packet: Ipv4Packet, _arrival: NetInterface): void {}

  /**
   * Sends towards the destination by the routes, in fragments when it is too long for the link, or for the
   * way that a router knows to be narrower.
   */
  protected forward(packet: Ipv4Packet, narrowing = (_via: NetInterface): number => ETHERNET_MTU): Forwarded {
    const route = this.route(packet.destination, packet.source);
    if (route === undefined) return 'no-route';
    const mtu = Math.min(narrowing(route.via), ETHERNET_MTU);
    const isLong = IPV4_HEADER_LENGTH + packet.payload.length > mtu;
    if (isLong && packet.dontFragment) return 'too-long';
    for (const piece of isLong ? fragmentIpv4(packet, mtu) : [packet]) {
      route.via.sendPacket(route.neighbour, encodeIpv4(piece));
    }
    return 'sent';
  }

  /** Reports an error to a packet's sender, unless RFC 1122 3.2.2 forbids it. */
  protected sendIcmpError(type: number, code: number, packet: Ipv4Packet, rest = 0): void {
    const source = this.sourceFor(packet.source);
    const silent =
      source === undefined ||
      packet.source === ANY_ADDRESS ||
      isMulticast(packet.destination) ||
      this.interfaces.some(
        (each) => each.isBroadcast(packet.destination) || each.isBroadcast(packet.source),
      ) ||
      (packet.fragment?.offset ?? 0) > 0 ||
      (packet.protocol === IpProtocol.ICMP && isIcmpError(packet.payload));
    if (silent) return;
    const payload = icmpError(type, code, packet, rest);
    this.send({ source, destination: packet.source, protocol: IpProtocol.ICMP, payload });
  }

  private complete(packet: OutgoingPacket): Ipv4Packet {
    this.identification = (this.identification + 1) & 0xffff;
    const fits = IPV4_HEADER_LENGTH + packet.payload.length <= ETHERNET_MTU;
    return {
      ttl: DEFAULT_TTL,
      ...packet,
      identification: this.identification,
      ...(this.discoversPathMtu && fits ? { dontFragment: true } : {}),
    };
  }

  /** Whether packets to this address stay inside. A stack whose loopback is another computer's overrides it. */
  protected loopsBack(address: Ipv4Address): boolean {
    return isLoopback(address);
  }

  /** Answers a packet with TCP in it as a closed port would. */
  protected refuseTcp(packet: Ipv4Packet): void {
    this.tcp.refusePacket(packet);
  }

  protected owns(address: Ipv4Address): boolean {
    return this.interfaces.some((each) => each.address === address);
  }

  /**
   * The longest prefix wins; a default router is a prefix of length zero. Of interfaces on the same network the
   * newest is asked, as in lwIP's list.
   */
  private route(destination: Ipv4Address, source?: Ipv4Address): Route | undefined {
    const ready = this.interfaces.filter((each) => each.isReady);
    const bound = this.routesBySource ? ready.find((each) => each.address === source) : undefined;
    if (bound !== undefined) return routeBy(bound, destination);
    const direct = ready
      .filter((each) => each.reaches(destination))
      .reverse()
      .sort((a, b) => prefixLength(b.config!.netmask) - prefixLength(a.config!.netmask))[0];
    if (direct !== undefined) return { via: direct, neighbour: destination };
    const routed = ready.find((each) => each.config!.gateway !== undefined) ?? ready[0];
    return routed && routeBy(routed, destination);
  }

  private loop(packet: Ipv4Packet): void {
    this.world.after(LOOPBACK_DELAY, () => {
      if (!this.halted) this.deliver(packet, undefined);
    });
  }

  private receive(bytes: Uint8Array, arrival: NetInterface): void {
    const packet = decodeIpv4Piece(bytes);
    // 127/8 never comes from a link (RFC 1122 3.2.1.3 g).
    if (this.halted || packet === undefined || this.loopsBack(packet.destination)) return;
    // Nor does anything come from a group or from everybody (3.2.1.3): nobody could be answered.
    if (isMulticast(packet.source) || arrival.isBroadcast(packet.source)) return;
    const forUs =
      this.owns(packet.destination) ||
      this.groups.has(packet.destination) ||
      arrival.isBroadcast(packet.destination) ||
      isForBootp(packet, arrival);
    if (!forUs) {
      this.notForUs(packet, arrival);
      return;
    }
    const whole = packet.fragment === undefined ? packet : this.reassembly?.add(packet);
    if (whole !== undefined) this.deliver(whole, arrival);
  }

  protected deliver(packet: Ipv4Packet, arrival: NetInterface | undefined): void {
    const broadcast =
      arrival !== undefined && arrival.address !== packet.destination && !this.owns(packet.destination);
    switch (packet.protocol) {
      case IpProtocol.ICMP:
        this.receiveIcmp(packet, broadcast);
        return;
      case IpProtocol.TCP:
        // A connection has two ends; RFC 9293 3.9.2.3 has broadcasts discarded.
        if (!broadcast) this.tcp.receive(packet);
        return;
      case IpProtocol.UDP:
        if (!this.udp.receive(packet, arrival?.address, broadcast) && !broadcast) {
          this.sendIcmpError(IcmpType.DESTINATION_UNREACHABLE, Unreachable.PORT, packet);
        }
        return;
      default:
        this.sendIcmpError(IcmpType.DESTINATION_UNREACHABLE, Unreachable.PROTOCOL, packet);
        return;
    }
  }

  /**
   * Errors about our packets are advisory to TCP (RFC 1122 4.2.3.9) and have no reader in UDP: lwIP logs them.
   * A host follows the one that tells it the path's MTU.
   */
  private receiveIcmp(packet: Ipv4Packet, broadcast: boolean): void {
    const message = decodeIcmp(packet.payload);
    const { DESTINATION_UNREACHABLE } = IcmpType;
    if (
      this.discoversPathMtu &&
      message?.type === DESTINATION_UNREACHABLE &&
      message.code === Unreachable.FRAGMENTATION_NEEDED
    ) {
      this.tcp.pathMtu(message.data, message.rest & 0xffff);
      return;
    }
    if (message?.type !== IcmpType.ECHO_REQUEST || broadcast) return;
    this.send({
      source: packet.destination,
      destination: packet.source,
      protocol: IpProtocol.ICMP,
      payload: encodeIcmp({ ...message, type: IcmpType.ECHO_REPLY }),
    });
  }
}

interface Route {
  readonly via: NetInterface;
  readonly neighbour: Ipv4Address;
}

function routeBy(via: NetInterface, destination: Ipv4Address): Route | undefined {
  if (via.reaches(destination) || via.isBroadcast(destination) || isMulticast(destination)) {
    return { via, neighbour: destination };
  }
  const { gateway } = via.config!;
  return gateway === undefined ? undefined : { via, neighbour: gateway };
}

const BOOTP_CLIENT_PORT = 68;

/**
 * An interface without an address takes what a DHCP server sends to the address it is about to give
 * (RFC 2131 4.1; lwIP's IP_ACCEPT_LINK_LAYER_ADDRESSED_PORT).
 */
function isForBootp(packet: Ipv4Packet, arrival: NetInterface): boolean {
  if (arrival.address !== undefined || packet.protocol !== IpProtocol.UDP) return false;
  return ((packet.payload[2]! << 8) | packet.payload[3]!) === BOOTP_CLIENT_PORT;
}
