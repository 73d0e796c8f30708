/** The records that carried a message or data, byte for byte as they passed over the network. */
import { decodeFrame, EtherType } from '../../../emulator/net/ethernet.ts';
import { decodeIpv4, IpProtocol } from '../../../emulator/net/ipv4.ts';
import { decodeTcp, hasFlag, TcpFlag } from '../../../emulator/net/tcp/segment.ts';
import { toHex } from '../../../emulator/world/bytes.ts';
import type { AnnotatedField, TraceEvent, TraceEventOf } from '../../../emulator/world/trace-events.ts';

type Said = TraceEventOf<'tls.message' | 'tls.data' | 'tls.alert'>;
type Recorded = TraceEventOf<'tls.record'>;

export interface WireRecords {
  readonly bytes: Uint8Array;
  readonly fields: readonly AnnotatedField[];
}

/** TLS's record header: type, version, length. */
const HEADER = 5;

/** Undefined where the trace does not hold them: DTLS, a connection without frames. */
export function wireRecords(events: readonly TraceEvent[], index: number): WireRecords | undefined {
  const said = events[index] as Said;
  const own = ownRecords(events, said);
  const range = recordsOf(own, index, said);
  if (range === undefined) return undefined;
  const begin = own.slice(0, range.first).reduce((sum, { record }) => sum + HEADER + record.length, 0);
  const records = own.slice(range.first, range.end).map(({ record }) => record);
  const length = records.reduce((sum, record) => sum + HEADER + record.length, 0);
  for (const stream of streamsOf(events, said)) {
    const bytes = stream.subarray(begin, begin + length);
    if (matches(bytes, records)) return { bytes, fields: fieldsOf(bytes, records) };
  }
  return undefined;
}

interface PlacedRecord {
  readonly record: Recorded;
  readonly order: number;
}

function ownRecords(events: readonly TraceEvent[], said: Said): PlacedRecord[] {
  return events.flatMap((record, order) =>
    record.type === 'tls.record' &&
    record.connection === said.connection &&
    record.actor === said.actor &&
    record.direction === said.direction
      ? [{ record, order }]
      : [],
  );
}

/** A sender tells of the message before its records, a receiver after them. */
function recordsOf(
  own: readonly PlacedRecord[],
  index: number,
  said: Said,
): { first: number; end: number } | undefined {
  const size = said.type === 'tls.alert' ? 2 : said.bytes.length;
  const next = own.findIndex(({ order }) => order > index);
  const [step, from] = said.direction === 'sent' ? [1, next] : [-1, (next < 0 ? own.length : next) - 1];
  if (from < 0 || from >= own.length) return undefined;
  let at = from;
  let room = own[at]!.record.length;
  while (room < size && own[at + step] !== undefined) {
    at += step;
    room += own[at]!.record.length;
  }
  return { first: Math.min(at, from), end: Math.max(at, from) + 1 };
}

/** What went from one end to the other, once for each link and each sender: somebody between may have changed it. */
function streamsOf(events: readonly TraceEvent[], { connection, actor, direction }: Said): Uint8Array[] {
  const [client = '', server = ''] = connection.split('>');
  const fromClient = (actorIsClient(events, connection, actor) ? 'sent' : 'received') === direction;
  const [source, destination] = fromClient ? [client, server] : [server, client];
  const pieces = new Map<string, { base: number; parts: Map<number, Uint8Array> }>();
  for (const event of events) {
    if (event.type !== 'frame.sent') continue;
    const frame = decodeFrame(event.bytes);
    const packet = frame?.etherType === EtherType.IPV4 ? decodeIpv4(frame.payload) : undefined;
    const segment = packet?.protocol === IpProtocol.TCP ? decodeTcp(packet) : undefined;
    if (packet === undefined || segment === undefined) continue;
    if (`${packet.source}:${segment.sourcePort}` !== source) continue;
    if (`${packet.destination}:${segment.destinationPort}` !== destination) continue;
    const key = `${event.link} ${event.actor}`;
    if (hasFlag(segment, TcpFlag.SYN)) pieces.set(key, { base: segment.sequence + 1, parts: new Map() });
    const stream = pieces.get(key);
    if (stream === undefined || segment.payload.length === 0) continue;
    stream.parts.set((segment.sequence - stream.base) >>> 0, segment.payload);
  }
  return [...pieces.values()].map(({ parts }) => joined(parts));
}

function actorIsClient(events: readonly TraceEvent[], connection: string, actor: string): boolean {
  return events.some(
    (event) =>
      event.type === 'tls.start' &&
      event.connection === connection &&
      event.actor === actor &&
      event.role === 'client',
  );
}

function joined(parts: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const end = Math.max(0, ...[...parts].map(([at, part]) => at + part.length));
  const whole = new Uint8Array(end);
  for (const [at, part] of parts) whole.set(part, at);
  return whole;
}

const CONTENT_TYPES: Readonly<Record<Recorded['contentType'], number>> = {
  change_cipher_spec: 20,
  alert: 21,
  handshake: 22,
  application_data: 23,
};

function matches(bytes: Uint8Array, records: readonly Recorded[]): boolean {
  let at = 0;
  for (const { contentType, length } of records) {
    if (bytes[at] !== CONTENT_TYPES[contentType]) return false;
    if (((bytes[at + 3] ?? 0) << 8) + (bytes[at + 4] ?? 0) !== length) return false;
    at += HEADER + length;
  }
  return at === bytes.length;
}

function fieldsOf(bytes: Uint8Array, records: readonly Recorded[]): AnnotatedField[] {
  let at = 0;
  return records.map(({ contentType, length, encrypted }) => {
    const offset = at;
    at += HEADER + length;
    return {
      name: 'record',
      offset,
      length: HEADER + length,
      value: encrypted ? 'encrypted' : 'readable',
      children: [
        { name: 'content_type', offset, length: 1, value: contentType },
        {
          name: 'record_version',
          offset: offset + 1,
          length: 2,
          value: `0x${toHex(bytes.subarray(offset + 1, offset + 3))}`,
        },
        { name: 'record_length', offset: offset + 3, length: 2, value: `${length} bytes` },
        { name: encrypted ? 'encrypted_fragment' : 'fragment', offset: offset + HEADER, length },
      ],
    };
  });
}
