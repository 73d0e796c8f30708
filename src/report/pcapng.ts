/**
 * A capture of all links, in the pcapng format (draft-ietf-opsawg-pcapng): one interface a link, the TLS
 * secrets before the packets, so that Wireshark opens it decrypted, and the names of who is at which address, so
 * that `explain` draws it under the names of the scenario. Nothing in it depends on the machine.
 */
import { concat, concatAll } from '../../emulator/world/bytes.ts';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { captureFrames } from './capture-frames.ts';
import { renderKeyLog } from './keylog.ts';
import { namesOfAddresses } from './names-of-addresses.ts';

/** Block types, sections 4.1 to 4.7. */
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const NAME_RESOLUTION = 4;
const ENHANCED_PACKET = 6;
const DECRYPTION_SECRETS = 10;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const LINKTYPE_ETHERNET = 1;
/** "TLSK": the NSS key log format. */
const TLS_KEY_LOG = 0x544c534b;

/** Option codes; those from 2 on mean something else in each block. */
const OPTION_END = 0;
const OPTION_COMMENT = 1;
const SHB_USER_APPLICATION = 4;
const IF_NAME = 2;
const IF_TSRESOL = 9;
/** Name Resolution Block, section 4.5. */
const NAME_OF_IPV4 = 1;
/** Units of 10^-9 seconds. */
const NANOSECONDS = 9;

const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;
const utf8 = new TextEncoder();

type Option = readonly [code: number, value: Uint8Array];

/** The capture file: each packet once (see capture-frames.ts), lost ones with a comment that says so. */
export function renderPcapng(events: readonly TraceEvent[]): Uint8Array {
  const frames = captureFrames(events);
  const links = [...new Set(frames.map(({ frame }) => frame.link))];
  const origin = startNanoseconds(events);
  const keyLog = renderKeyLog(events);
  return concatAll([
    sectionHeader(scenarioName(events)),
    ...links.map(interfaceDescription),
    ...nameResolution(namesOfAddresses(events)),
    ...(keyLog === '' ? [] : [decryptionSecrets(keyLog)]),
    ...frames.map(({ frame, lost }) =>
      enhancedPacket(links.indexOf(frame.link), origin + BigInt(frame.t), frame.bytes, lost),
    ),
  ]);
}

/** Unix time of the world's beginning, nanoseconds: more than a JS number holds exactly. */
function startNanoseconds(events: readonly TraceEvent[]): bigint {
  const start = events.find((event) => event.type === 'run.start');
  return start?.type === 'run.start' ? BigInt(Date.parse(start.startTime)) * 1_000_000n : 0n;
}

function scenarioName(events: readonly TraceEvent[]): string {
  const start = events.find((event) => event.type === 'run.start');
  return start?.type === 'run.start' ? `${start.scenario}, seed ${start.seed}` : '';
}

function sectionHeader(comment: string): Uint8Array {
  const fixed = new Uint8Array(16);
  const view = new DataView(fixed.buffer);
  view.setUint32(0, BYTE_ORDER_MAGIC, true);
  view.setUint16(4, 1, true); // major version
  view.setUint16(6, 0, true); // minor version
  view.setBigInt64(8, -1n, true); // section length: not given
  return block(SECTION_HEADER, fixed, [
    ...(comment === '' ? [] : [[OPTION_COMMENT, utf8.encode(comment)] as const]),
    [SHB_USER_APPLICATION, utf8.encode('micropython-tls-sandbox')],
  ]);
}

function interfaceDescription(link: string): Uint8Array {
  const fixed = new Uint8Array(8);
  new DataView(fixed.buffer).setUint16(0, LINKTYPE_ETHERNET, true); // snap length stays 0: no limit
  return block(INTERFACE_DESCRIPTION, fixed, [
    [IF_NAME, utf8.encode(link)],
    [IF_TSRESOL, Uint8Array.of(NANOSECONDS)],
  ]);
}

/** Nothing where nobody has a name that is not an address. */
function nameResolution(names: ReadonlyMap<string, string>): Uint8Array[] {
  const records = [...names]
    .filter(([address, name]) => IPV4.test(address) && name !== address)
    .map(([address, name]): Option => {
      const octets = address.split('.').map(Number);
      return [NAME_OF_IPV4, Uint8Array.from([...octets, ...utf8.encode(name), 0])];
    });
  if (records.length === 0) return [];
  const end: Option = [OPTION_END, new Uint8Array(0)];
  return [block(NAME_RESOLUTION, concatAll([...records, end].map(encodeOption)), [])];
}

function decryptionSecrets(keyLog: string): Uint8Array {
  const secrets = utf8.encode(keyLog);
  const fixed = new Uint8Array(8);
  const view = new DataView(fixed.buffer);
  view.setUint32(0, TLS_KEY_LOG, true);
  view.setUint32(4, secrets.length, true);
  return block(DECRYPTION_SECRETS, concat(fixed, padded(secrets)), []);
}

function enhancedPacket(link: number, time: bigint, frame: Uint8Array, lost: string | undefined): Uint8Array {
  const fixed = new Uint8Array(20);
  const view = new DataView(fixed.buffer);
  view.setUint32(0, link, true);
  view.setUint32(4, Number(time >> 32n), true);
  view.setUint32(8, Number(time & 0xffff_ffffn), true);
  view.setUint32(12, frame.length, true); // captured
  view.setUint32(16, frame.length, true); // on the wire
  const comment = lost === undefined ? [] : [[OPTION_COMMENT, utf8.encode(lost)] as const];
  return block(ENHANCED_PACKET, concat(fixed, padded(frame)), comment);
}

/** Section 3.1: type, length, body, options, length again. */
function block(type: number, body: Uint8Array, options: readonly Option[]): Uint8Array {
  const tail =
    options.length === 0 ? [] : [...options.map(encodeOption), encodeOption([OPTION_END, new Uint8Array(0)])];
  const content = concat(body, ...tail);
  const length = content.length + 12;
  const out = new Uint8Array(length);
  const view = new DataView(out.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, length, true);
  out.set(content, 8);
  view.setUint32(length - 4, length, true);
  return out;
}

function encodeOption([code, value]: Option): Uint8Array {
  const head = new Uint8Array(4);
  const view = new DataView(head.buffer);
  view.setUint16(0, code, true);
  view.setUint16(2, value.length, true);
  return concat(head, padded(value));
}

/** Filled with zeros to a multiple of four bytes. */
function padded(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  out.set(bytes);
  return out;
}
