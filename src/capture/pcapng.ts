/** Reads the pcapng format (draft-ietf-opsawg-pcapng) of either byte order, with any number of sections. */
import { toHex } from '../../emulator/world/bytes.ts';
import { ipv6Text } from './addresses.ts';
import { Cursor } from './cursor.ts';
import { type Capture, type CapturedPacket, CaptureFormatError } from './packets.ts';

/** Block types, section 4; the second of each is the older form of a packet. */
export const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const OLD_PACKET = 2;
const SIMPLE_PACKET = 3;
const NAME_RESOLUTION = 4;
const ENHANCED_PACKET = 6;
const DECRYPTION_SECRETS = 10;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** "TLSK": the NSS key log format. */
const TLS_KEY_LOG = 0x544c534b;
const RECORD_IPV4 = 1;
const RECORD_IPV6 = 2;

const OPTION_END = 0;
const OPTION_COMMENT = 1;
const IF_NAME = 2;
const IF_TSRESOL = 9;
const IF_TSOFFSET = 14;

/** Type and length at the front, length at the end. */
const BLOCK_FRAME = 12;
/** Octets of an IPv4 address in a name record. */
const IPV4_LENGTH = 4;
const IPV6_LENGTH = 16;

const utf8 = new TextDecoder();

interface Interface {
  readonly name: string;
  readonly linkType: number;
  /** 0: no limit. */
  readonly snapLength: number;
  /** Nanoseconds of a time stamp's unit, as a fraction. */
  readonly unit: { readonly numerator: bigint; readonly denominator: bigint };
  /** Seconds to add. */
  readonly offset: bigint;
}

/** Interfaces are numbered anew in each section (section 4.1). */
interface Section {
  readonly littleEndian: boolean;
  readonly interfaces: Interface[];
}

interface Found {
  packets: CapturedPacket[];
  comment: string | undefined;
  keyLogs: string[];
  names: Map<string, string>;
}

export function readPcapng(file: Uint8Array): Capture {
  const found: Found = { packets: [], comment: undefined, keyLogs: [], names: new Map() };
  let section: Section | undefined;
  for (let at = 0; at < file.length; ) {
    if (startsSection(file, at)) section = { littleEndian: sectionOrder(file, at), interfaces: [] };
    if (section === undefined) throw new CaptureFormatError(at, 'a pcapng file begins with a section header');
    const { type, body, end } = readFrame(file, at, section.littleEndian);
    readBlock(type, body, section, found, at);
    at = end;
  }
  const { packets, comment, keyLogs, names } = found;
  return { packets, comment, keyLog: keyLogs.join('\n'), names };
}

/** The type of a section header reads the same in both byte orders. */
function startsSection(file: Uint8Array, at: number): boolean {
  return toHex(file.subarray(at, at + 4)) === '0a0d0d0a';
}

/** Whether the section is little-endian. */
function sectionOrder(file: Uint8Array, at: number): boolean {
  for (const littleEndian of [true, false]) {
    const cursor = new Cursor(file, at + 8, file.length, littleEndian);
    if (cursor.u32('byte order of the section') === BYTE_ORDER_MAGIC) return littleEndian;
  }
  throw new CaptureFormatError(at + 8, 'the byte order of the section is neither of the two that there are');
}

function readFrame(file: Uint8Array, at: number, littleEndian: boolean) {
  const head = new Cursor(file, at, file.length, littleEndian);
  const type = head.u32('block type');
  const length = head.u32('block length');
  const end = at + length;
  if (length < BLOCK_FRAME || length % 4 !== 0)
    throw new CaptureFormatError(at + 4, `a block of ${length} bytes`);
  if (end > file.length) {
    const there = file.length - at;
    throw new CaptureFormatError(at, `a block of ${length} bytes, ${there} are there: the file is cut off`);
  }
  const again = new Cursor(file, end - 4, end, littleEndian).u32('block length');
  if (again !== length) {
    throw new CaptureFormatError(
      end - 4,
      `a block says ${length} bytes at its front and ${again} at its end`,
    );
  }
  return { type, body: new Cursor(file, at + 8, end - 4, littleEndian), end };
}

function readBlock(type: number, body: Cursor, section: Section, found: Found, at: number): void {
  switch (type) {
    case SECTION_HEADER:
      body.u32('byte order');
      body.u16('major version');
      body.u16('minor version');
      body.i64('section length');
      found.comment ??= textOf(readOptions(body).get(OPTION_COMMENT));
      return;
    case INTERFACE_DESCRIPTION:
      section.interfaces.push(readInterface(body, section.interfaces.length));
      return;
    case ENHANCED_PACKET:
      found.packets.push(readEnhanced(body, section, at));
      return;
    case OLD_PACKET:
      found.packets.push(readOld(body, section, at));
      return;
    case SIMPLE_PACKET:
      found.packets.push(readSimple(body, section, at));
      return;
    case NAME_RESOLUTION:
      readNames(body, found.names);
      return;
    case DECRYPTION_SECRETS:
      readSecrets(body, found.keyLogs);
      return;
  }
}

function readInterface(body: Cursor, index: number): Interface {
  const linkType = body.u16('link type');
  body.u16('reserved');
  const snapLength = body.u32('snapshot length');
  const options = readOptions(body);
  return {
    name: textOf(options.get(IF_NAME)) ?? `interface ${index}`,
    linkType,
    snapLength,
    unit: timeUnit(options.get(IF_TSRESOL)?.[0]),
    offset: offsetOf(options.get(IF_TSOFFSET), body),
  };
}

/** Section 4.2: a negative power of 10, or of 2 with the first bit set; microseconds by default. */
function timeUnit(resolution = 6): Interface['unit'] {
  const power = BigInt(resolution & 0x7f);
  const base = (resolution & 0x80) !== 0 ? 2n : 10n;
  return { numerator: 1_000_000_000n, denominator: base ** power };
}

function offsetOf(bytes: Uint8Array | undefined, like: Cursor): bigint {
  if (bytes === undefined || bytes.length < 8) return 0n;
  return like.elsewhere(bytes).i64('time offset');
}

function readEnhanced(body: Cursor, section: Section, at: number): CapturedPacket {
  const from = interfaceAt(body.u32('interface'), section, at);
  return readPacket(body, from);
}

/** The Packet Block of older files: section A of the draft. */
function readOld(body: Cursor, section: Section, at: number): CapturedPacket {
  const from = interfaceAt(body.u16('interface'), section, at);
  body.u16('drops');
  return readPacket(body, from);
}

function readPacket(body: Cursor, from: Interface): CapturedPacket {
  const high = body.u32('time');
  const low = body.u32('time');
  const captured = body.u32('captured length');
  const originalLength = body.u32('original length');
  const bytes = body.bytes(captured, 'packet');
  skipPadding(body, captured);
  return {
    time: timeOf((BigInt(high) << 32n) | BigInt(low), from),
    link: from.name,
    linkType: from.linkType,
    bytes,
    originalLength,
    comment: textOf(readOptions(body).get(OPTION_COMMENT)),
  };
}

/** Section 4.4: no time, the first interface, and as long as the snapshot length allows. */
function readSimple(body: Cursor, section: Section, at: number): CapturedPacket {
  const from = interfaceAt(0, section, at);
  const originalLength = body.u32('original length');
  const longest = from.snapLength === 0 ? originalLength : Math.min(originalLength, from.snapLength);
  const bytes = body.bytes(longest, 'packet');
  return { time: 0n, link: from.name, linkType: from.linkType, bytes, originalLength, comment: undefined };
}

function interfaceAt(index: number, { interfaces }: Section, at: number): Interface {
  const found = interfaces[index];
  if (found !== undefined) return found;
  throw new CaptureFormatError(
    at,
    `a packet of interface ${index}, ${interfaces.length} are described before it`,
  );
}

function timeOf(stamp: bigint, { unit, offset }: Interface): bigint {
  return (stamp * unit.numerator) / unit.denominator + offset * 1_000_000_000n;
}

/** The first of each code: section 3.5. */
function readOptions(body: Cursor): Map<number, Uint8Array> {
  const options = new Map<number, Uint8Array>();
  while (body.remaining >= 4) {
    const code = body.u16('option code');
    const length = body.u16('option length');
    if (code === OPTION_END) break;
    const value = body.bytes(length, 'option');
    skipPadding(body, length);
    if (!options.has(code)) options.set(code, value);
  }
  return options;
}

function skipPadding(body: Cursor, length: number): void {
  const padding = (4 - (length % 4)) % 4;
  body.bytes(Math.min(padding, body.remaining), 'padding');
}

function readSecrets(body: Cursor, keyLogs: string[]): void {
  const type = body.u32('type of secrets');
  const length = body.u32('length of secrets');
  const secrets = body.bytes(length, 'secrets');
  if (type === TLS_KEY_LOG) keyLogs.push(utf8.decode(secrets));
}

/** Section 4.5: an address, then its names, each closed by a zero; the first name counts. */
function readNames(body: Cursor, names: Map<string, string>): void {
  while (body.remaining >= 4) {
    const type = body.u16('record type');
    const length = body.u16('record length');
    if (type === OPTION_END) return;
    const value = body.bytes(length, 'name record');
    skipPadding(body, length);
    const size = type === RECORD_IPV4 ? IPV4_LENGTH : type === RECORD_IPV6 ? IPV6_LENGTH : value.length;
    const name = utf8.decode(value.subarray(size)).split('\0')[0];
    if (!name) continue;
    const address = value.subarray(0, size);
    const text = size === IPV4_LENGTH ? address.join('.') : ipv6Text(address);
    if (!names.has(text)) names.set(text, name);
  }
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && utf8.decode(bytes);
}
