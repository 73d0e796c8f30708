import type { Timer } from '../world/event-queue.ts';
import type { Random } from '../world/random.ts';
import { MILLISECOND, type Nanoseconds, SECOND } from '../world/time.ts';
import { ANY_ADDRESS, BROADCAST_ADDRESS, type Ipv4Address } from './addresses.ts';
import type { UdpSocket } from './api.ts';
import {
  DHCP_CLIENT_PORT,
  DHCP_SERVER_PORT,
  type DhcpMessage,
  DhcpType,
  decodeDhcp,
  encodeDhcp,
} from './dhcp-message.ts';
import type { InterfaceConfig, NetInterface } from './interface.ts';
import type { Ipv4Stack } from './stack.ts';

export interface DhcpClientOptions {
  readonly hostName?: string;
}

/** RFC 2131 4.4, with lwIP's CHECKING: asking by ARP whether the address is taken. */
export type DhcpClientState =
  | 'STOPPED'
  | 'SELECTING'
  | 'REQUESTING'
  | 'CHECKING'
  | 'BOUND'
  | 'RENEWING'
  | 'REBINDING';

/** lwIP's back-off: 2, 4, 8, 16, 32, then 60 seconds. */
function retryDelay(tries: number): Nanoseconds {
  return (tries < 6 ? 2 ** tries : 60) * SECOND;
}
/** REQUESTING is given up after this many messages, and begins anew. */
const REQUEST_LIMIT = 5;
/** Two probes half a second apart (lwIP's dhcp_check with DHCP_DOES_ARP_CHECK, as ESP-IDF sets it). */
const CHECK_INTERVAL: Nanoseconds = 500 * MILLISECOND;
const CHECK_PROBES = 2;
/** After DECLINE a client waits before it begins anew (RFC 2131 3.1 5). */
const DECLINE_DELAY: Nanoseconds = 10 * SECOND;
/** A lease must not overflow the clock; "infinite" (RFC 2131 3.3) becomes this. */
const MAX_LEASE_SECONDS = 7 * 86_400;
const DEFAULT_NETMASK = '255.255.255.0';

/** Configures one interface for as long as its port is up: by DHCP, unless it has a fixed configuration. */
export class DhcpClient {
  /** A lease has configured the interface, or been renewed. */
  onBound: (() => void) | undefined;
  private readonly stack: Ipv4Stack;
  private readonly on: NetInterface;
  /** Option 12, in messages from now on; MicroPython sends its hostname. */
  hostName: string | undefined;
  private fixed: InterfaceConfig | undefined;
  private readonly random: Random;
  private current: DhcpClientState = 'STOPPED';
  private socket: UdpSocket | undefined;
  private timer: Timer | undefined;
  private transaction = 0;
  private tries = 0;
  private began: Nanoseconds = 0;
  /** The server's OFFER or ACK that the client acts on. */
  private lease: DhcpMessage | undefined;
  private leaseStart: Nanoseconds = 0;

  /** Begins when the port comes up, or now; stops when it goes down. */
  constructor(stack: Ipv4Stack, on: NetInterface, options: DhcpClientOptions = {}) {
    this.stack = stack;
    this.on = on;
    this.hostName = options.hostName;
    this.random = stack.world.random.fork(`dhcp/${stack.name}/${on.mac}`);
    on.onStatus = () => (on.port.isUp ? this.configure() : this.unconfigure());
    if (on.port.isUp) this.configure();
  }

  /** Uses this instead of a lease, or DHCP again. */
  setFixed(config: InterfaceConfig | undefined): void {
    this.fixed = config;
    if (this.on.port.isUp) this.configure();
  }

  get isFixed(): boolean {
    return this.fixed !== undefined;
  }

  private configure(): void {
    this.stop();
    if (this.fixed === undefined) this.start();
    else this.on.configure(this.fixed);
  }

  /** ESP-IDF takes the address from lwIP at once (esp_netif_down), which ends its connections. */
  private unconfigure(): void {
    this.stop();
    this.on.configure(undefined);
  }

  get state(): DhcpClientState {
    return this.current;
  }

  /** Forgets any lease and looks for a server. */
  start(): void {
    this.stop();
    this.socket = this.stack.bindUdp(DHCP_CLIENT_PORT);
    this.socket.onReadable = () => this.drain();
    this.began = this.stack.world.now;
    this.on.configure(undefined);
    this.discover();
  }

  private stop(): void {
    this.current = 'STOPPED';
    this.timer?.cancel();
    this.socket?.close();
    this.socket = undefined;
    this.on.arp.onClaim = undefined;
    this.lease = undefined;
  }

  private discover(): void {
    this.enter('SELECTING');
    this.transaction = this.random.uint32();
    this.repeat(() => this.broadcast({ type: DhcpType.DISCOVER }));
  }

  private drain(): void {
    for (let packet = this.socket?.receive(); packet !== undefined; packet = this.socket?.receive()) {
      const message = decodeDhcp(packet.bytes);
      const ours = message?.transaction === this.transaction && message.clientMac === this.on.mac;
      if (message?.fromServer && ours) this.receive(message);
    }
  }

  private receive(message: DhcpMessage): void {
    const asking =
      this.current === 'REQUESTING' || this.current === 'RENEWING' || this.current === 'REBINDING';
    if (this.current === 'SELECTING' && message.type === DhcpType.OFFER) this.select(message);
    else if (asking && message.type === DhcpType.ACK) this.acknowledged(message, message.yourAddress);
    else if (asking && message.type === DhcpType.NAK) this.start();
  }

  /** The first offer is taken. */
  private select(offer: DhcpMessage): void {
    if (offer.yourAddress === undefined || offer.serverId === undefined) return;
    this.lease = offer;
    this.enter('REQUESTING');
    this.repeat(() => {
      if (this.tries > REQUEST_LIMIT) return this.start();
      this.broadcast({
        type: DhcpType.REQUEST,
        requestedAddress: offer.yourAddress!,
        serverId: offer.serverId!,
      });
    });
  }

  private acknowledged(ack: DhcpMessage, address: Ipv4Address | undefined): void {
    if (address === undefined) return;
    const firstTime = this.current === 'REQUESTING';
    this.lease = { ...ack, serverId: ack.serverId ?? this.lease!.serverId! };
    this.leaseStart = this.stack.world.now;
    this.timer?.cancel();
    if (firstTime) this.check(address);
    else this.bind();
  }

  private check(address: Ipv4Address): void {
    this.enter('CHECKING');
    this.on.arp.onClaim = (claimed, mac) => {
      if (claimed === address && mac !== this.on.mac) this.decline(address);
    };
    const probe = () => {
      if (this.tries++ === CHECK_PROBES) return this.bind();
      this.on.arp.probe(address);
      this.timer = this.stack.world.after(CHECK_INTERVAL, probe);
    };
    probe();
  }

  private decline(address: Ipv4Address): void {
    this.broadcast({
      type: DhcpType.DECLINE,
      requestedAddress: address,
      serverId: this.lease!.serverId!,
    });
    this.on.arp.onClaim = undefined;
    this.timer?.cancel();
    this.timer = this.stack.world.after(DECLINE_DELAY, () => this.start());
  }

  private bind(): void {
    const lease = this.lease!;
    this.on.arp.onClaim = undefined;
    this.enter('BOUND');
    const address = lease.yourAddress!;
    const netmask = lease.subnetMask ?? DEFAULT_NETMASK;
    const { router, dnsServers = [] } = lease;
    const now = this.on.config;
    if (now?.address !== address || now.netmask !== netmask || now.gateway !== router) {
      this.on.configure({ address, netmask, ...(router === undefined ? {} : { gateway: router }) });
    }
    this.stack.dnsServers = dnsServers;
    this.stack.world.trace.append(this.stack.name, {
      type: 'dhcp.lease',
      address,
      netmask,
      gateway: router ?? '',
      dns: dnsServers[0] ?? '',
      seconds: lease.leaseSeconds ?? MAX_LEASE_SECONDS,
    });
    // T1 and T2 at 1/2 and 7/8 of the lease (RFC 2131 4.4.5).
    this.timer = this.at(0.5, () => this.renew());
    this.onBound?.();
  }

  /** RENEWING: the leasing server is asked, by unicast, until T2. */
  private renew(): void {
    const end = this.leaseTime(0.875);
    this.enter('RENEWING');
    this.transaction = this.random.uint32();
    this.repeat(() => {
      if (this.stack.world.now >= end) return this.rebind();
      this.requestAgain(this.lease!.serverId!);
    }, end);
  }

  /** REBINDING: any server is asked until the lease ends. */
  private rebind(): void {
    const end = this.leaseTime(1);
    this.enter('REBINDING');
    this.repeat(() => {
      if (this.stack.world.now >= end) return this.start();
      this.requestAgain(BROADCAST_ADDRESS);
    }, end);
  }

  private requestAgain(to: Ipv4Address): void {
    const address = this.on.address!;
    this.send(address, to, { type: DhcpType.REQUEST, clientAddress: address });
  }

  private at(fraction: number, action: () => void): Timer {
    return this.stack.world.after(this.leaseTime(fraction) - this.stack.world.now, action);
  }

  private leaseTime(fraction: number): Nanoseconds {
    const seconds = Math.min(MAX_LEASE_SECONDS, this.lease!.leaseSeconds ?? MAX_LEASE_SECONDS);
    return this.leaseStart + fraction * seconds * SECOND;
  }

  private enter(state: DhcpClientState): void {
    this.current = state;
    this.tries = 0;
    this.timer?.cancel();
  }

  /** Does something now, and again with back-off until the state changes; for the last time at `end`. */
  private repeat(action: () => void, end = Number.POSITIVE_INFINITY): void {
    const { current } = this;
    this.tries++;
    const { tries } = this;
    action();
    if (this.current !== current || this.tries !== tries) return;
    const wait = Math.min(retryDelay(tries), end - this.stack.world.now);
    this.timer = this.stack.world.after(wait, () => this.repeat(action, end));
  }

  private broadcast(message: Partial<DhcpMessage> & { type: number }): void {
    this.send(ANY_ADDRESS, BROADCAST_ADDRESS, message);
  }

  private send(from: Ipv4Address, to: Ipv4Address, message: Partial<DhcpMessage> & { type: number }): void {
    const { hostName } = this;
    const bytes = encodeDhcp({
      transaction: this.transaction,
      fromServer: false,
      seconds: Math.floor((this.stack.world.now - this.began) / SECOND),
      clientMac: this.on.mac,
      ...(hostName === undefined ? {} : { hostName }),
      ...message,
    });
    this.stack.sendFrom(
      this.on,
      { address: from, port: DHCP_CLIENT_PORT },
      { address: to, port: DHCP_SERVER_PORT },
      bytes,
    );
  }
}
