/** IPv4 packets (RFC 791) without options or fragmentation. */
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
  readonly payload: Uint8Array;
}

export function encodeIpv4(packet: Ipv4Packet): Uint8Array {
  const bytes = new Uint8Array(IPV4_HEADER_LENGTH + packet.payload.length);
  const view = viewOf(bytes);
  bytes[0] = 0x45; // version 4, header of five words
  view.setUint16(2, bytes.length);
  view.setUint16(4, packet.identification);
  bytes[8] = packet.ttl;
  bytes[9] = packet.protocol;
  bytes.set(ipv4Bytes(packet.source), 12);
  bytes.set(ipv4Bytes(packet.destination), 16);
  view.setUint16(10, internetChecksum(bytes.subarray(0, IPV4_HEADER_LENGTH)));
  bytes.set(packet.payload, IPV4_HEADER_LENGTH);
  return bytes;
}

/** Undefined for what must be discarded silently: bad version, length or checksum, and fragments. */
export function decodeIpv4(bytes: Uint8Array): Ipv4Packet | undefined {
  if (bytes.length < IPV4_HEADER_LENGTH || bytes[0]! >> 4 !== 4) return undefined;
  const view = viewOf(bytes);
  const headerLength = (bytes[0]! & 15) * 4;
  const totalLength = view.getUint16(2);
  if (headerLength < IPV4_HEADER_LENGTH || totalLength < headerLength || totalLength > bytes.length)
    return undefined;
  if (internetChecksum(bytes.subarray(0, headerLength)) !== 0) return undefined;
  const moreFragmentsOrOffset = view.getUint16(6) & 0x3fff;
  if (moreFragmentsOrOffset !== 0) return undefined;
  return {
    source: ipv4At(bytes, 12),
    destination: ipv4At(bytes, 16),
    protocol: bytes[9]!,
    ttl: bytes[8]!,
    identification: view.getUint16(4),
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
