import type { Timer } from '../world/event-queue.ts';
import type { Random } from '../world/random.ts';
import { type Nanoseconds, SECOND } from '../world/time.ts';
import type { World } from '../world/world.ts';
import { type Ipv4Address, isIpv4Address, LOOPBACK_ADDRESS } from './addresses.ts';
import { NetError, type NetStack, type UdpSocket } from './api.ts';
import { DNS_PORT, type DnsMessage, decodeDns, encodeDns, isDnsName, RecordType } from './dns-message.ts';

/** What getaddrinfo raises on the port: lwIP's EAI_FAIL negated, and "name or service not known". */
export const ResolveError = { FAIL: -202, NO_NAME: -2 } as const;

export type ResolveResult = { readonly addresses: readonly Ipv4Address[] } | { readonly error: number };

/** The stack that a resolver belongs to. */
export interface ResolverHost extends NetStack {
  readonly world: World;
  readonly dnsServers: readonly Ipv4Address[];
}

/** lwIP's dns.c: a query is repeated after 1, 1 and 2 seconds, and given up 3 seconds after the last. */
const RETRY_DELAYS: readonly Nanoseconds[] = [1, 1, 2, 3].map((seconds) => seconds * SECOND);
/** DNS_MAX_TTL: a week. */
const MAX_TTL_SECONDS = 604_800;

interface Query {
  readonly name: string;
  readonly id: number;
  readonly socket: UdpSocket;
  readonly done: (result: ResolveResult) => void;
  readonly servers: readonly Ipv4Address[];
  server: number;
  tries: number;
  timer: Timer | undefined;
}

/** A stub resolver for A records, with lwIP's timing and a cache. */
export class DnsResolver {
  private readonly host: ResolverHost;
  private readonly random: Random;
  private readonly cache = new Map<string, { addresses: readonly Ipv4Address[]; expires: Nanoseconds }>();
  private readonly queries = new Set<Query>();

  constructor(host: ResolverHost) {
    this.host = host;
    this.random = host.world.random.fork(`dns/${host.name}`);
  }

  /** `done` is never called before this returns. */
  resolve(name: string, done: (result: ResolveResult) => void): void {
    const known = this.known(name.replace(/\.$/, ''));
    if (known !== undefined) this.host.world.after(0, () => done(known));
    else this.ask(name.replace(/\.$/, ''), done);
  }

  cancelAll(): void {
    for (const query of this.queries) this.finish(query);
  }

  /** What needs no server: addresses, localhost, the cache, and names that no query can hold. */
  private known(name: string): ResolveResult | undefined {
    if (isIpv4Address(name)) return { addresses: [name] };
    if (name === 'localhost') return { addresses: [LOOPBACK_ADDRESS] };
    if (!isDnsName(name)) return { error: ResolveError.NO_NAME };
    const entry = this.cache.get(name.toLowerCase());
    if (entry !== undefined && entry.expires > this.host.world.now) return { addresses: entry.addresses };
    const hopeless = this.host.address === undefined || this.host.dnsServers.length === 0;
    return hopeless ? { error: ResolveError.FAIL } : undefined;
  }

  private ask(name: string, done: (result: ResolveResult) => void): void {
    const query: Query = {
      name,
      id: this.random.below(0x1_0000),
      socket: this.host.bindUdp(0),
      done,
      servers: this.host.dnsServers,
      server: 0,
      tries: 0,
      timer: undefined,
    };
    this.queries.add(query);
    query.socket.onReadable = () => this.receive(query);
    this.send(query);
  }

  private send(query: Query): void {
    const { name, id, socket } = query;
    const server = query.servers[query.server]!;
    const question = { name, type: RecordType.A };
    this.host.world.trace.append(this.host.name, { type: 'dns.query', name, server });
    try {
      socket.sendTo(encodeDns({ id, response: false, rcode: 'NOERROR', question, answers: [] }), {
        address: server,
        port: DNS_PORT,
      });
    } catch (error) {
      // The network went away meanwhile; it may be back for the next try.
      if (!(error instanceof NetError)) throw error;
    }
    query.timer = this.host.world.after(RETRY_DELAYS[query.tries]!, () => this.unanswered(query));
    query.tries++;
  }

  private unanswered(query: Query): void {
    if (query.tries < RETRY_DELAYS.length) this.send(query);
    else if (query.server + 1 < query.servers.length) this.askNext(query);
    else this.conclude(query, { error: ResolveError.FAIL }, [], 'no answer');
  }

  private askNext(query: Query): void {
    query.timer?.cancel();
    query.server++;
    query.tries = 0;
    this.send(query);
  }

  private receive(query: Query): void {
    const packet = query.socket.receive();
    if (packet === undefined) return;
    const message = decodeDns(packet.bytes);
    const fromServer = packet.from.address === query.servers[query.server] && packet.from.port === DNS_PORT;
    if (message !== undefined && fromServer && isAnswerTo(query, message)) this.answered(query, message);
  }

  private answered(query: Query, message: DnsMessage): void {
    const addresses = message.answers.map((answer) => answer.address);
    if (message.rcode !== 'NOERROR' && query.server + 1 < query.servers.length) {
      this.askNext(query); // lwIP: whatever the error, another server may know better
      return;
    }
    if (message.rcode !== 'NOERROR' && message.rcode !== 'NXDOMAIN') {
      this.conclude(query, { error: ResolveError.FAIL }, [], message.rcode);
      return;
    }
    if (addresses.length === 0) {
      this.conclude(query, { error: ResolveError.NO_NAME }, [], message.rcode);
      return;
    }
    const ttl = Math.min(MAX_TTL_SECONDS, ...message.answers.map((answer) => answer.ttl));
    const expires = this.host.world.now + ttl * SECOND;
    this.cache.set(query.name.toLowerCase(), { addresses, expires });
    this.conclude(query, { addresses }, addresses, message.rcode);
  }

  private conclude(query: Query, result: ResolveResult, addresses: readonly string[], rcode: string): void {
    this.finish(query);
    this.host.world.trace.append(this.host.name, { type: 'dns.answer', name: query.name, addresses, rcode });
    query.done(result);
  }

  private finish(query: Query): void {
    query.timer?.cancel();
    query.socket.close();
    this.queries.delete(query);
  }
}

/** RFC 5452 section 9: an answer must match id and question as well as server and port. */
function isAnswerTo(query: Query, message: DnsMessage): boolean {
  return (
    message.response &&
    message.id === query.id &&
    message.question.name.toLowerCase() === query.name.toLowerCase()
  );
}
