import { BROADCAST_ADDRESS, type Ipv4Address, ipv4Number, ipv4Text, type MacAddress } from './addresses.ts';
import type { UdpSocket } from './api.ts';
import {
  DHCP_CLIENT_PORT,
  DHCP_SERVER_PORT,
  type DhcpMessage,
  DhcpType,
  decodeDhcp,
  encodeDhcp,
} from './dhcp-message.ts';
import type { NetInterface } from './interface.ts';
import type { Ipv4Stack } from './stack.ts';

export interface DhcpServerOptions {
  /** Addresses given out, both ends included. */
  readonly first: Ipv4Address;
  readonly last: Ipv4Address;
  /** Default: the server's own address. */
  readonly router?: Ipv4Address;
  readonly dnsServers: readonly Ipv4Address[];
  readonly leaseSeconds?: number;
  /** Addresses reserved by MAC. */
  readonly reservations?: ReadonlyMap<MacAddress, Ipv4Address>;
  /** A client has its address, or has it for longer; its name is option 12. */
  readonly onLease?: (hostName: string | undefined, address: Ipv4Address) => void;
}

const DEFAULT_LEASE_SECONDS = 86_400;

/** A DHCP server on one interface of a stack (RFC 2131). Each client keeps its address for good. */
export class DhcpServer {
  private readonly stack: Ipv4Stack;
  private readonly on: NetInterface;
  private readonly options: DhcpServerOptions;
  private readonly socket: UdpSocket;
  private readonly leases = new Map<MacAddress, Ipv4Address>();
  private readonly declined = new Set<Ipv4Address>();

  /** The interface must have its address. */
  constructor(stack: Ipv4Stack, on: NetInterface, options: DhcpServerOptions) {
    if (on.address === undefined) throw new RangeError('on: a DHCP server needs an address of its own');
    this.stack = stack;
    this.on = on;
    this.options = options;
    const socket = stack.bindUdp(DHCP_SERVER_PORT, on.address);
    this.socket = socket;
    socket.onReadable = () => {
      for (let packet = socket.receive(); packet !== undefined; packet = socket.receive()) {
        const message = decodeDhcp(packet.bytes);
        if (message !== undefined && !message.fromServer) this.receive(message);
      }
    };
  }

  /** Answers nobody any more. */
  close(): void {
    this.socket.close();
  }

  private receive(message: DhcpMessage): void {
    switch (message.type) {
      case DhcpType.DISCOVER:
        this.offer(message);
        return;
      case DhcpType.REQUEST:
        this.request(message);
        return;
      case DhcpType.DECLINE:
        this.decline(message);
        return;
      case DhcpType.RELEASE:
        this.leases.delete(message.clientMac);
        return;
      default:
        return;
    }
  }

  /** Says nothing when the pool is empty: another server may have an address. */
  private offer(message: DhcpMessage): void {
    const address = this.addressFor(message.clientMac, message.requestedAddress);
    if (address !== undefined) this.reply(message, DhcpType.OFFER, address);
  }

  /** RFC 2131 4.3.2: a request for what this server would not give is refused, one to another server is not ours. */
  private request(message: DhcpMessage): void {
    const { serverId, clientMac } = message;
    if (serverId !== undefined && serverId !== this.on.address) return;
    const wanted = message.requestedAddress ?? message.clientAddress;
    const address = this.addressFor(clientMac, wanted);
    if (wanted === undefined || address !== wanted) {
      this.refuse(message);
      return;
    }
    this.leases.set(clientMac, address);
    this.options.onLease?.(message.hostName, address);
    this.reply(message, DhcpType.ACK, address);
  }

  /** The client found somebody else at its address. */
  private decline(message: DhcpMessage): void {
    if (message.requestedAddress !== undefined) this.declined.add(message.requestedAddress);
    this.leases.delete(message.clientMac);
  }

  private addressFor(mac: MacAddress, wanted: Ipv4Address | undefined): Ipv4Address | undefined {
    const own = this.options.reservations?.get(mac) ?? this.leases.get(mac);
    if (own !== undefined) return own;
    const free = this.freeAddresses();
    return wanted !== undefined && free.includes(wanted) ? wanted : free[0];
  }

  private freeAddresses(): Ipv4Address[] {
    const { first, last, reservations } = this.options;
    const used = new Set([...this.leases.values(), ...(reservations?.values() ?? []), ...this.declined]);
    const from = ipv4Number(first);
    const pool = Array.from({ length: ipv4Number(last) - from + 1 }, (_, i) => ipv4Text(from + i));
    return pool.filter((address) => !used.has(address) && address !== this.on.address);
  }

  private reply(request: DhcpMessage, type: number, address: Ipv4Address): void {
    // The client cannot answer ARP for an address it does not have yet (RFC 2131 4.1).
    this.on.arp.learn(address, request.clientMac);
    const { clientAddress } = request;
    this.send(request.broadcast ? BROADCAST_ADDRESS : (clientAddress ?? address), {
      type,
      transaction: request.transaction,
      fromServer: true,
      ...(clientAddress === undefined ? {} : { clientAddress }),
      yourAddress: address,
      clientMac: request.clientMac,
      serverId: this.on.address!,
      subnetMask: this.on.config!.netmask,
      router: this.options.router ?? this.on.address!,
      dnsServers: this.options.dnsServers,
      leaseSeconds: this.options.leaseSeconds ?? DEFAULT_LEASE_SECONDS,
    });
  }

  private refuse(request: DhcpMessage): void {
    this.send(BROADCAST_ADDRESS, {
      type: DhcpType.NAK,
      transaction: request.transaction,
      fromServer: true,
      clientMac: request.clientMac,
      serverId: this.on.address!,
    });
  }

  private send(to: Ipv4Address, message: DhcpMessage): void {
    const from = { address: this.on.address!, port: DHCP_SERVER_PORT };
    this.stack.sendFrom(this.on, from, { address: to, port: DHCP_CLIENT_PORT }, encodeDhcp(message));
  }
}
