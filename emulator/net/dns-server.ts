import type { Ipv4Address } from './addresses.ts';
import type { Endpoint, NetStack } from './api.ts';
import { DNS_PORT, type DnsMessage, decodeDns, encodeDns, RecordType } from './dns-message.ts';

export interface DnsServerOptions {
  /** A records by name; case does not matter. Kept, not copied: later changes count. */
  readonly records: Map<string, readonly Ipv4Address[]>;
  /** Seconds that answers may be kept. */
  readonly ttl?: number;
  /** Hears queries and never answers. */
  readonly silent?: boolean;
}

const DEFAULT_TTL_SECONDS = 300;

/** Answers for every name from a table: NXDOMAIN for names, an empty answer for record types, not in it. */
export class DnsServer {
  private readonly options: DnsServerOptions;

  constructor(stack: NetStack, options: DnsServerOptions) {
    this.options = options;
    const socket = stack.bindUdp(DNS_PORT);
    socket.onReadable = () => {
      for (let packet = socket.receive(); packet !== undefined; packet = socket.receive()) {
        this.receive(packet.bytes, packet.from, (bytes, to) => socket.sendTo(bytes, to));
      }
    };
  }

  private receive(bytes: Uint8Array, from: Endpoint, send: (bytes: Uint8Array, to: Endpoint) => void): void {
    const query = decodeDns(bytes);
    if (query === undefined || query.response || this.options.silent) return;
    send(encodeDns(this.answer(query)), from);
  }

  private answer(query: DnsMessage): DnsMessage {
    const addresses = this.lookup(query.question.name);
    const ttl = this.options.ttl ?? DEFAULT_TTL_SECONDS;
    const answers = query.question.type === RecordType.A ? (addresses ?? []) : [];
    return {
      ...query,
      response: true,
      rcode: addresses === undefined ? 'NXDOMAIN' : 'NOERROR',
      answers: answers.map((address) => ({ address, ttl })),
    };
  }

  private lookup(name: string): readonly Ipv4Address[] | undefined {
    const wanted = name.toLowerCase();
    for (const [each, addresses] of this.options.records) {
      if (each.toLowerCase() === wanted) return addresses;
    }
    return undefined;
  }
}
