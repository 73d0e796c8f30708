/** IPv4 packets (RFC 791) without options. */
import { type Ipv4Address, ipv4At, ipv4Bytes } from './addresses.ts';
import { viewOf } from './bytes.ts';
import { internetChecksum } from './checksum.ts';

export const IpProtocol = { ICMP: 1, TCP: 6, UDP: 17 } as const;

export const IPV4_HEADER_LENGTH = 20;
/** RFC 1700; lwIP says 255, but ESP-IDF and every host set 64. */
export const DEFAULT_TTL = 64;

export interface Ipv4Packet {
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  readonly protocol: number;
  readonly ttl: number;
  readonly identification: number;
  /** DF: a router that finds the packet too long says so instead of cutting it up. */
  readonly dontFragment?: boolean;
  /** Set in a piece of a packet: where its payload belongs, in bytes, and whether pieces follow. */
  readonly fragment?: { readonly offset: number; readonly more: boolean };
  readonly payload: Uint8Array;
}

const DONT_FRAGMENT = 0x4000;
const MORE_FRAGMENTS = 0x2000;
const OFFSET_MASK = 0x1fff;
/** Fragment offsets count in units of eight bytes. */
const FRAGMENT_UNIT = 8;

export function encodeIpv4(packet: Ipv4Packet): Uint8Array {
  const bytes = new Uint8Array(IPV4_HEADER_LENGTH + packet.payload.length);
  const view = viewOf(bytes);
  bytes[0] = 0x45; // version 4, header of five words
  view.setUint16(2, bytes.length);
  view.setUint16(4, packet.identification);
  view.setUint16(6, fragmentField(packet));
  bytes[8] = packet.ttl;
  bytes[9] = packet.protocol;
  bytes.set(ipv4Bytes(packet.source), 12);
  bytes.set(ipv4Bytes(packet.destination), 16);
  view.setUint16(10, internetChecksum(bytes.subarray(0, IPV4_HEADER_LENGTH)));
  bytes.set(packet.payload, IPV4_HEADER_LENGTH);
  return bytes;
}

/** Pieces of a packet that is longer than `mtu` bytes, its header included; a piece may be cut up again. */
export function fragmentIpv4(packet: Ipv4Packet, mtu: number): Ipv4Packet[] {
  const longest = Math.floor((mtu - IPV4_HEADER_LENGTH) / FRAGMENT_UNIT) * FRAGMENT_UNIT;
  const { offset: start, more: followed } = packet.fragment ?? { offset: 0, more: false };
  const pieces: Ipv4Packet[] = [];
  for (let offset = 0; offset < packet.payload.length; offset += longest) {
    const payload = packet.payload.subarray(offset, offset + longest);
    const last = offset + longest >= packet.payload.length;
    pieces.push({ ...packet, fragment: { offset: start + offset, more: followed || !last }, payload });
  }
  return pieces;
}

function fragmentField({ dontFragment, fragment }: Ipv4Packet): number {
  const flags = (dontFragment ? DONT_FRAGMENT : 0) | (fragment?.more ? MORE_FRAGMENTS : 0);
  return flags | ((fragment?.offset ?? 0) / FRAGMENT_UNIT);
}

/** A whole packet. Undefined for a fragment, and for what must be discarded silently: see `decodeIpv4Piece`. */
export function decodeIpv4(bytes: Uint8Array): Ipv4Packet | undefined {
  const packet = decodeIpv4Piece(bytes);
  return packet?.fragment === undefined ? packet : undefined;
}

/** A packet or a fragment of one. Undefined for what must be discarded silently: bad version, length or checksum. */
export function decodeIpv4Piece(bytes: Uint8Array): Ipv4Packet | undefined {
  if (bytes.length < IPV4_HEADER_LENGTH || bytes[0]! >> 4 !== 4) return undefined;
  const view = viewOf(bytes);
  const headerLength = (bytes[0]! & 15) * 4;
  const totalLength = view.getUint16(2);
  if (headerLength < IPV4_HEADER_LENGTH || totalLength < headerLength || totalLength > bytes.length)
    return undefined;
  if (internetChecksum(bytes.subarray(0, headerLength)) !== 0) return undefined;
  const field = view.getUint16(6);
  const fragment = {
    offset: (field & OFFSET_MASK) * FRAGMENT_UNIT,
    more: (field & MORE_FRAGMENTS) !== 0,
  };
  return {
    source: ipv4At(bytes, 12),
    destination: ipv4At(bytes, 16),
    protocol: bytes[9]!,
    ttl: bytes[8]!,
    identification: view.getUint16(4),
    ...((field & DONT_FRAGMENT) === 0 ? {} : { dontFragment: true }),
    ...(fragment.offset === 0 && !fragment.more ? {} : { fragment }),
    // The frame may be padded beyond the packet.
    payload: bytes.subarray(headerLength, totalLength),
  };
}

/** What TCP, UDP and ICMP ask of the layer below. */
export interface IpService {
  /** The address a packet to `destination` would leave from; undefined when there is no way there. */
  sourceFor(destination: Ipv4Address): Ipv4Address | undefined;
  /** Routes and sends; silently drops what cannot be sent, as IP does. */
  send(packet: OutgoingPacket): void;
}

export interface OutgoingPacket {
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  readonly protocol: number;
  readonly payload: Uint8Array;
  readonly ttl?: number;
}
