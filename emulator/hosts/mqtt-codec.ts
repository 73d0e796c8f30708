/** MQTT packets from and to bytes: the npm package `mqtt-packet` behind two calls. */
import { generate, type Packet, parser } from 'mqtt-packet';

export type {
  IConnectPacket as ConnectPacket,
  IPublishPacket as PublishPacket,
  ISubscribePacket as SubscribePacket,
  ISubscription as Subscription,
  IUnsubscribePacket as UnsubscribePacket,
  Packet,
  QoS,
} from 'mqtt-packet';

/** Protocol levels: MQTT 3.1, 3.1.1, 5. */
export type MqttVersion = 3 | 4 | 5;

/** Bytes of a connection that are no MQTT. */
export class MqttCodecError extends Error {
  override readonly name = 'MqttCodecError';
}

/** One direction of a connection; learns the version from the CONNECT it reads. */
export class PacketReader {
  private readonly parser = parser();
  private packets: Packet[] = [];
  private error: Error | undefined;

  constructor() {
    this.parser.on('packet', (packet) => this.packets.push({ ...packet }));
    this.parser.on('error', (error: Error) => {
      this.error = error;
    });
  }

  /** The packets that are whole now. Throws MqttCodecError, after which the connection is of no use. */
  push(bytes: Uint8Array): Packet[] {
    // The package takes any Uint8Array.
    this.parser.parse(bytes as Buffer);
    if (this.error !== undefined) throw new MqttCodecError(this.error.message);
    const { packets } = this;
    this.packets = [];
    return packets;
  }
}

export function encodePacket(packet: Packet, version: MqttVersion): Uint8Array {
  return generate(packet, { protocolVersion: version });
}
