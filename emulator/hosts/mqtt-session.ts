/**
 * What a broker keeps for one client, over connections (MQTT section 4.1): its subscriptions, and the messages that
 * are not yet acknowledged. `send` is there while a connection is.
 */
import type { Packet, PublishPacket, QoS, Subscription } from './mqtt-codec.ts';
import { topicMatches } from './mqtt-topics.ts';

/** A message as the broker passes it on. */
export type Message = Pick<PublishPacket, 'topic' | 'payload' | 'qos' | 'retain' | 'properties'>;

/** Messages that wait for a client that is away, or for its acknowledgements; the oldest are kept. */
const LONGEST_QUEUE = 1_000;

const LAST_ID = 65_535;

interface Inflight {
  readonly message: Message;
  /** QoS 2: PUBREC has come, PUBREL is out. */
  released: boolean;
}

export class MqttSession {
  readonly clientId: string;
  /** By filter. */
  readonly subscriptions = new Map<string, Subscription>();
  /** Seconds after the connection's end that this is kept; Infinity: for ever. */
  expiry = 0;
  private readonly inflight = new Map<number, Inflight>();
  private readonly queue: Message[] = [];
  /** Identifiers of QoS 2 messages from the client that were passed on and not yet released (section 4.3.3). */
  private readonly received = new Set<number>();
  private send: ((packet: Packet) => void) | undefined;
  private window = 0;
  private lastId = 0;

  constructor(clientId: string) {
    this.clientId = clientId;
  }

  get connected(): boolean {
    return this.send !== undefined;
  }

  /** A connection takes over: what was not acknowledged is sent again (section 4.4). `window`: messages at once. */
  attach(send: (packet: Packet) => void, window: number): void {
    this.send = send;
    this.window = window;
    for (const [messageId, { message, released }] of this.inflight) {
      send(released ? { cmd: 'pubrel', messageId } : { cmd: 'publish', dup: true, messageId, ...message });
    }
    this.pump();
  }

  detach(): void {
    this.send = undefined;
  }

  /** The subscription with the highest QoS that wants a message on this topic; overlapping ones count once. */
  subscriptionFor(topic: string): Subscription | undefined {
    let best: Subscription | undefined;
    for (const subscription of this.subscriptions.values()) {
      if (!topicMatches(subscription.topic, topic)) continue;
      if (best === undefined || subscription.qos > best.qos) best = subscription;
    }
    return best;
  }

  deliver(message: Message): void {
    if (message.qos === 0) {
      this.send?.({ cmd: 'publish', dup: false, ...message });
      return;
    }
    if (this.queue.length < LONGEST_QUEUE) this.queue.push(message);
    this.pump();
  }

  /** PUBACK, PUBREC or PUBCOMP for something sent. False for an identifier that is not in use. */
  acknowledged(cmd: 'puback' | 'pubrec' | 'pubcomp', messageId: number, refused: boolean): boolean {
    const entry = this.inflight.get(messageId);
    if (entry === undefined) return false;
    if (cmd === 'pubrec' && !refused) {
      entry.released = true;
    } else {
      this.inflight.delete(messageId);
      this.pump();
    }
    return true;
  }

  /** A QoS 2 message from the client. True when it is new. */
  receive(messageId: number): boolean {
    if (this.received.has(messageId)) return false;
    this.received.add(messageId);
    return true;
  }

  release(messageId: number): boolean {
    return this.received.delete(messageId);
  }

  private pump(): void {
    while (this.send !== undefined && this.queue.length > 0 && this.inflight.size < this.window) {
      const message = this.queue.shift()!;
      const messageId = this.nextId();
      this.inflight.set(messageId, { message, released: false });
      this.send({ cmd: 'publish', dup: false, messageId, ...message });
    }
  }

  private nextId(): number {
    do this.lastId = (this.lastId % LAST_ID) + 1;
    while (this.inflight.has(this.lastId));
    return this.lastId;
  }
}

/** The lower of what was published and what was subscribed to (section 3.8.4). */
export function lowerQos(a: QoS, b: QoS): QoS {
  return a < b ? a : b;
}
