/** What stands in front of an IP packet, by the link types that captures of computers have (LINKTYPE_… of tcpdump.org). */
import { concat } from '../../emulator/world/bytes.ts';
import type { CapturedPacket } from './packets.ts';

export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_IPV6 = 0x86dd;
/** IEEE 802.1Q and 802.1ad: four bytes, then the type that counts. */
const VLAN_TAGS = new Set([0x8100, 0x88a8, 0x9100]);
/** IEEE 802.3: a smaller number is a length. */
const LEAST_ETHERTYPE = 0x0600;

const ETHERNET = 1;
const ETHERNET_HEADER = 14;

export interface LinkFrame {
  readonly etherType: number;
  readonly payload: Uint8Array;
}

type Peel = (bytes: Uint8Array) => LinkFrame | undefined;

const PEELERS: Readonly<Record<number, Peel>> = {
  0: loopback, // BSD's loopback
  [ETHERNET]: (bytes) => tagged(bytes, 12),
  12: raw, // raw IP, of BSD
  14: raw, // raw IP, of OpenBSD
  101: raw,
  108: loopback, // OpenBSD's loopback
  113: (bytes) => tagged(bytes, 14), // Linux cooked: what `tcpdump -i any` writes
  228: raw, // IPv4 alone
  229: raw, // IPv6 alone
  276: (bytes) => at(bytes, u16(bytes, 0), 20), // Linux cooked, version 2
};

export function isKnownLinkType(linkType: number): boolean {
  return PEELERS[linkType] !== undefined;
}

/** Undefined for a frame too short, or of a link type that is not known here. */
export function peelLinkLayer({ linkType, bytes }: CapturedPacket): LinkFrame | undefined {
  return PEELERS[linkType]?.(bytes);
}

/** The frame as Ethernet has it, which is what the trace holds; addresses that the link has not are zeros. */
export function asEthernet(packet: CapturedPacket, frame: LinkFrame | undefined): Uint8Array {
  if (packet.linkType === ETHERNET || frame === undefined) return packet.bytes;
  const header = new Uint8Array(ETHERNET_HEADER);
  header[12] = frame.etherType >>> 8;
  header[13] = frame.etherType;
  return concat(header, frame.payload);
}

function u16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

function at(bytes: Uint8Array, etherType: number, start: number): LinkFrame | undefined {
  return bytes.length < start ? undefined : { etherType, payload: bytes.subarray(start) };
}

/** An EtherType at an offset, behind it perhaps tags, behind them the payload. */
function tagged(bytes: Uint8Array, offset: number): LinkFrame | undefined {
  const etherType = u16(bytes, offset);
  if (VLAN_TAGS.has(etherType)) return tagged(bytes, offset + 4);
  return etherType < LEAST_ETHERTYPE ? undefined : at(bytes, etherType, offset + 2);
}

/** Four bytes of address family, whose number for IPv6 differs from system to system: the packet itself says it. */
function loopback(bytes: Uint8Array): LinkFrame | undefined {
  return bytes.length < 4 ? undefined : raw(bytes.subarray(4));
}

function raw(bytes: Uint8Array): LinkFrame | undefined {
  const version = (bytes[0] ?? 0) >> 4;
  if (version === 4) return { etherType: ETHERTYPE_IPV4, payload: bytes };
  return version === 6 ? { etherType: ETHERTYPE_IPV6, payload: bytes } : undefined;
}
