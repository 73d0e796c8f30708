/**
 * Mallory on the device's own network: she hears who asks for which name, and answers under the name server's
 * address before it can. The number of the query, which is all that guards an answer (RFC 5452), she has read.
 */
import { DNS_PORT, decodeDns, encodeDns, RecordType } from '../../net/dns-message.ts';
import {
  decodeFrame,
  type EthernetFrame,
  type EthernetPort,
  EtherType,
  encodeFrame,
} from '../../net/ethernet.ts';
import { DEFAULT_TTL, decodeIpv4, encodeIpv4, IpProtocol } from '../../net/ipv4.ts';
import { decodeUdp, encodeUdp } from '../../net/udp.ts';
import type { TraceEventBody } from '../../world/trace-events.ts';

export interface DnsSpooferOptions {
  readonly port: EthernetPort;
  /** Addresses by name, in lower case. */
  readonly answers: ReadonlyMap<string, string>;
  readonly emit: (event: TraceEventBody) => void;
}

/** Seconds: long, so that the lie is kept. */
const TTL_SECONDS = 86_400;

export class DnsSpoofer {
  private readonly options: DnsSpooferOptions;

  constructor(options: DnsSpooferOptions) {
    this.options = options;
  }

  /** For `Link.tap`. */
  take(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    if (frame?.etherType !== EtherType.IPV4 || frame.source === this.options.port.mac) return;
    const answer = this.answerTo(frame);
    if (answer !== undefined) this.options.port.send(answer);
  }

  private answerTo(frame: EthernetFrame): Uint8Array | undefined {
    const packet = decodeIpv4(frame.payload);
    const datagram = packet?.protocol === IpProtocol.UDP ? decodeUdp(packet) : undefined;
    const query = datagram?.destinationPort === DNS_PORT ? decodeDns(datagram.payload) : undefined;
    if (packet === undefined || datagram === undefined || query === undefined || query.response)
      return undefined;
    const { name, type } = query.question;
    const address = this.options.answers.get(name.toLowerCase());
    if (address === undefined || type !== RecordType.A) return undefined;
    this.options.emit({
      type: 'attacker.did',
      connection: `${packet.source}:${datagram.sourcePort}>${packet.destination}:${DNS_PORT}`,
      attack: 'spoof-dns',
      detail: `answers that ${name} is ${address}`,
    });
    const payload = encodeDns({
      ...query,
      response: true,
      rcode: 'NOERROR',
      answers: [{ address, ttl: TTL_SECONDS }],
    });
    const reply = { sourcePort: DNS_PORT, destinationPort: datagram.sourcePort, payload };
    const forged = encodeIpv4({
      source: packet.destination,
      destination: packet.source,
      protocol: IpProtocol.UDP,
      ttl: DEFAULT_TTL,
      identification: query.id,
      payload: encodeUdp(reply, packet.destination, packet.source),
    });
    // To the asker; from herself, for a switch would notice somebody else's address.
    return encodeFrame({
      destination: frame.source,
      source: this.options.port.mac,
      etherType: EtherType.IPV4,
      payload: forged,
    });
  }
}
