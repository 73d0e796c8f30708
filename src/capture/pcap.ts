/** Reads the older format of tcpdump (draft-ietf-opsawg-pcap): one link type, one byte order, no names. */
import { Cursor } from './cursor.ts';
import { type Capture, type CapturedPacket, CaptureFormatError } from './packets.ts';

/** The magic number says in which unit the fraction of a second is. */
const UNITS = new Map<number, bigint>([
  [0xa1b2c3d4, 1000n],
  [0xa1b23c4d, 1n],
]);

/** The upper bits of the link type field say how long a frame check sequence is (section 4). */
const LINK_TYPE_MASK = 0xffff;

/** Whether a file begins with one of the magic numbers, and in which byte order; undefined when not. */
export function pcapOrder(file: Uint8Array): boolean | undefined {
  if (file.length < 4) return undefined;
  return [true, false].find((order) => UNITS.has(new Cursor(file, 0, 4, order).u32('magic number')));
}

export function readPcap(file: Uint8Array, littleEndian: boolean): Capture {
  const cursor = new Cursor(file, 0, file.length, littleEndian);
  const unit = UNITS.get(cursor.u32('magic number'))!;
  const version = cursor.u16('major version');
  if (version !== 2)
    throw new CaptureFormatError(4, `version ${version} of the pcap format; 2 is the one there is`);
  cursor.bytes(14, 'file header');
  const linkType = cursor.u32('link type') & LINK_TYPE_MASK;
  const packets: CapturedPacket[] = [];
  while (cursor.remaining > 0) {
    const seconds = cursor.u32('time of a packet');
    const fraction = cursor.u32('time of a packet');
    const captured = cursor.u32('captured length');
    const originalLength = cursor.u32('original length');
    packets.push({
      time: BigInt(seconds) * 1_000_000_000n + BigInt(fraction) * unit,
      link: 'interface 0',
      linkType,
      bytes: cursor.bytes(captured, 'packet'),
      originalLength,
      comment: undefined,
    });
  }
  return { packets, comment: undefined, keyLog: '', names: new Map() };
}
