import { type Ipv4Address, ipv4Bytes } from './addresses.ts';
import { viewOf } from './bytes.ts';

/**
 * The Internet checksum (RFC 1071): the one's complement of the one's complement sum of 16-bit words, an odd
 * byte at the end padded with zero. Over data that contains its own correct checksum the result is 0.
 */
export function internetChecksum(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) sum += wordSum(part);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
  return ~sum & 0xffff;
}

/** Only the last part given to `internetChecksum` may have an odd length. */
function wordSum(bytes: Uint8Array): number {
  const view = viewOf(bytes);
  let sum = 0;
  for (let i = 0; i + 1 < bytes.length; i += 2) sum += view.getUint16(i);
  return bytes.length % 2 === 0 ? sum : sum + bytes[bytes.length - 1]! * 256;
}

/** Checksum of a TCP segment or UDP datagram with its pseudo-header (RFC 9293 3.1, RFC 768). */
export function transportChecksum(
  source: Ipv4Address,
  destination: Ipv4Address,
  protocol: number,
  bytes: Uint8Array,
): number {
  const pseudoTail = Uint8Array.of(0, protocol, bytes.length >>> 8, bytes.length);
  return internetChecksum(ipv4Bytes(source), ipv4Bytes(destination), pseudoTail, bytes);
}
