/**
 * IP packets of both versions as a capture has them. Checksums are not looked at: a computer that leaves them to its
 * network card captures its own packets without.
 */
import { concatAll, toHex } from '../../emulator/world/bytes.ts';
import { ipv6Text } from './addresses.ts';
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6, type LinkFrame } from './link-layer.ts';

export const PROTOCOL_TCP = 6;
export const PROTOCOL_UDP = 17;

export interface IpPacket {
  readonly source: string;
  readonly destination: string;
  readonly protocol: number;
  readonly payload: Uint8Array;
}

interface Piece extends IpPacket {
  /** Names the packet it is a piece of; undefined for a whole one. */
  readonly fragmentOf: string | undefined;
  readonly offset: number;
  readonly more: boolean;
}

const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
/** RFC 8200 section 4: extension headers that say how long they are, in units of eight bytes. */
const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION = 60;

/** Puts fragments together (RFC 791 section 3.2, RFC 8200 section 4.5). */
export class IpReader {
  private readonly waiting = new Map<string, Piece[]>();

  /** Undefined for what is no IP packet, and for a fragment while others are missing. */
  read({ etherType, payload }: LinkFrame): IpPacket | undefined {
    const piece =
      etherType === ETHERTYPE_IPV4
        ? readIpv4(payload)
        : etherType === ETHERTYPE_IPV6
          ? readIpv6(payload)
          : undefined;
    if (piece?.fragmentOf === undefined) return piece;
    return this.add(piece.fragmentOf, piece);
  }

  private add(key: string, piece: Piece): IpPacket | undefined {
    const pieces = this.waiting.get(key) ?? [];
    if (!pieces.some(({ offset }) => offset === piece.offset)) pieces.push(piece);
    pieces.sort((a, b) => a.offset - b.offset);
    this.waiting.set(key, pieces);
    let next = 0;
    for (const { offset, payload } of pieces) {
      if (offset !== next) return undefined;
      next += payload.length;
    }
    if (pieces.at(-1)!.more) return undefined;
    this.waiting.delete(key);
    return { ...pieces[0]!, payload: concatAll(pieces.map(({ payload }) => payload)) };
  }
}

function readIpv4(bytes: Uint8Array): Piece | undefined {
  if (bytes.length < IPV4_HEADER || bytes[0]! >> 4 !== 4) return undefined;
  const header = (bytes[0]! & 15) * 4;
  // A card that cuts up what it sends (TSO) lets captures see packets that say 0.
  const total = u16(bytes, 2) || bytes.length;
  if (header < IPV4_HEADER || total < header) return undefined;
  const field = u16(bytes, 6);
  const offset = (field & 0x1fff) * 8;
  const more = (field & 0x2000) !== 0;
  const source = bytes.subarray(12, 16).join('.');
  const destination = bytes.subarray(16, 20).join('.');
  const fragmentOf =
    offset === 0 && !more ? undefined : `${source} ${destination} ${bytes[9]} ${u16(bytes, 4)}`;
  return {
    source,
    destination,
    protocol: bytes[9]!,
    payload: bytes.subarray(header, total),
    fragmentOf,
    offset,
    more,
  };
}

function readIpv6(bytes: Uint8Array): Piece | undefined {
  if (bytes.length < IPV6_HEADER || bytes[0]! >> 4 !== 6) return undefined;
  const source = ipv6Text(bytes.subarray(8, 24));
  const destination = ipv6Text(bytes.subarray(24, 40));
  const length = u16(bytes, 4);
  const whole = length === 0 ? bytes : bytes.subarray(0, IPV6_HEADER + length);
  let protocol = whole[6]!;
  let at = IPV6_HEADER;
  let fragment = { fragmentOf: undefined as string | undefined, offset: 0, more: false };
  while ([HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION].includes(protocol)) {
    if (whole.length < at + 8) return undefined;
    if (protocol === FRAGMENT) {
      const field = u16(whole, at + 2);
      const id = toHex(whole.subarray(at + 4, at + 8));
      fragment = {
        fragmentOf: `${source} ${destination} ${id}`,
        offset: field & 0xfff8,
        more: (field & 1) === 1,
      };
    }
    const size =
      protocol === FRAGMENT
        ? 8
        : protocol === AUTHENTICATION
          ? 4 * (whole[at + 1]! + 2)
          : 8 * (whole[at + 1]! + 1);
    protocol = whole[at]!;
    at += size;
    // What follows a later fragment is not a header.
    if (fragment.offset > 0) break;
  }
  return { source, destination, protocol, payload: whole.subarray(at), ...fragment };
}

function u16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 8) | bytes[offset + 1]!;
}
