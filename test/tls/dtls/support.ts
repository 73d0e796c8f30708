/** Two DTLS engines and the network between them: seeded loss, duplication and reordering, and a clock of its own. */
import { nodeProvider } from '../../../emulator/crypto/node.node.ts';
import { createDtlsClient, type DtlsClientConfig } from '../../../emulator/tls/dtls/client.ts';
import type { DtlsConnection, DtlsHost } from '../../../emulator/tls/dtls/engine.ts';
import { encodeRecord, epochAndSequence } from '../../../emulator/tls/dtls/records.ts';
import { createDtlsServer, type DtlsServerConfig } from '../../../emulator/tls/dtls/server.ts';
import type { TlsHost } from '../../../emulator/tls/engine.ts';
import { SUITES } from '../../../emulator/tls/suites.ts';
import { Tls12KeySchedule } from '../../../emulator/tls/tls12/key-schedule.ts';
import { Random } from '../../../emulator/world/random.ts';
import type { TraceEventBody } from '../../../emulator/world/trace-events.ts';
import { CERTIFICATES } from '../certificates.ts';
import { ACCEPT, CONNECTION, ignoringTlsErrors, NOW } from '../support.ts';

type EventOf<T extends TraceEventBody['type']> = Extract<TraceEventBody, { type: T }>;

/** Milliseconds. */
export interface Clock {
  readonly now: number;
}

export interface DtlsHostOptions {
  readonly seed?: number;
  readonly clock?: Clock;
  readonly verdict?: TlsHost['verifyPeer'];
}

/** One end: the engine, what it told its host, and when its timer runs out. */
export class DtlsEnd {
  readonly tls: DtlsConnection;
  readonly events: TraceEventBody[] = [];
  deadline: number | undefined;
  /** How long the timer was last set for, and how often it was set or stopped. */
  wait: number | undefined;
  timerStarts = 0;

  constructor(name: string, options: DtlsHostOptions, make: (host: DtlsHost) => DtlsConnection) {
    const random = new Random(options.seed ?? 1, name);
    const clock = options.clock ?? { now: 0 };
    this.tls = make({
      crypto: nodeProvider,
      random: (length) => random.bytes(length),
      unixTime: () => NOW + Math.floor(clock.now / 1000),
      emit: (event) => this.events.push(event),
      verifyPeer: options.verdict ?? (() => ACCEPT),
      setTimer: (milliseconds) => {
        this.timerStarts++;
        this.wait = milliseconds;
        this.deadline = milliseconds === undefined ? undefined : clock.now + milliseconds;
      },
    });
  }

  all<T extends TraceEventBody['type']>(type: T): EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.type === type);
  }

  messages(direction: 'sent' | 'received'): string[] {
    return this.all('tls.message')
      .filter((event) => event.direction === direction)
      .map((event) => event.message);
  }

  alerts(direction: 'sent' | 'received'): string[] {
    return this.all('tls.alert')
      .filter((event) => event.direction === direction)
      .map((event) => `${event.level} ${event.description}`);
  }

  /** A TlsError stays in `tls.error`; anything else is a bug and goes through. */
  receive(datagram: Uint8Array): void {
    if (this.tls.error === undefined) ignoringTlsErrors(() => this.tls.receive(datagram));
  }

  timeout(): void {
    this.deadline = undefined;
    ignoringTlsErrors(() => this.tls.timeout());
  }

  take(): Uint8Array[] {
    const datagrams: Uint8Array[] = [];
    for (let next = this.tls.takeDatagram(); next !== undefined; next = this.tls.takeDatagram()) {
      datagrams.push(next);
    }
    return datagrams;
  }

  readAll(): Uint8Array[] {
    const records: Uint8Array[] = [];
    for (let next = this.tls.read(); next !== undefined; next = this.tls.read()) records.push(next);
    return records;
  }
}

type ClientConfig = Partial<Omit<DtlsClientConfig, 'connection'>>;
type ServerConfig = Partial<Omit<DtlsServerConfig, 'connection'>>;

export const COOKIES = {
  secret: new Uint8Array(32).fill(7),
  clientTransportId: Uint8Array.of(192, 168, 4, 2, 0xc0, 0),
};

export function dtlsClient(config: ClientConfig = {}, options: DtlsHostOptions = {}): DtlsEnd {
  return new DtlsEnd('client', options, (host) =>
    createDtlsClient({ connection: CONNECTION, profile: 'modern', ...config }, host),
  );
}

/** Shows a P-256 certificate and asks for a cookie, unless told otherwise. */
export function dtlsServer(config: ServerConfig = {}, options: DtlsHostOptions = {}): DtlsEnd {
  const defaults = {
    connection: CONNECTION,
    profile: 'modern',
    credentials: [CERTIFICATES.p256],
    clientAuth: 'none',
    cookies: COOKIES,
  } as const;
  return new DtlsEnd('server', options, (host) => createDtlsServer({ ...defaults, ...config }, host));
}

/** Each a share of 1; milliseconds. */
export interface Channel {
  readonly loss?: number;
  readonly duplication?: number;
  /** The longest that a datagram takes: those sent later may come earlier. */
  readonly delay?: number;
  /** What becomes of a datagram before chance has its say; undefined: it is lost. */
  readonly tamper?: (datagram: Uint8Array, to: 'client' | 'server') => Uint8Array | undefined;
}

interface Delivery {
  readonly at: number;
  readonly to: 'client' | 'server';
  readonly datagram: Uint8Array;
}

/** A client and a server, which is made anew for the second hello where its profile wants that. */
export class Network implements Clock {
  now = 0;
  readonly client: DtlsEnd;
  server: DtlsEnd;
  /** Octets of each datagram that was put on the network. */
  readonly sizes: number[] = [];
  private readonly channel: Channel;
  private readonly random: Random;
  private readonly makeServer: () => DtlsEnd;
  private deliveries: Delivery[] = [];

  constructor(
    client: (options: DtlsHostOptions) => DtlsEnd,
    server: (options: DtlsHostOptions) => DtlsEnd,
    channel: Channel = {},
    seed = 1,
  ) {
    this.channel = channel;
    this.random = new Random(seed, 'channel');
    this.client = client({ seed, clock: this });
    this.makeServer = () => server({ seed, clock: this });
    this.server = this.makeServer();
  }

  /** Begins the handshake and goes on until nothing is under way and no timer runs. */
  converse(): void {
    this.server.tls.start();
    this.client.tls.start();
    this.run();
  }

  run(): void {
    for (let steps = 0; steps < 10_000; steps++) {
      if (!this.step()) return;
    }
    throw new Error('the two ends do not come to rest');
  }

  /** One thing happens. False: nothing is to come. */
  step(): boolean {
    this.collect(this.client, 'server');
    this.collect(this.server, 'client');
    return this.next();
  }

  private collect(from: DtlsEnd, to: 'client' | 'server'): void {
    for (const datagram of from.take()) {
      this.sizes.push(datagram.length);
      const arriving = this.channel.tamper ? this.channel.tamper(datagram, to) : datagram;
      if (arriving === undefined || this.random.unit() < (this.channel.loss ?? 0)) continue;
      this.deliver(arriving, to);
      if (this.random.unit() < (this.channel.duplication ?? 0)) this.deliver(arriving, to);
    }
  }

  private deliver(datagram: Uint8Array, to: 'client' | 'server'): void {
    const at = this.now + 1 + this.random.unit() * (this.channel.delay ?? 0);
    this.deliveries.push({ at, to, datagram });
    this.deliveries.sort((a, b) => a.at - b.at);
  }

  /** The next thing to happen: a datagram arrives or a timer runs out. False: nothing is to come. */
  private next(): boolean {
    const delivery = this.deliveries[0];
    const waiting = [this.client, this.server].filter((end) => end.deadline !== undefined);
    const first = waiting.sort((a, b) => a.deadline! - b.deadline!)[0];
    if (delivery !== undefined && (first === undefined || delivery.at <= first.deadline!)) {
      this.deliveries.shift();
      this.now = delivery.at;
      this.arrive(delivery);
      return true;
    }
    if (first === undefined) return false;
    this.now = first.deadline!;
    first.timeout();
    return true;
  }

  private arrive({ to, datagram }: Delivery): void {
    this[to].receive(datagram);
    if (this.server.tls.error?.reason !== 'hello-verify-required') return;
    this.collect(this.server, 'client');
    this.server = this.makeServer();
    this.server.tls.start();
  }
}

/** A record with the message as the other side would send it, under the keys that the trace gives away. */
export function protectedAs(
  { client, server }: Network,
  to: DtlsEnd,
  message: Uint8Array,
  sequence = 40,
): Uint8Array {
  const [{ clientRandom, secret }] = client.all('tls.secret') as unknown as [EventOf<'tls.secret'>];
  const serverHello = server.all('tls.message').find((event) => event.message === 'ServerHello')!;
  const randoms = { client: clientRandom, server: serverHello.bytes.slice(14, 46) };
  const suite = SUITES.find(({ name }) => name === client.tls.session!.suite)!;
  const host = { crypto: nodeProvider, random: (length: number) => new Uint8Array(length) };
  const keys = new Tls12KeySchedule(host, suite, randoms).keys(secret);
  const sender = to === client ? keys.server : keys.client;
  const plaintext = { type: 'handshake', bytes: message } as const;
  const { fragment } = sender.seal(epochAndSequence(1, sequence), plaintext, 0xfefd);
  return encodeRecord({ type: 'handshake', version: 0xfefd, epoch: 1, sequence, fragment });
}
