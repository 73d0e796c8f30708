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
  /** Names that it does not answer as it should. */
  readonly failures?: ReadonlyMap<string, DnsFailure>;
  /** Told of each query for an address that it hears. */
  readonly onQuestion?: (name: string, from: Endpoint) => void;
}

/** A response code, silence, or an address that is not the name's. */
export type DnsFailure = 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'silent' | { readonly lie: Ipv4Address };

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
    if (query.question.type === RecordType.A) this.options.onQuestion?.(query.question.name, from);
    const failure = find(this.options.failures ?? new Map(), query.question.name);
    if (failure === 'silent') return;
    send(encodeDns(this.answer(query, failure)), from);
  }

  private answer(query: DnsMessage, failure: Exclude<DnsFailure, 'silent'> | undefined): DnsMessage {
    if (typeof failure === 'string') return { ...query, response: true, rcode: failure, answers: [] };
    const addresses = failure === undefined ? find(this.options.records, query.question.name) : [failure.lie];
    const ttl = this.options.ttl ?? DEFAULT_TTL_SECONDS;
    const answers = query.question.type === RecordType.A ? (addresses ?? []) : [];
    return {
      ...query,
      response: true,
      rcode: addresses === undefined ? 'NXDOMAIN' : 'NOERROR',
      answers: answers.map((address) => ({ address, ttl })),
    };
  }
}

function find<T>(table: ReadonlyMap<string, T>, name: string): T | undefined {
  const wanted = name.toLowerCase();
  for (const [each, value] of table) if (each.toLowerCase() === wanted) return value;
  return undefined;
}
