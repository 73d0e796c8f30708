/**
 * Addresses as text: "192.168.4.2", "02:00:00:00:00:01". Text is what traces, scenarios and maps use; it
 * becomes bytes only where a packet is written. Text is canonical: no leading zeros, lower case.
 */
import { toHex } from '../world/bytes.ts';
export type MacAddress = string;
export type Ipv4Address = string;

export const BROADCAST_MAC: MacAddress = 'ff:ff:ff:ff:ff:ff';
/** "This host" before it has an address (RFC 1122 3.2.1.3 a). */
export const ANY_ADDRESS: Ipv4Address = '0.0.0.0';
/** Limited broadcast: never forwarded (RFC 1122 3.2.1.3 c). */
export const BROADCAST_ADDRESS: Ipv4Address = '255.255.255.255';
export const LOOPBACK_ADDRESS: Ipv4Address = '127.0.0.1';

/** Six bytes of a MAC address. Throws RangeError for other text. */
export function macBytes(mac: MacAddress): Uint8Array {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac)) throw new RangeError(`mac: not a MAC address: ${mac}`);
  return Uint8Array.from(mac.split(':'), (part) => Number.parseInt(part, 16));
}

export function macAt(bytes: Uint8Array, offset: number): MacAddress {
  return toHex(bytes.subarray(offset, offset + 6), ':');
}

/** Broadcast is a multicast address too: the group bit is set (IEEE 802). */
export function isGroupMac(mac: MacAddress): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
}

export function isIpv4Address(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

/** The address as an unsigned 32-bit number. Throws RangeError for other text. */
export function ipv4Number(address: Ipv4Address): number {
  if (!isIpv4Address(address)) throw new RangeError(`address: not an IPv4 address: ${address}`);
  return address.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}

export function ipv4Text(value: number): Ipv4Address {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join('.');
}

export function ipv4Bytes(address: Ipv4Address): Uint8Array {
  const value = ipv4Number(address);
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

export function ipv4At(bytes: Uint8Array, offset: number): Ipv4Address {
  return bytes.subarray(offset, offset + 4).join('.');
}

export function isLoopback(address: Ipv4Address): boolean {
  return address.startsWith('127.');
}

/** Class D (RFC 5771). */
export function isMulticast(address: Ipv4Address): boolean {
  return ipv4Number(address) >>> 28 === 0xe;
}

/** A multicast group's MAC address: the last 23 bits of the group (RFC 1112 6.4). */
export function groupMac(group: Ipv4Address): MacAddress {
  const [, b, c, d] = ipv4Bytes(group);
  return `01:00:5e:${toHex(Uint8Array.of(b! & 0x7f, c!, d!), ':')}`;
}

export function sameSubnet(a: Ipv4Address, b: Ipv4Address, netmask: Ipv4Address): boolean {
  const mask = ipv4Number(netmask);
  return (ipv4Number(a) & mask) === (ipv4Number(b) & mask);
}

/** The subnet's directed broadcast address: all host bits set. */
export function subnetBroadcast(address: Ipv4Address, netmask: Ipv4Address): Ipv4Address {
  return ipv4Text((ipv4Number(address) | ~ipv4Number(netmask)) >>> 0);
}

/** Number of leading ones of a netmask; the longer prefix wins in routing. */
export function prefixLength(netmask: Ipv4Address): number {
  return Math.clz32(~ipv4Number(netmask));
}
