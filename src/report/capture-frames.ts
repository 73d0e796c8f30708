/**
 * Which frames a capture shows. A packet that a router forwards is sent once on every link of its way; with
 * all copies in one file a reader like Wireshark takes the second for a retransmission of the first. So each
 * packet is shown once: as seen on a device's link, where people put their sniffer, and as seen elsewhere
 * only when it never got there.
 */
import { toHex } from '../../emulator/world/bytes.ts';
import type { TraceEvent, TraceEventOf } from '../../emulator/world/trace-events.ts';

export interface CapturedFrame {
  readonly frame: TraceEventOf<'frame.sent'>;
  /** Where and why this packet was lost on its way, in words. */
  readonly lost: string | undefined;
}

/** In order of time. */
export function captureFrames(events: readonly TraceEvent[]): CapturedFrame[] {
  const frames = events.filter((event): event is TraceEventOf<'frame.sent'> => event.type === 'frame.sent');
  const losses = new Map(
    events.flatMap((event) =>
      event.type === 'frame.lost' ? [[event.id, `lost on ${event.link}: ${event.reason}`] as const] : [],
    ),
  );
  const near = deviceLinks(events);
  const packets = new Map<string, { shown: TraceEventOf<'frame.sent'>; lost: string | undefined }>();
  const seen = new Map<string, number>();
  for (const frame of frames) {
    const key = packetKey(frame, seen);
    const packet = packets.get(key);
    const lost = losses.get(frame.id);
    if (packet === undefined) {
      packets.set(key, { shown: frame, lost });
      continue;
    }
    packet.lost ??= lost;
    if (near.has(frame.link) && !near.has(packet.shown.link)) packet.shown = frame;
  }
  const shown = new Map([...packets.values()].map((packet) => [packet.shown, packet.lost]));
  return frames.filter((frame) => shown.has(frame)).map((frame) => ({ frame, lost: shown.get(frame) }));
}

function deviceLinks(events: readonly TraceEvent[]): Set<string> {
  const devices = new Set(events.flatMap((event) => (event.type.startsWith('device.') ? [event.actor] : [])));
  return new Set(
    events.flatMap((event) => (event.type === 'frame.sent' && devices.has(event.actor) ? [event.link] : [])),
  );
}

const ETHERNET_HEADER = 14;
const ETHERTYPE_IPV4 = 0x0800;
/** Of the payload, as much as holds a TCP header with its checksum. */
const KEY_PAYLOAD = 20;

/**
 * Equal for all copies of one packet: the IPv4 header but for what a router changes, and the transport's
 * header. The n-th packet of a kind on one link is the n-th on the next. Other frames are never forwarded.
 */
function packetKey({ link, id, bytes }: TraceEventOf<'frame.sent'>, seen: Map<string, number>): string {
  const ipv4 = bytes.length >= 34 && ((bytes[12]! << 8) | bytes[13]!) === ETHERTYPE_IPV4;
  if (!ipv4) return `frame ${id}`;
  const header = 4 * (bytes[ETHERNET_HEADER]! & 15);
  const packet = bytes.slice(ETHERNET_HEADER, ETHERNET_HEADER + header + KEY_PAYLOAD);
  packet[8] = 0; // time to live
  packet.fill(0, 10, 12); // header checksum
  const kind = toHex(packet);
  const count = (seen.get(`${link} ${kind}`) ?? 0) + 1;
  seen.set(`${link} ${kind}`, count);
  return `${kind} ${count}`;
}
