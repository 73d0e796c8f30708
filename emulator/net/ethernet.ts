/** Ethernet II frames (RFC 894): no preamble, no frame check sequence, no padding, as a capture shows them. */
import { concat } from '../world/bytes.ts';
import { type MacAddress, macAt, macBytes } from './addresses.ts';
import { viewOf } from './bytes.ts';

export const EtherType = { IPV4: 0x0800, ARP: 0x0806 } as const;

const HEADER_LENGTH = 14;
/** Largest payload of a frame, bytes; the MTU of every link here. */
export const ETHERNET_MTU = 1500;

export interface EthernetFrame {
  readonly destination: MacAddress;
  readonly source: MacAddress;
  readonly etherType: number;
  readonly payload: Uint8Array;
}

export function encodeFrame(frame: EthernetFrame): Uint8Array {
  return concat(
    macBytes(frame.destination),
    macBytes(frame.source),
    Uint8Array.of(frame.etherType >>> 8, frame.etherType),
    frame.payload,
  );
}

/** Undefined for a frame too short to have a header. */
export function decodeFrame(bytes: Uint8Array): EthernetFrame | undefined {
  if (bytes.length < HEADER_LENGTH) return undefined;
  return {
    destination: macAt(bytes, 0),
    source: macAt(bytes, 6),
    etherType: viewOf(bytes).getUint16(12),
    payload: bytes.subarray(HEADER_LENGTH),
  };
}

/** The longest packet that fits the way behind a port, and whether whoever finds one too long keeps silent. */
export interface Narrowing {
  readonly mtu: number;
  readonly blackHole: boolean;
}

/** Where a stack meets a link: a wired port of a `Link`, or a Wi-Fi station. */
export interface EthernetPort {
  readonly mac: MacAddress;
  /** Whether frames can be sent: plugged in, or associated. */
  readonly isUp: boolean;
  /** What a router must know of the link. */
  readonly narrowing: Narrowing;
  /** Puts a frame on the link; silently nothing while the port is down. */
  send(frame: Uint8Array): void;
  /** Leaves the link for good. */
  detach(): void;
  /** A frame addressed to this port's MAC or to a group. */
  onFrame: ((frame: Uint8Array) => void) | undefined;
  /** `isUp` has changed. */
  onStatus: (() => void) | undefined;
}
