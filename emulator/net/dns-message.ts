/** DNS messages (RFC 1035 4): questions and A records, names compressed or not. */
import { concat } from '../world/bytes.ts';
import { type Ipv4Address, ipv4At, ipv4Bytes } from './addresses.ts';
import { viewOf } from './bytes.ts';

export const DNS_PORT = 53;
export const RecordType = { A: 1 } as const;
export const CLASS_IN = 1;

/** RFC 1035 4.1.1, RFC 2136: response codes by number. */
const RCODE_NAMES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'] as const;
export type RcodeName = (typeof RCODE_NAMES)[number];

const HEADER_LENGTH = 12;
const FLAG_RESPONSE = 0x8000;
const FLAG_AUTHORITATIVE = 0x0400;
const FLAG_RECURSION_DESIRED = 0x0100;
const FLAG_RECURSION_AVAILABLE = 0x0080;
const POINTER = 0xc0;
const MAX_LABEL = 63;
const MAX_NAME = 255;
/** A name is at most 255 bytes, so has at most 127 labels; more is a loop of pointers. */
const MAX_LABELS = 127;

export interface DnsQuestion {
  /** Without the final dot. */
  readonly name: string;
  readonly type: number;
}

export interface DnsAnswer {
  readonly address: Ipv4Address;
  /** Seconds. */
  readonly ttl: number;
}

export interface DnsMessage {
  readonly id: number;
  readonly response: boolean;
  readonly rcode: RcodeName;
  readonly question: DnsQuestion;
  /** A records only, whatever alias they stand at. */
  readonly answers: readonly DnsAnswer[];
}

/** Whether a name fits a query: labels of 1 to 63 bytes, 255 bytes in all. */
export function isDnsName(name: string): boolean {
  const lengths = name.split('.').map((label) => new TextEncoder().encode(label).length);
  const whole = lengths.reduce((sum, length) => sum + 1 + length, 1);
  return whole <= MAX_NAME && lengths.every((length) => length > 0 && length <= MAX_LABEL);
}

export function encodeDns(message: DnsMessage): Uint8Array {
  const header = new Uint8Array(HEADER_LENGTH);
  const view = viewOf(header);
  const flags = message.response
    ? FLAG_RESPONSE | FLAG_AUTHORITATIVE | FLAG_RECURSION_DESIRED | FLAG_RECURSION_AVAILABLE
    : FLAG_RECURSION_DESIRED;
  view.setUint16(0, message.id);
  view.setUint16(2, flags | RCODE_NAMES.indexOf(message.rcode));
  view.setUint16(4, 1);
  view.setUint16(6, message.answers.length);
  const { name, type } = message.question;
  const question = concat(encodeName(name), Uint8Array.of(type >>> 8, type, 0, CLASS_IN));
  return concat(header, question, ...message.answers.map(encodeAnswer));
}

/** Undefined for what is not a message with one question, or does not hold what it announces. */
export function decodeDns(bytes: Uint8Array): DnsMessage | undefined {
  try {
    return readMessage(bytes);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function encodeName(name: string): Uint8Array {
  const labels = name.split('.').map((label) => new TextEncoder().encode(label));
  return concat(...labels.flatMap((label) => [Uint8Array.of(label.length), label]), Uint8Array.of(0));
}

/** The owner is always the question's name, at offset 12. */
function encodeAnswer({ address, ttl }: DnsAnswer): Uint8Array {
  const fixed = new Uint8Array(12);
  const view = viewOf(fixed);
  view.setUint16(0, (POINTER << 8) | HEADER_LENGTH);
  view.setUint16(2, RecordType.A);
  view.setUint16(4, CLASS_IN);
  view.setUint32(6, ttl);
  view.setUint16(10, 4);
  return concat(fixed, ipv4Bytes(address));
}

/** DataView's RangeError ends the reading of a message that is too short. */
function readMessage(bytes: Uint8Array): DnsMessage | undefined {
  const view = viewOf(bytes);
  const flags = view.getUint16(2);
  const rcode = RCODE_NAMES[flags & 15];
  if (view.getUint16(4) !== 1 || rcode === undefined) return undefined;
  const { name, end } = readName(view, HEADER_LENGTH);
  const question = { name, type: view.getUint16(end) };
  const answers: DnsAnswer[] = [];
  let at = end + 4;
  for (let left = view.getUint16(6); left > 0; left--) {
    const record = readName(view, at).end;
    const length = view.getUint16(record + 8);
    at = record + 10 + length;
    if (at > bytes.length) return undefined;
    if (view.getUint16(record) === RecordType.A && length === 4) {
      answers.push({ address: ipv4At(bytes, record + 10), ttl: view.getUint32(record + 4) });
    }
  }
  return { id: view.getUint16(0), response: (flags & FLAG_RESPONSE) !== 0, rcode, question, answers };
}

/** The name at an offset, and the offset after it as it stands there (a pointer ends it). */
function readName(view: DataView, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  let end: number | undefined;
  for (;;) {
    const length = view.getUint8(at);
    if (length >= POINTER) {
      end ??= at + 2;
      at = view.getUint16(at) & 0x3fff;
      labels.push(''); // counts against the limit, dropped below
    } else if (length === 0) {
      return { name: labels.filter((label) => label !== '').join('.'), end: end ?? at + 1 };
    } else if (length > MAX_LABEL) {
      throw new RangeError('name: neither a label nor a pointer');
    } else {
      labels.push(readLabel(view, at + 1, length));
      at += 1 + length;
    }
    if (labels.length > MAX_LABELS) throw new RangeError('name: too many labels');
  }
}

function readLabel(view: DataView, at: number, length: number): string {
  view.getUint8(at + length - 1);
  return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at, length));
}
