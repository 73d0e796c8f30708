/** UDP (RFC 768): the datagram, and the sockets of one stack. */
import { concat } from '../world/bytes.ts';
import type { Random } from '../world/random.ts';
import { ANY_ADDRESS, type Ipv4Address, isMulticast } from './addresses.ts';
import { type Endpoint, Errno, NetError, type UdpSocket } from './api.ts';
import { viewOf } from './bytes.ts';
import { transportChecksum } from './checksum.ts';
import { IPV4_HEADER_LENGTH, IpProtocol, type IpService, type Ipv4Packet } from './ipv4.ts';

const HEADER_LENGTH = 8;
/** An IPv4 packet is at most 65,535 bytes. */
const LONGEST_PAYLOAD = 65_535 - IPV4_HEADER_LENGTH - HEADER_LENGTH;

export interface UdpDatagram {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly payload: Uint8Array;
}

export function encodeUdp(datagram: UdpDatagram, source: Ipv4Address, destination: Ipv4Address): Uint8Array {
  const bytes = concat(new Uint8Array(HEADER_LENGTH), datagram.payload);
  const view = viewOf(bytes);
  view.setUint16(0, datagram.sourcePort);
  view.setUint16(2, datagram.destinationPort);
  view.setUint16(4, bytes.length);
  // Zero on the wire means "no checksum", so a sum of zero is sent as its other representation.
  view.setUint16(6, transportChecksum(source, destination, IpProtocol.UDP, bytes) || 0xffff);
  return bytes;
}

export function decodeUdp(packet: Ipv4Packet): UdpDatagram | undefined {
  const bytes = packet.payload;
  if (bytes.length < HEADER_LENGTH) return undefined;
  const view = viewOf(bytes);
  const length = view.getUint16(4);
  if (length < HEADER_LENGTH || length > bytes.length) return undefined;
  const datagram = bytes.subarray(0, length);
  const checked = view.getUint16(6) !== 0;
  if (checked && transportChecksum(packet.source, packet.destination, IpProtocol.UDP, datagram) !== 0) {
    return undefined;
  }
  return {
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(2),
    payload: datagram.subarray(HEADER_LENGTH),
  };
}

export interface UdpLayerOptions {
  readonly ip: IpService;
  readonly random: Random;
  /** Datagrams a socket keeps unread; further ones are lost. */
  readonly mailbox: number;
}

/** Ephemeral ports, IANA's dynamic range (RFC 6335). */
const FIRST_EPHEMERAL_PORT = 49152;
const EPHEMERAL_PORTS = 65536 - FIRST_EPHEMERAL_PORT;

export class UdpLayer {
  private readonly options: UdpLayerOptions;
  private readonly sockets = new Set<BoundSocket>();

  constructor(options: UdpLayerOptions) {
    this.options = options;
  }

  /** Port 0 takes a free one at random, so that DNS answers are hard to guess (RFC 5452). Throws NetError. */
  bind(port: number, address: Ipv4Address = ANY_ADDRESS, reuse = false): UdpSocket {
    const local = { address, port: port === 0 ? this.freePort(address) : port };
    if (this.isTaken(local, reuse)) throw new NetError(Errno.EADDRINUSE, `UDP port ${port} is in use`);
    const socket = new BoundSocket(local, reuse, this.options, () => this.sockets.delete(socket));
    this.sockets.add(socket);
    return socket;
  }

  /** False when nobody listens, which an ICMP "port unreachable" may answer. */
  receive(packet: Ipv4Packet, interfaceAddress: Ipv4Address | undefined, broadcast: boolean): boolean {
    const datagram = decodeUdp(packet);
    if (datagram === undefined) return true;
    const multicast = isMulticast(packet.destination);
    // A socket bound to an address hears the broadcasts of that address's interface, but of groups only its own, as in lwIP.
    const local = broadcast && !multicast ? interfaceAddress : packet.destination;
    const from = { address: packet.source, port: datagram.sourcePort };
    const bound = this.boundTo(datagram.destinationPort, local);
    const first = firstMatch(bound, from);
    if (first === undefined) return bound.length > 0;
    const toAll = first.reuse && (broadcast || multicast);
    for (const socket of toAll ? bound : [first]) socket.deliver(datagram.payload, from);
    return true;
  }

  closeAll(): void {
    this.sockets.clear();
  }

  /** Newest first, as lwIP keeps them. */
  private boundTo(port: number, address: Ipv4Address | undefined): BoundSocket[] {
    return [...this.sockets]
      .filter(({ local }) => local.port === port)
      .filter(({ local }) => local.address === address || local.address === ANY_ADDRESS)
      .reverse();
  }

  /** Two sockets share a port only when both have SO_REUSEADDR. */
  private isTaken(local: Endpoint, reuse: boolean): boolean {
    return [...this.sockets].some(
      (socket) =>
        socket.local.port === local.port &&
        socket.local.address === local.address &&
        !(reuse && socket.reuse),
    );
  }

  private freePort(address: Ipv4Address): number {
    for (let attempt = 0; attempt < EPHEMERAL_PORTS; attempt++) {
      const port = FIRST_EPHEMERAL_PORT + this.options.random.below(EPHEMERAL_PORTS);
      if (!this.isTaken({ address, port }, false)) return port;
    }
    throw new NetError(Errno.ENOBUFS, 'no free UDP port');
  }
}

class BoundSocket implements UdpSocket {
  readonly local: Endpoint;
  readonly reuse: boolean;
  remote: Endpoint | undefined;
  onReadable: (() => void) | undefined;
  private readonly options: UdpLayerOptions;
  private readonly unbind: () => void;
  private readonly mailbox: { bytes: Uint8Array; from: Endpoint }[] = [];

  constructor(local: Endpoint, reuse: boolean, options: UdpLayerOptions, unbind: () => void) {
    this.local = local;
    this.reuse = reuse;
    this.options = options;
    this.unbind = unbind;
  }

  get pending(): number {
    return this.mailbox.length;
  }

  sendTo(bytes: Uint8Array, to: Endpoint): number {
    const { ip } = this.options;
    const source = ip.sourceFor(to.address);
    if (source === undefined) throw new NetError(Errno.EHOSTUNREACH, `no route to ${to.address}`);
    if (bytes.length > LONGEST_PAYLOAD)
      throw new NetError(Errno.EMSGSIZE, `${bytes.length} bytes fit no datagram`);
    const { address } = this.local;
    const bound = address === ANY_ADDRESS || isMulticast(address) ? source : address;
    const datagram = { sourcePort: this.local.port, destinationPort: to.port, payload: bytes };
    ip.send({
      source: bound,
      destination: to.address,
      protocol: IpProtocol.UDP,
      payload: encodeUdp(datagram, bound, to.address),
    });
    return bytes.length;
  }

  receive(): { bytes: Uint8Array; from: Endpoint } | undefined {
    return this.mailbox.shift();
  }

  peek(): { bytes: Uint8Array; from: Endpoint } | undefined {
    return this.mailbox[0];
  }

  deliver(payload: Uint8Array, from: Endpoint): void {
    if (this.remote !== undefined && !sameEndpoint(this.remote, from)) return;
    if (this.mailbox.length >= this.options.mailbox) return;
    this.mailbox.push({ bytes: payload.slice(), from });
    this.onReadable?.();
  }

  close(): void {
    this.onReadable = undefined;
    this.unbind();
  }
}

/**
 * Who gets a datagram (lwIP's udp_input): a socket connected to the sender, else one that is not connected, and of
 * those one bound to the very address. A broadcast goes to all when this one has SO_REUSEADDR (SO_REUSE_RXTOALL).
 */
function firstMatch(bound: readonly BoundSocket[], from: Endpoint): BoundSocket | undefined {
  const unconnected = bound.filter(({ remote }) => remote === undefined);
  return (
    bound.find(({ remote }) => remote !== undefined && sameEndpoint(remote, from)) ??
    unconnected.find(({ local }) => local.address !== ANY_ADDRESS) ??
    unconnected[0]
  );
}

function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.address === b.address && a.port === b.port;
}
