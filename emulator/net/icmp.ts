/** ICMP (RFC 792): what a host answers by itself. */
import { concat } from '../world/bytes.ts';
import { viewOf } from './bytes.ts';
import { internetChecksum } from './checksum.ts';
import { encodeIpv4, IPV4_HEADER_LENGTH, type Ipv4Packet } from './ipv4.ts';

export const IcmpType = {
  ECHO_REPLY: 0,
  DESTINATION_UNREACHABLE: 3,
  ECHO_REQUEST: 8,
  TIME_EXCEEDED: 11,
} as const;

/** Codes of DESTINATION_UNREACHABLE. */
export const Unreachable = { NET: 0, HOST: 1, PROTOCOL: 2, PORT: 3, FRAGMENTATION_NEEDED: 4 } as const;

const HEADER_LENGTH = 8;

export interface IcmpMessage {
  readonly type: number;
  readonly code: number;
  /** Bytes 4 to 7: identifier and sequence number of an echo; in an error zero, or the MTU (RFC 1191 section 4). */
  readonly rest: number;
  readonly data: Uint8Array;
}

export function encodeIcmp(message: IcmpMessage): Uint8Array {
  const bytes = concat(new Uint8Array(HEADER_LENGTH), message.data);
  const view = viewOf(bytes);
  view.setUint8(0, message.type);
  view.setUint8(1, message.code);
  view.setUint32(4, message.rest);
  view.setUint16(2, internetChecksum(bytes));
  return bytes;
}

export function decodeIcmp(bytes: Uint8Array): IcmpMessage | undefined {
  if (bytes.length < HEADER_LENGTH || internetChecksum(bytes) !== 0) return undefined;
  return {
    type: bytes[0]!,
    code: bytes[1]!,
    rest: viewOf(bytes).getUint32(4),
    data: bytes.subarray(HEADER_LENGTH),
  };
}

/** The error message about `packet`: it quotes the header and the first eight bytes of payload. */
export function icmpError(type: number, code: number, packet: Ipv4Packet, rest: number): Uint8Array {
  const quoted = encodeIpv4(packet).subarray(0, IPV4_HEADER_LENGTH + 8);
  return encodeIcmp({ type, code, rest, data: quoted });
}

/** No error is sent about an ICMP error (RFC 1122 3.2.2), or two hosts would never stop. */
export function isIcmpError(bytes: Uint8Array): boolean {
  return bytes[0] !== IcmpType.ECHO_REPLY && bytes[0] !== IcmpType.ECHO_REQUEST;
}
