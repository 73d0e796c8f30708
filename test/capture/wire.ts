/** Packets made by hand: what two ends say to each other, on the link layer and the IP version that a test wants. */
import type { CapturedPacket } from '../../src/capture/packets.ts';

export interface Said {
  readonly from: 'client' | 'server';
  readonly bytes: Uint8Array;
}

/** Link types by name, and how a frame of each begins. `version`: of IP. */
const LINKS = {
  ethernet: { linkType: 1, header: (version: 4 | 6) => [...zeros(12), ...etherType(version)] },
  vlan: { linkType: 1, header: (version: 4 | 6) => [...zeros(12), 0x81, 0, 0, 7, ...etherType(version)] },
  'raw IP': { linkType: 101, header: () => [] },
  'BSD loopback': { linkType: 0, header: (version: 4 | 6) => [version === 4 ? 2 : 30, 0, 0, 0] },
  'Linux cooked': { linkType: 113, header: (version: 4 | 6) => [...zeros(14), ...etherType(version)] },
  'Linux cooked 2': { linkType: 276, header: (version: 4 | 6) => [...etherType(version), ...zeros(18)] },
} as const;

export type LinkName = keyof typeof LINKS;
export const LINK_NAMES = Object.keys(LINKS) as LinkName[];

const ADDRESSES = {
  4: { client: [192, 168, 4, 2], server: [192, 0, 2, 10] },
  6: { client: v6(2), server: v6(10) },
} as const;
const PORTS = { client: 49152, server: 443 } as const;
const SYN = 2;
const ACK = 16;
const FIN = 1;
const MSS = 300;

interface Options {
  readonly link?: LinkName;
  readonly version?: 4 | 6;
  /** First sequence numbers. */
  readonly initial?: Record<Said['from'], number>;
}

/** A whole connection: opened, what was said in segments of at most 300 bytes, closed by the client. */
export function connection(said: readonly Said[], options: Options = {}): CapturedPacket[] {
  const wire = new Wire(options);
  wire.segment('client', SYN);
  wire.segment('server', SYN | ACK);
  wire.segment('client', ACK);
  for (const { from, bytes } of said) {
    for (let at = 0; at < bytes.length; at += MSS) wire.segment(from, ACK, bytes.subarray(at, at + MSS));
  }
  wire.segment('client', FIN | ACK);
  wire.segment('server', FIN | ACK);
  wire.segment('client', ACK);
  return wire.packets;
}

class Wire {
  readonly packets: CapturedPacket[] = [];
  private readonly link: LinkName;
  private readonly version: 4 | 6;
  private readonly next: Record<Said['from'], number>;

  constructor({ link = 'ethernet', version = 4, initial = { client: 0xffff_fff0, server: 7 } }: Options) {
    this.link = link;
    this.version = version;
    this.next = { ...initial };
  }

  segment(from: Said['from'], flags: number, payload: Uint8Array = new Uint8Array(0)): void {
    const to = from === 'client' ? 'server' : 'client';
    const header = Buffer.alloc(20);
    header.writeUInt16BE(PORTS[from], 0);
    header.writeUInt16BE(PORTS[to], 2);
    header.writeUInt32BE(this.next[from], 4);
    header.writeUInt32BE(flags & ACK ? this.next[to] : 0, 8);
    header[12] = 0x50;
    header[13] = flags;
    this.next[from] = (this.next[from] + payload.length + (flags & (SYN | FIN) ? 1 : 0)) >>> 0;
    this.packet(this.ip(from, to, Buffer.concat([header, payload])));
  }

  private ip(from: Said['from'], to: Said['from'], payload: Buffer): Buffer {
    const addresses = ADDRESSES[this.version];
    const header = Buffer.alloc(this.version === 4 ? 20 : 40);
    if (this.version === 4) {
      header[0] = 0x45;
      header.writeUInt16BE(20 + payload.length, 2);
      header[9] = 6;
    } else {
      header[0] = 0x60;
      header.writeUInt16BE(payload.length, 4);
      header[6] = 6;
    }
    header.set(addresses[from], this.version === 4 ? 12 : 8);
    header.set(addresses[to], this.version === 4 ? 16 : 24);
    return Buffer.concat([header, payload]);
  }

  private packet(ip: Buffer): void {
    const { linkType, header } = LINKS[this.link];
    const bytes = new Uint8Array(Buffer.concat([Buffer.from(header(this.version)), ip]));
    const time = 1_772_366_400_000_000_000n + BigInt(this.packets.length) * 1_000_000n;
    this.packets.push({
      time,
      link: 'test',
      linkType,
      bytes,
      originalLength: bytes.length,
      comment: undefined,
    });
  }
}

/** A file in the older format. */
export function pcapFile(
  packets: readonly CapturedPacket[],
  littleEndian: boolean,
  nanoseconds: boolean,
): Uint8Array {
  const u32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    if (littleEndian) bytes.writeUInt32LE(value);
    else bytes.writeUInt32BE(value);
    return bytes;
  };
  const version = littleEndian ? [2, 0, 4, 0] : [0, 2, 0, 4];
  const unit = nanoseconds ? 1n : 1000n;
  return new Uint8Array(
    Buffer.concat([
      u32(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4),
      Buffer.from([...version, ...zeros(8)]),
      u32(65_535),
      u32(packets[0]!.linkType),
      ...packets.flatMap(({ time, bytes }) => [
        u32(Number(time / 1_000_000_000n)),
        u32(Number((time % 1_000_000_000n) / unit)),
        u32(bytes.length),
        u32(bytes.length),
        bytes,
      ]),
    ]),
  );
}

function etherType(version: 4 | 6): number[] {
  return version === 4 ? [0x08, 0x00] : [0x86, 0xdd];
}

function zeros(count: number): number[] {
  return Array(count).fill(0);
}

function v6(last: number): number[] {
  return [0x20, 0x01, 0x0d, 0xb8, ...zeros(11), last];
}
