/**
 * One client's connection, the broker's side:
 *
 *     waiting ──CONNECT, accepted──▶ connected ──DISCONNECT, error, silence, end──▶ closed
 *
 * Sections are those of MQTT 5; where 3.1.1 differs, it is said.
 */
import { SECOND } from '../world/time.ts';
import type { ByteStream } from './byte-stream.ts';
import type { ClientConnection, MqttBroker } from './mqtt-broker.ts';
import {
  type ConnectPacket,
  encodePacket,
  MqttCodecError,
  type MqttVersion,
  type Packet,
  PacketReader,
  type PublishPacket,
  type SubscribePacket,
  type Subscription,
  type UnsubscribePacket,
} from './mqtt-codec.ts';
import type { MqttSession } from './mqtt-session.ts';
import { isTopicFilter, isTopicName } from './mqtt-topics.ts';

/** A connection that says nothing is given up after this. */
const CONNECT_TIMEOUT = 10 * SECOND;

/** Messages with QoS 1 and 2 on their way at once, where the client does not say. */
const WINDOW = 20;

/** MQTT 5 section 2.4. */
const REASON = {
  success: 0x00,
  disconnectWithWill: 0x04,
  noMatchingSubscribers: 0x10,
  noSubscriptionExisted: 0x11,
  malformedPacket: 0x81,
  protocolError: 0x82,
  unsupportedVersion: 0x84,
  invalidClientId: 0x85,
  badCredentials: 0x86,
  badMethod: 0x8c,
  keepAliveTimeout: 0x8d,
  takenOver: 0x8e,
  invalidFilter: 0x8f,
  invalidTopic: 0x90,
  packetIdNotFound: 0x92,
  sharedUnsupported: 0x9e,
} as const;

/** MQTT 3.1.1 section 3.2.2.3. */
const RETURN_CODE: Readonly<Record<number, number>> = {
  [REASON.unsupportedVersion]: 1,
  [REASON.invalidClientId]: 2,
  [REASON.badCredentials]: 4,
};

const SUBSCRIPTION_REFUSED = 0x80;

/** What this broker does not do (section 3.2.2.3). */
const ABILITIES = {
  wildcardSubscriptionAvailable: true,
  subscriptionIdentifiersAvailable: false,
  sharedSubscriptionAvailable: false,
};

export class MqttConnection {
  private readonly broker: MqttBroker;
  private readonly client: ClientConnection;
  private readonly stream: ByteStream;
  private readonly reader = new PacketReader();
  private state: 'waiting' | 'connected' | 'closed' = 'waiting';
  private version: MqttVersion = 4;
  private session: MqttSession | undefined;
  private will: ConnectPacket['will'];
  private heard: number;
  private clientId = '';

  constructor(broker: MqttBroker, client: ClientConnection) {
    this.broker = broker;
    this.client = client;
    this.stream = client.stream;
    this.heard = broker.clock.now;
    this.stream.onData = (bytes) => this.receive(bytes);
    this.stream.onEnd = () => this.lost('the client closed the connection');
    this.stream.onError = (message) => this.lost(message);
    broker.clock.after(CONNECT_TIMEOUT, () => {
      if (this.state === 'waiting') this.lost('no CONNECT');
    });
  }

  /** Another connection with the same client identifier has come (section 3.1.4). */
  takenOver(): void {
    this.refuse(REASON.takenOver, 'taken over by a newer connection');
  }

  private receive(bytes: Uint8Array): void {
    if (this.state === 'closed') return;
    this.heard = this.broker.clock.now;
    try {
      for (const packet of this.reader.push(bytes)) this.handle(packet);
    } catch (error) {
      if (!(error instanceof MqttCodecError)) throw error;
      const reason =
        error.message === 'Invalid protocol version' ? REASON.unsupportedVersion : REASON.malformedPacket;
      this.refuse(reason, error.message);
    }
  }

  private handle(packet: Packet): void {
    if (this.state === 'closed') return;
    if (this.state === 'waiting') {
      if (packet.cmd === 'connect') this.connect(packet);
      else this.lost(`${packet.cmd} before CONNECT`);
      return;
    }
    const session = this.session!;
    const messageId = packet.messageId ?? 0;
    switch (packet.cmd) {
      case 'publish':
        this.published(session, packet);
        break;
      case 'puback':
      case 'pubcomp':
        session.acknowledged(packet.cmd, messageId, false);
        break;
      case 'pubrec':
        this.recorded(session, messageId, (packet.reasonCode ?? 0) >= 0x80);
        break;
      case 'pubrel':
        this.released(session, messageId);
        break;
      case 'subscribe':
        this.subscribe(session, packet);
        break;
      case 'unsubscribe':
        this.unsubscribe(session, packet);
        break;
      case 'pingreq':
        this.send({ cmd: 'pingresp' });
        break;
      case 'disconnect':
        if (packet.reasonCode !== REASON.disconnectWithWill) this.will = undefined;
        session.expiry = packet.properties?.sessionExpiryInterval ?? session.expiry;
        this.close('disconnected');
        break;
      default:
        this.refuse(REASON.protocolError, `${packet.cmd} from a client`);
    }
  }

  private connect(packet: ConnectPacket): void {
    this.version = packet.protocolVersion ?? 4;
    this.clientId = packet.clientId;
    const identity = this.client.identity?.();
    const refusal = this.objection(packet, identity);
    this.broker.emit({
      type: 'mqtt.connect',
      connection: this.client.name,
      client: packet.clientId,
      user: packet.username ?? identity ?? '',
      version: this.version === 5 ? '5' : this.version === 4 ? '3.1.1' : '3.1',
      clean: packet.clean ?? true,
      keepAlive: packet.keepalive ?? 0,
      outcome: refusal === undefined ? 'accepted' : 'refused',
    });
    if (refusal === undefined) this.accept(packet);
    else this.refuseConnect(refusal);
  }

  private objection(packet: ConnectPacket, identity: string | undefined): number | undefined {
    // 3.1.1 section 3.1.3.1: who has no name has no session to come back to.
    if (packet.clientId === '' && this.version < 5 && packet.clean === false) return REASON.invalidClientId;
    if (packet.properties?.authenticationMethod !== undefined) return REASON.badMethod;
    return this.broker.admits(packet, identity) ? undefined : REASON.badCredentials;
  }

  private accept(packet: ConnectPacket): void {
    const { clean = true, keepalive = 0, properties } = packet;
    if (this.clientId === '') this.clientId = this.broker.nameWithoutOne();
    const { session, present } = this.broker.openSession(this.clientId, clean, this);
    session.expiry = this.expiryOf(packet);
    this.session = session;
    this.will = packet.will;
    this.state = 'connected';
    this.send({
      cmd: 'connack',
      sessionPresent: present,
      ...(this.version === 5
        ? {
            reasonCode: REASON.success,
            properties: {
              ...ABILITIES,
              ...(packet.clientId === '' && { assignedClientIdentifier: this.clientId }),
            },
          }
        : { returnCode: 0 }),
    });
    session.attach((sent) => this.send(sent), properties?.receiveMaximum ?? WINDOW);
    if (keepalive > 0) this.watch(keepalive * 1.5 * SECOND);
  }

  /** Seconds. 3.1.1 knows only for this connection, and for ever. */
  private expiryOf({ clean, properties }: ConnectPacket): number {
    if (this.version < 5) return (clean ?? true) ? 0 : Number.POSITIVE_INFINITY;
    const interval = properties?.sessionExpiryInterval ?? 0;
    return interval === 0xffff_ffff ? Number.POSITIVE_INFINITY : interval;
  }

  /** Section 3.1.2.10: a client that is silent for one and a half times its keep-alive is gone. */
  private watch(limit: number): void {
    this.broker.clock.after(this.heard + limit - this.broker.clock.now, () => {
      if (this.state === 'closed') return;
      if (this.broker.clock.now < this.heard + limit) this.watch(limit);
      else this.refuse(REASON.keepAliveTimeout, 'silent for longer than its keep-alive');
    });
  }

  private published(session: MqttSession, packet: PublishPacket): void {
    const { topic, payload, qos, retain, messageId = 0, properties } = packet;
    if (!isTopicName(topic)) {
      this.refuse(REASON.invalidTopic, `the topic ${JSON.stringify(topic)}`);
      return;
    }
    const isNew = qos < 2 || session.receive(messageId);
    if (isNew) {
      this.broker.emit({
        type: 'mqtt.publish',
        connection: this.client.name,
        client: this.clientId,
        topic,
        qos,
        retain,
        length: payload.length,
      });
    }
    const message = { topic, payload, qos, retain, ...(properties && { properties }) };
    if (isNew) this.broker.onMessage(message, this.client.identity?.() ?? this.clientId);
    const receivers = isNew ? this.broker.publish(message, this.clientId) : 1;
    if (qos === 0) return;
    const reasonCode = receivers === 0 ? REASON.noMatchingSubscribers : REASON.success;
    this.send({ cmd: qos === 1 ? 'puback' : 'pubrec', messageId, reasonCode });
  }

  private recorded(session: MqttSession, messageId: number, refused: boolean): void {
    const known = session.acknowledged('pubrec', messageId, refused);
    if (refused) return;
    this.send({ cmd: 'pubrel', messageId, reasonCode: known ? REASON.success : REASON.packetIdNotFound });
  }

  private released(session: MqttSession, messageId: number): void {
    const reasonCode = session.release(messageId) ? REASON.success : REASON.packetIdNotFound;
    this.send({ cmd: 'pubcomp', messageId, reasonCode });
  }

  private subscribe(session: MqttSession, { messageId, subscriptions }: SubscribePacket): void {
    const granted = subscriptions.map((subscription) => this.grant(subscription));
    this.broker.emit({
      type: 'mqtt.subscribe',
      connection: this.client.name,
      client: this.clientId,
      filters: subscriptions.map(({ topic }) => topic),
      granted,
    });
    this.send({ cmd: 'suback', messageId: messageId!, granted });
    for (const [index, subscription] of subscriptions.entries()) {
      if (granted[index]! < SUBSCRIPTION_REFUSED) this.broker.subscribe(session, subscription, this.version);
    }
  }

  private grant({ topic, qos }: Subscription): number {
    const shared = this.version === 5 && topic.startsWith('$share/');
    if (isTopicFilter(topic) && !shared) return qos;
    if (this.version < 5) return SUBSCRIPTION_REFUSED;
    return shared ? REASON.sharedUnsupported : REASON.invalidFilter;
  }

  private unsubscribe(session: MqttSession, { messageId, unsubscriptions }: UnsubscribePacket): void {
    const granted = unsubscriptions.map((filter) =>
      session.subscriptions.delete(filter) ? REASON.success : REASON.noSubscriptionExisted,
    );
    this.send({ cmd: 'unsuback', messageId: messageId!, granted });
  }

  private send(packet: Packet): void {
    this.stream.write(encodePacket(packet, this.version));
  }

  private refuseConnect(reason: number): void {
    const returnCode = RETURN_CODE[reason] ?? 5;
    this.send({
      cmd: 'connack',
      sessionPresent: false,
      ...(this.version === 5 ? { reasonCode: reason } : { returnCode }),
    });
    this.close('refused');
  }

  /** Ends the connection because of the client; MQTT 5 says why (section 3.14). */
  private refuse(reasonCode: number, detail: string): void {
    if (this.state === 'closed') return;
    if (this.state === 'waiting' && reasonCode === REASON.unsupportedVersion) {
      this.refuseConnect(reasonCode);
      return;
    }
    if (this.state === 'connected' && this.version === 5) this.send({ cmd: 'disconnect', reasonCode });
    this.close(detail);
  }

  private lost(detail: string): void {
    if (this.state !== 'closed') this.close(detail);
  }

  private close(reason: string): void {
    const { session, will } = this;
    this.state = 'closed';
    this.stream.end();
    if (session === undefined) return;
    this.broker.emit({
      type: 'mqtt.disconnect',
      connection: this.client.name,
      client: this.clientId,
      reason,
    });
    this.broker.closeSession(session, this, will);
  }
}
