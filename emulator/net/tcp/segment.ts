/** TCP segments (RFC 9293 3.1). The only option written is Maximum Segment Size, as lwIP does by default. */
import type { Ipv4Address } from '../addresses.ts';
import { viewOf } from '../bytes.ts';
import { transportChecksum } from '../checksum.ts';
import { IpProtocol, type Ipv4Packet } from '../ipv4.ts';

export const TcpFlag = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16 } as const;

/** Without options. */
export const TCP_HEADER_LENGTH = 20;
const OPTION_END = 0;
const OPTION_NOP = 1;
const OPTION_MSS = 2;
const MSS_OPTION_LENGTH = 4;

export interface TcpSegment {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: number;
  readonly window: number;
  /** Value of the MSS option, when there is one. */
  readonly mss?: number;
  readonly payload: Uint8Array;
}

export function hasFlag(segment: TcpSegment, flag: number): boolean {
  return (segment.flags & flag) !== 0;
}

/** SEG.LEN: SYN and FIN count as one each (RFC 9293 3.4). */
export function segmentLength(segment: TcpSegment): number {
  const controls = Number(hasFlag(segment, TcpFlag.SYN)) + Number(hasFlag(segment, TcpFlag.FIN));
  return segment.payload.length + controls;
}

export function encodeTcp(segment: TcpSegment, source: Ipv4Address, destination: Ipv4Address): Uint8Array {
  const headerLength = TCP_HEADER_LENGTH + (segment.mss === undefined ? 0 : MSS_OPTION_LENGTH);
  const bytes = new Uint8Array(headerLength + segment.payload.length);
  const view = viewOf(bytes);
  view.setUint16(0, segment.sourcePort);
  view.setUint16(2, segment.destinationPort);
  view.setUint32(4, segment.sequence);
  view.setUint32(8, segment.acknowledgment);
  bytes[12] = (headerLength / 4) << 4;
  bytes[13] = segment.flags;
  view.setUint16(14, segment.window);
  if (segment.mss !== undefined) {
    bytes[20] = OPTION_MSS;
    bytes[21] = MSS_OPTION_LENGTH;
    view.setUint16(22, segment.mss);
  }
  bytes.set(segment.payload, headerLength);
  view.setUint16(16, transportChecksum(source, destination, IpProtocol.TCP, bytes));
  return bytes;
}

/** Undefined for what must be discarded: too short, or a wrong checksum. */
export function decodeTcp(packet: Ipv4Packet): TcpSegment | undefined {
  const bytes = packet.payload;
  if (bytes.length < TCP_HEADER_LENGTH) return undefined;
  const headerLength = (bytes[12]! >> 4) * 4;
  if (headerLength < TCP_HEADER_LENGTH || headerLength > bytes.length) return undefined;
  if (transportChecksum(packet.source, packet.destination, IpProtocol.TCP, bytes) !== 0) return undefined;
  const view = viewOf(bytes);
  const mss = readMss(bytes.subarray(TCP_HEADER_LENGTH, headerLength));
  return {
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(2),
    sequence: view.getUint32(4),
    acknowledgment: view.getUint32(8),
    flags: bytes[13]! & 0x1f,
    window: view.getUint16(14),
    ...(mss === undefined ? {} : { mss }),
    payload: bytes.subarray(headerLength),
  };
}

/** Skips options it does not know by their length; stops at one that does not fit (RFC 9293 3.2). */
function readMss(options: Uint8Array): number | undefined {
  let at = 0;
  while (at < options.length && options[at] !== OPTION_END) {
    if (options[at] === OPTION_NOP) {
      at++;
      continue;
    }
    const length = options[at + 1] ?? 0;
    if (length < 2 || at + length > options.length) return undefined;
    if (options[at] === OPTION_MSS && length === MSS_OPTION_LENGTH) return viewOf(options).getUint16(at + 2);
    at += length;
  }
  return undefined;
}
