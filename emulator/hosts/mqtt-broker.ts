/**
 * An MQTT broker, 3.1.1 and 5, without a network of its own: `connect` gives it a stream. Sessions, subscriptions,
 * retained messages and wills are here; one connection's packets are `mqtt-connection.ts`'s.
 */
import { type Nanoseconds, SECOND } from '../world/time.ts';
import type { TraceEventBody } from '../world/trace-events.ts';
import type { ByteStream } from './byte-stream.ts';
import type { ConnectPacket, MqttVersion, Subscription } from './mqtt-codec.ts';
import { MqttConnection } from './mqtt-connection.ts';
import { lowerQos, type Message, MqttSession } from './mqtt-session.ts';
import { topicMatches } from './mqtt-topics.ts';

/** The world, or a clock that runs by itself. */
export interface BrokerClock {
  readonly now: Nanoseconds;
  after(delay: Nanoseconds, action: () => void): { cancel(): void };
}

export interface BrokerOptions {
  readonly clock: BrokerClock;
  /** Passwords by user name; without it everybody is let in. */
  readonly users?: ReadonlyMap<string, string>;
  /** What subscribers find there already: payloads by topic. */
  readonly retained?: ReadonlyMap<string, string>;
  /** Called with each message that a client publishes; `from`: whom its certificate names, else its client identifier. */
  readonly onMessage?: (message: Message, from: string) => void;
  readonly emit?: (event: TraceEventBody) => void;
}

export interface ClientConnection {
  readonly stream: ByteStream;
  /** As the trace names it. */
  readonly name: string;
  /** Whom the client's certificate names; asked once the connection is up. With it no password is needed. */
  readonly identity?: () => string | undefined;
}

export class MqttBroker {
  readonly clock: BrokerClock;
  readonly emit: (event: TraceEventBody) => void;
  readonly onMessage: (message: Message, from: string) => void;
  private readonly users: ReadonlyMap<string, string> | undefined;
  private readonly sessions = new Map<string, MqttSession>();
  private readonly connections = new Map<string, MqttConnection>();
  private readonly retained = new Map<string, Message>();
  private readonly delayedWills = new Map<string, { cancel(): void }>();
  private assigned = 0;

  constructor(options: BrokerOptions) {
    this.clock = options.clock;
    this.emit = options.emit ?? (() => {});
    this.onMessage = options.onMessage ?? (() => {});
    this.users = options.users;
    for (const [topic, payload] of options.retained ?? []) {
      this.retained.set(topic, { topic, payload, qos: 0, retain: true });
    }
  }

  /** Serves a client until its stream ends. */
  connect(client: ClientConnection): void {
    new MqttConnection(this, client);
    client.stream.start();
  }

  /** Whether the client may in: by its certificate, or by user name and password. */
  admits({ username, password }: ConnectPacket, identity: string | undefined): boolean {
    if (this.users === undefined || (identity !== undefined && username === undefined)) return true;
    const expected = username === undefined ? undefined : this.users.get(username);
    return (
      expected !== undefined && password !== undefined && expected === new TextDecoder().decode(password)
    );
  }

  nameWithoutOne(): string {
    return `auto-${++this.assigned}`;
  }

  /** The session that goes on, or a new one (section 3.1.2.4). An older connection of the client ends. */
  openSession(
    clientId: string,
    clean: boolean,
    connection: MqttConnection,
  ): { session: MqttSession; present: boolean } {
    this.connections.get(clientId)?.takenOver();
    this.connections.set(clientId, connection);
    this.delayedWills.get(clientId)?.cancel();
    this.delayedWills.delete(clientId);
    const kept = clean ? undefined : this.sessions.get(clientId);
    const session = kept ?? new MqttSession(clientId);
    this.sessions.set(clientId, session);
    return { session, present: kept !== undefined };
  }

  /** The connection has ended; `will` is set when it ended without leave. */
  closeSession(
    session: MqttSession,
    connection: MqttConnection,
    will: ConnectPacket['will'] | undefined,
  ): void {
    const { clientId, expiry } = session;
    if (this.connections.get(clientId) !== connection) {
      // Taken over: the session is the newer connection's, the will is due all the same.
      if (will !== undefined) this.publishWill(will, clientId);
      return;
    }
    this.connections.delete(clientId);
    session.detach();
    if (expiry === 0) this.sessions.delete(clientId);
    else if (expiry !== Number.POSITIVE_INFINITY) this.expireLater(session, expiry);
    if (will === undefined) return;
    // MQTT 5 section 3.1.3.2.2: at the latest when the session ends.
    const delay = Math.min(will.properties?.willDelayInterval ?? 0, expiry);
    if (delay === 0) this.publishWill(will, clientId);
    else {
      const timer = this.clock.after(delay * SECOND, () => this.publishWill(will, clientId));
      this.delayedWills.set(clientId, timer);
    }
  }

  /** Passes a message on to all who want it. Returns how many do. */
  publish(message: Message, from: string): number {
    if (message.retain) {
      if (message.payload.length === 0) this.retained.delete(message.topic);
      else this.retained.set(message.topic, message);
    }
    let receivers = 0;
    for (const session of this.sessions.values()) {
      const wanted = session.subscriptionFor(message.topic);
      if (wanted === undefined || (wanted.nl === true && session.clientId === from)) continue;
      receivers += 1;
      session.deliver({
        ...message,
        qos: lowerQos(message.qos, wanted.qos),
        retain: wanted.rap === true && message.retain,
      });
    }
    return receivers;
  }

  /** Adds a subscription and sends the retained messages it asks for (section 3.8.4, MQTT 5 section 3.3.1.3). */
  subscribe(session: MqttSession, subscription: Subscription, version: MqttVersion): void {
    const isNew = !session.subscriptions.has(subscription.topic);
    session.subscriptions.set(subscription.topic, subscription);
    const handling = version === 5 ? (subscription.rh ?? 0) : 0;
    if (handling === 2 || (handling === 1 && !isNew)) return;
    for (const message of this.retained.values()) {
      if (!topicMatches(subscription.topic, message.topic)) continue;
      session.deliver({ ...message, qos: lowerQos(message.qos, subscription.qos), retain: true });
    }
  }

  private expireLater(session: MqttSession, seconds: number): void {
    this.clock.after(seconds * SECOND, () => {
      if (session.connected || this.sessions.get(session.clientId) !== session) return;
      this.sessions.delete(session.clientId);
    });
  }

  private publishWill(
    { topic, payload, qos, retain }: NonNullable<ConnectPacket['will']>,
    from: string,
  ): void {
    this.delayedWills.delete(from);
    this.publish({ topic, payload, qos: qos ?? 0, retain: retain ?? false }, from);
  }
}
