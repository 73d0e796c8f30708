/** TCP segments (RFC 9293 section 3.1) and UDP datagrams as a capture has them, without a look at checksums. */
import { endpoint } from './addresses.ts';
import type { IpPacket } from './ip.ts';

export interface Segment {
  /** "address:port". */
  readonly from: string;
  readonly to: string;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly syn: boolean;
  readonly ack: boolean;
  readonly fin: boolean;
  readonly rst: boolean;
  readonly payload: Uint8Array;
}

export interface Datagram {
  readonly from: { readonly address: string; readonly port: number };
  readonly to: { readonly address: string; readonly port: number };
  readonly payload: Uint8Array;
}

const TCP_HEADER = 20;
const UDP_HEADER = 8;

/** Undefined for a segment that is shorter than its header. */
export function readSegment({ source, destination, payload: bytes }: IpPacket): Segment | undefined {
  if (bytes.length < TCP_HEADER) return undefined;
  const header = (bytes[12]! >> 4) * 4;
  if (header < TCP_HEADER || header > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const flags = bytes[13]!;
  return {
    from: endpoint(source, view.getUint16(0)),
    to: endpoint(destination, view.getUint16(2)),
    sequence: view.getUint32(4),
    acknowledgment: view.getUint32(8),
    fin: (flags & 1) !== 0,
    syn: (flags & 2) !== 0,
    rst: (flags & 4) !== 0,
    ack: (flags & 16) !== 0,
    payload: bytes.subarray(header),
  };
}

export function readDatagram({ source, destination, payload: bytes }: IpPacket): Datagram | undefined {
  if (bytes.length < UDP_HEADER) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    from: { address: source, port: view.getUint16(0) },
    to: { address: destination, port: view.getUint16(2) },
    payload: bytes.subarray(UDP_HEADER, Math.max(UDP_HEADER, view.getUint16(4))),
  };
}
