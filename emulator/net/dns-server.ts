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
  /** Asked for a name that is not among the records; undefined when there is none of it. */
  readonly elsewhere?: (name: string, done: (addresses: readonly Ipv4Address[] | undefined) => void) => void;
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
    const failure: DnsFailure | undefined = find(this.options.failures ?? new Map(), query.question.name);
    if (failure === 'silent') return;
    if (typeof failure === 'string') {
      send(encodeDns({ ...query, response: true, rcode: failure, answers: [] }), from);
      return;
    }
    const { name } = query.question;
    const addresses = failure === undefined ? find(this.options.records, name) : [failure.lie];
    const done = (found: readonly Ipv4Address[] | undefined) =>
      send(encodeDns(this.answer(query, found)), from);
    if (addresses === undefined && this.options.elsewhere !== undefined) this.options.elsewhere(name, done);
    else done(addresses);
  }

  private answer(query: DnsMessage, addresses: readonly Ipv4Address[] | undefined): DnsMessage {
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
