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

// Every frame passes through these; patterns and split texts would take a tenth of the network's time.

const ZERO = 0x30;
const POINT = 0x2e;
const COLON = 0x3a;
const MAC_LENGTH = 6;

/** Six bytes of a MAC address. Throws RangeError for other text. */
export function macBytes(mac: MacAddress): Uint8Array {
  const bytes = new Uint8Array(MAC_LENGTH);
  let isMac = mac.length === 3 * MAC_LENGTH - 1;
  for (let i = 0; isMac && i < MAC_LENGTH; i++) {
    const high = hexDigit(mac.charCodeAt(3 * i));
    const low = hexDigit(mac.charCodeAt(3 * i + 1));
    isMac = high >= 0 && low >= 0 && (i === MAC_LENGTH - 1 || mac.charCodeAt(3 * i + 2) === COLON);
    bytes[i] = 16 * high + low;
  }
  if (!isMac) throw new RangeError(`mac: not a MAC address: ${mac}`);
  return bytes;
}

/** -1 for what is none; text is lower case. */
function hexDigit(character: number): number {
  if (character >= ZERO && character <= ZERO + 9) return character - ZERO;
  return character >= 0x61 && character <= 0x66 ? character - 0x61 + 10 : -1;
}

export function macAt(bytes: Uint8Array, offset: number): MacAddress {
  return toHex(bytes.subarray(offset, offset + MAC_LENGTH), ':');
}

/** Broadcast is a multicast address too: the group bit is set (IEEE 802). */
export function isGroupMac(mac: MacAddress): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
}

export function isIpv4Address(text: string): boolean {
  return readIpv4(text) >= 0;
}

/** The address as an unsigned 32-bit number. Throws RangeError for other text. */
export function ipv4Number(address: Ipv4Address): number {
  const value = readIpv4(address);
  if (value < 0) throw new RangeError(`address: not an IPv4 address: ${address}`);
  return value;
}

/** -1 for what is no address: four numbers up to 255 without leading zeros, points between. */
function readIpv4(text: string): number {
  let value = 0;
  let at = 0;
  for (let part = 0; part < 4; part++) {
    if (part > 0 && text.charCodeAt(at++) !== POINT) return -1;
    const start = at;
    let octet = 0;
    for (let digit = digitAt(text, at); digit >= 0; digit = digitAt(text, ++at)) octet = 10 * octet + digit;
    const hasLeadingZero = at - start > 1 && text.charCodeAt(start) === ZERO;
    if (at === start || octet > 255 || hasLeadingZero) return -1;
    value = 256 * value + octet;
  }
  return at === text.length ? value : -1;
}

/** -1 where there is none. */
function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - ZERO;
  return digit >= 0 && digit <= 9 ? digit : -1;
}

export function ipv4Text(value: number): Ipv4Address {
  return `${value >>> 24}.${(value >>> 16) & 0xff}.${(value >>> 8) & 0xff}.${value & 0xff}`;
}

export function ipv4Bytes(address: Ipv4Address): Uint8Array {
  const value = ipv4Number(address);
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

export function ipv4At(bytes: Uint8Array, offset: number): Ipv4Address {
  return `${bytes[offset]}.${bytes[offset + 1]}.${bytes[offset + 2]}.${bytes[offset + 3]}`;
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
