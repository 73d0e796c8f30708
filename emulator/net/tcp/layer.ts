import type { Random } from '../../world/random.ts';
import { MICROSECOND } from '../../world/time.ts';
import type { World } from '../../world/world.ts';
import { ANY_ADDRESS, type Ipv4Address, ipv4At } from '../addresses.ts';
import { type Endpoint, Errno, NetError, type TcpListener, type TcpSocket } from '../api.ts';
import { viewOf } from '../bytes.ts';
import { IPV4_HEADER_LENGTH, IpProtocol, type IpService, type Ipv4Packet } from '../ipv4.ts';
import { TcpClock } from './clock.ts';
import { TcpConnection } from './connection.ts';
import type { ConnectionHost } from './connection-host.ts';
import { Listener } from './listener.ts';
import type { TcpProfile } from './profile.ts';
import {
  decodeTcp,
  encodeTcp,
  hasFlag,
  segmentLength,
  TCP_HEADER_LENGTH,
  TcpFlag,
  type TcpSegment,
} from './segment.ts';

/** Of the protocol in an IPv4 header. */
const PROTOCOL_OFFSET = 9;

export interface TcpLayerOptions {
  readonly world: World;
  /** The stack's name in the trace. */
  readonly actor: string;
  readonly profile: TcpProfile;
  readonly ip: IpService;
}

/** The TCP of one stack: who listens, who is connected, and to whom a segment belongs. */
export class TcpLayer {
  private readonly options: TcpLayerOptions;
  private readonly random: Random;
  private readonly connections = new Map<string, TcpConnection>();
  private readonly listeners = new Set<Listener>();
  private readonly host: ConnectionHost;
  private nextPort: number;

  constructor(options: TcpLayerOptions) {
    const { world, actor, profile } = options;
    this.options = options;
    this.random = world.random.fork(`tcp/${actor}`);
    this.nextPort = firstPort(profile, this.random);
    this.host = {
      world,
      actor,
      profile,
      clock: new TcpClock(world, profile.timers),
      initialSequence: (local, remote) => this.initialSequence(local, remote),
      transmit: (local, remote, segment) => this.transmit(local.address, remote.address, segment),
      removed: (local, remote) => this.connections.delete(keyOf(local, remote)),
    };
  }

  /** Throws NetError: EHOSTUNREACH without a route, EADDRINUSE, ENOBUFS when the connections are used up. */
  connect(remote: Endpoint, from?: Endpoint): TcpSocket {
    const source = this.options.ip.sourceFor(remote.address);
    if (source === undefined) throw new NetError(Errno.EHOSTUNREACH, `no route to ${remote.address}`);
    const address = from === undefined || from.address === ANY_ADDRESS ? source : from.address;
    const local = { address, port: from?.port || this.freePort(address, remote) };
    if (this.connections.has(keyOf(local, remote))) {
      throw new NetError(Errno.EADDRINUSE, `TCP port ${local.port} is in use`);
    }
    if (!this.makeRoom()) throw new NetError(Errno.ENOBUFS, 'too many TCP connections');
    const connection = this.add(local, remote);
    connection.open();
    return connection;
  }

  /** Throws NetError EADDRINUSE. */
  listen(port: number, backlog: number, address: Ipv4Address = ANY_ADDRESS, reuse = false): TcpListener {
    const local = { address, port: port === 0 ? this.freePort(address, undefined) : port };
    if (
      [...this.listeners].some((other) => other.local.port === local.port && other.local.address === address)
    ) {
      throw new NetError(Errno.EADDRINUSE, `TCP port ${port} is in use`);
    }
    const listener = new Listener(local, backlog, reuse, () => this.listeners.delete(listener));
    this.listeners.add(listener);
    return listener;
  }

  /**
   * Whether a connection, the socket of which may be closed long since, keeps its port from being bound: one in
   * TIME-WAIT unless the new socket has SO_REUSEADDR, any other unless both have (lwIP's tcp_bind).
   */
  isPortTaken(port: number, reuse: boolean): boolean {
    return [...this.connections.values()].some(
      (connection) =>
        connection.local.port === port && !(reuse && (connection.state === 'TIME-WAIT' || connection.reuse)),
    );
  }

  receive(packet: Ipv4Packet): void {
    const segment = decodeTcp(packet);
    if (segment === undefined) return;
    const local = { address: packet.destination, port: segment.destinationPort };
    const remote = { address: packet.source, port: segment.sourcePort };
    const connection = this.connections.get(keyOf(local, remote));
    const fate = connection?.fateOfSyn(segment);
    if (fate === 'reset') {
      this.refuse(segment, local, remote);
      return;
    }
    if (connection !== undefined && fate === undefined) {
      connection.receive(segment);
      return;
    }
    connection?.drop();
    this.receiveUnconnected(segment, local, remote);
  }

  /** Answers a packet as if its port were closed, whoever listens. */
  refusePacket(packet: Ipv4Packet): void {
    const segment = decodeTcp(packet);
    if (segment === undefined) return;
    const local = { address: packet.destination, port: segment.destinationPort };
    this.refuse(segment, local, { address: packet.source, port: segment.sourcePort });
  }

  /** A router has quoted the beginning of a packet of ours as longer than the path's MTU (RFC 1191 section 6.4). */
  pathMtu(quoted: Uint8Array, mtu: number): void {
    const header = IPV4_HEADER_LENGTH;
    if (quoted.length < header + 8 || quoted[PROTOCOL_OFFSET] !== IpProtocol.TCP) return;
    const view = viewOf(quoted);
    const local = { address: ipv4At(quoted, 12), port: view.getUint16(header) };
    const remote = { address: ipv4At(quoted, 16), port: view.getUint16(header + 2) };
    const connection = this.connections.get(keyOf(local, remote));
    connection?.limitMss(mtu - header - TCP_HEADER_LENGTH, view.getUint32(header + 4));
  }

  /** Connections from an address that the stack no longer has cannot go on (lwIP: ERR_ABRT). */
  addressLost(address: Ipv4Address): void {
    for (const connection of [...this.connections.values()]) {
      if (connection.local.address === address) connection.fail(Errno.ECONNABORTED);
    }
  }

  /** Forgets everything without a word on the wire. */
  dropAll(): void {
    for (const connection of [...this.connections.values()]) connection.drop();
    this.listeners.clear();
  }

  /** RFC 9293 3.10.7.1 and 3.10.7.2: CLOSED and LISTEN. */
  private receiveUnconnected(segment: TcpSegment, local: Endpoint, remote: Endpoint): void {
    if (hasFlag(segment, TcpFlag.RST)) return;
    const listener = this.findListener(local);
    const isSyn = hasFlag(segment, TcpFlag.SYN) && !hasFlag(segment, TcpFlag.ACK);
    if (listener === undefined || !isSyn) {
      this.refuse(segment, local, remote);
      return;
    }
    if (!listener.hasRoom || !this.makeRoom()) return;
    const connection = this.add(local, remote);
    listener.adopt(connection);
    connection.openPassive(segment);
  }

  /** RST for a segment that belongs to nothing here. */
  private refuse(segment: TcpSegment, local: Endpoint, remote: Endpoint): void {
    const hasAck = hasFlag(segment, TcpFlag.ACK);
    this.transmit(local.address, remote.address, {
      sourcePort: local.port,
      destinationPort: remote.port,
      sequence: hasAck ? segment.acknowledgment : 0,
      acknowledgment: hasAck ? 0 : (segment.sequence + segmentLength(segment)) >>> 0,
      flags: hasAck ? TcpFlag.RST : TcpFlag.RST | TcpFlag.ACK,
      window: 0,
      payload: new Uint8Array(0),
    });
  }

  private add(local: Endpoint, remote: Endpoint): TcpConnection {
    if (this.connections.size === 0) this.host.clock.restart();
    const connection = new TcpConnection({ local, remote, host: this.host });
    this.connections.set(keyOf(local, remote), connection);
    return connection;
  }

  /**
   * RFC 6528: a clock of 4 µs plus an offset of its own for each pair of ends, so that a new connection
   * between the same ends begins above the old one, which a TIME-WAIT at the peer requires.
   */
  private initialSequence(local: Endpoint, remote: Endpoint): number {
    const clock = Math.floor(this.options.world.now / (4 * MICROSECOND));
    return (clock + this.random.fork(keyOf(local, remote)).uint32()) >>> 0;
  }

  /** At the limit a connection that is as good as over gives way, without a word. */
  private makeRoom(): boolean {
    const { maxConnections, expendable } = this.options.profile;
    if (this.connections.size < maxConnections) return true;
    for (const state of expendable) {
      const oldest = [...this.connections.values()].find((connection) => connection.state === state);
      oldest?.drop();
      if (oldest !== undefined) return true;
    }
    return false;
  }

  private findListener(local: Endpoint): Listener | undefined {
    const candidates = [...this.listeners].filter((listener) => listener.local.port === local.port);
    return (
      candidates.find((listener) => listener.local.address === local.address) ??
      candidates.find((listener) => listener.local.address === ANY_ADDRESS)
    );
  }

  /** The next port in turn that no connection to that remote and no listener uses. */
  private freePort(address: Ipv4Address, remote: Endpoint | undefined): number {
    const { first, last } = this.options.profile.ephemeral;
    for (let tried = first; tried <= last; tried++) {
      const port = this.nextPort;
      this.nextPort = port === last ? first : port + 1;
      const used = remote !== undefined && this.connections.has(keyOf({ address, port }, remote));
      if (!used && this.findListener({ address, port }) === undefined) return port;
    }
    throw new NetError(Errno.EADDRINUSE, 'no free TCP port');
  }

  private transmit(source: Ipv4Address, destination: Ipv4Address, segment: TcpSegment): void {
    const payload = encodeTcp(segment, source, destination);
    this.options.ip.send({ source, destination, protocol: IpProtocol.TCP, payload });
  }
}

function firstPort(profile: TcpProfile, random: Random): number {
  const { first, last, randomStart } = profile.ephemeral;
  return randomStart ? first + random.below(last - first + 1) : first;
}

function keyOf(local: Endpoint, remote: Endpoint): string {
  return `${local.address}:${local.port}>${remote.address}:${remote.port}`;
}
