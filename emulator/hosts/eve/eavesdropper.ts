/**
 * Eve. She has a tap on a link and gets its frames, nothing else: no keys, no way to change or to send. What
 * she can make of them goes into the trace.
 */
import { DNS_PORT, decodeDns } from '../../net/dns-message.ts';
import { decodeFrame, EtherType } from '../../net/ethernet.ts';
import { decodeIpv4, IpProtocol, type Ipv4Packet } from '../../net/ipv4.ts';
import { decodeTcp, hasFlag, TcpFlag, type TcpSegment } from '../../net/tcp/segment.ts';
import { decodeUdp } from '../../net/udp.ts';
import type { TraceEventBody, Way } from '../../world/trace-events.ts';
import { findingsOf } from './findings.ts';
import { StreamOnlooker } from './stream-onlooker.ts';
import { TcpOnlooker } from './tcp-onlooker.ts';

/** What she has pieced together of one connection. */
interface Tapped {
  /** "address:port" of the end that began. */
  readonly client: string;
  readonly ways: Readonly<Record<Way, { tcp: TcpOnlooker; stream: StreamOnlooker }>>;
}

export class Eavesdropper {
  private readonly emit: (event: TraceEventBody) => void;
  private readonly connections = new Map<string, Tapped>();

  constructor(emit: (event: TraceEventBody) => void) {
    this.emit = emit;
  }

  /** For `Link.tap`. */
  take(frame: Uint8Array): void {
    const ethernet = decodeFrame(frame);
    if (ethernet?.etherType !== EtherType.IPV4) return;
    const packet = decodeIpv4(ethernet.payload);
    if (packet?.protocol === IpProtocol.TCP) this.takeSegment(packet);
    else if (packet?.protocol === IpProtocol.UDP) this.takeDatagram(packet);
  }

  private takeSegment(packet: Ipv4Packet): void {
    const segment = decodeTcp(packet);
    if (segment === undefined) return;
    const from = `${packet.source}:${segment.sourcePort}`;
    const to = `${packet.destination}:${segment.destinationPort}`;
    const tapped = this.connectionOf(from, to, segment);
    const { tcp, stream } = tapped.ways[from === tapped.client ? 'to-server' : 'to-client'];
    for (const piece of tcp.take(segment)) stream.take(piece);
  }

  private connectionOf(from: string, to: string, segment: TcpSegment): Tapped {
    const begins = hasFlag(segment, TcpFlag.SYN) && !hasFlag(segment, TcpFlag.ACK);
    const key = from < to ? `${from} ${to}` : `${to} ${from}`;
    const known = this.connections.get(key);
    if (known !== undefined && !(begins && known.client !== from)) return known;
    // The one who comes first is taken for the client where the beginning was missed.
    const connection = `${from}>${to}`;
    const way = (direction: Way) => ({
      tcp: new TcpOnlooker(),
      stream: new StreamOnlooker(findingsOf(this.emit, connection, direction)),
    });
    const tapped = {
      client: from,
      ways: { 'to-server': way('to-server'), 'to-client': way('to-client') },
    };
    this.connections.set(key, tapped);
    return tapped;
  }

  /** Of UDP she understands DNS: names are looked up in clear before anything is encrypted. */
  private takeDatagram(packet: Ipv4Packet): void {
    const datagram = decodeUdp(packet);
    if (datagram === undefined) return;
    const { sourcePort, destinationPort, payload } = datagram;
    if (sourcePort !== DNS_PORT && destinationPort !== DNS_PORT) return;
    const message = decodeDns(payload);
    if (message === undefined) return;
    const client = message.response
      ? `${packet.destination}:${destinationPort}`
      : `${packet.source}:${sourcePort}`;
    const server = message.response ? packet.source : packet.destination;
    const connection = `${client}>${server}:${DNS_PORT}`;
    const { name } = message.question;
    if (!message.response) this.emit({ type: 'attacker.learned', connection, what: 'name', text: name });
    for (const { address } of message.answers) {
      this.emit({ type: 'attacker.learned', connection, what: 'address', text: `${name} is ${address}` });
    }
  }
}
