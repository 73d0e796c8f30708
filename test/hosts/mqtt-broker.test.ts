/** The broker against the specifications of MQTT 3.1.1 and 5, packet by packet, in virtual time. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parser } from 'mqtt-packet';
import type { ByteStream } from '../../emulator/hosts/byte-stream.ts';
import { type BrokerOptions, MqttBroker } from '../../emulator/hosts/mqtt-broker.ts';
import { encodePacket, type MqttVersion, type Packet } from '../../emulator/hosts/mqtt-codec.ts';
import { isTopicFilter, isTopicName, topicMatches } from '../../emulator/hosts/mqtt-topics.ts';
import { SECOND } from '../../emulator/world/time.ts';
import { World } from '../../emulator/world/world.ts';

type Connect = Partial<Extract<Packet, { cmd: 'connect' }>>;

/** A client made of packets; what the broker sent is `sent`, and `ended` whether it hung up. */
class Client implements ByteStream {
  onData: ((bytes: Uint8Array) => void) | undefined;
  onEnd: (() => void) | undefined;
  onError: ((message: string) => void) | undefined;
  ended = false;
  readonly sent: Packet[] = [];
  private readonly version: MqttVersion;
  private readonly reader;

  constructor(broker: MqttBroker, version: MqttVersion = 4, identity?: string) {
    this.version = version;
    this.reader = parser({ protocolVersion: version });
    this.reader.on('packet', (packet) => this.sent.push({ ...packet }));
    broker.connect({ stream: this, name: 'c', ...(identity && { identity: () => identity }) });
  }

  start(): void {}
  write(bytes: Uint8Array): void {
    this.reader.parse(bytes as Buffer);
  }
  end(): void {
    this.ended = true;
  }

  put(packet: Packet): this {
    this.onData!(encodePacket(packet, this.version));
    return this;
  }
  connect(clientId: string, more: Connect = {}): this {
    return this.put({
      cmd: 'connect',
      clientId,
      clean: true,
      keepalive: 0,
      protocolVersion: this.version,
      ...more,
    });
  }
  subscribe(topic: string, qos: 0 | 1 | 2 = 0, more: object = {}): this {
    return this.put({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos, ...more }] });
  }
  publish(topic: string, payload: string, more: Partial<Extract<Packet, { cmd: 'publish' }>> = {}): this {
    return this.put({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false, ...more });
  }
  /** Names of what came, and of messages topic and payload. */
  get story(): string[] {
    return this.sent.map((packet) =>
      packet.cmd === 'publish'
        ? `${packet.topic}=${packet.payload}${packet.qos ? ` qos${packet.qos}` : ''}${packet.retain ? ' retained' : ''}${packet.dup ? ' again' : ''}`
        : packet.cmd,
    );
  }
  /** The same, once. */
  news(): string[] {
    const { story } = this;
    this.sent.length = 0;
    return story;
  }
}

function setup(options: Partial<BrokerOptions> = {}) {
  const world = new World({ seed: 1, startTime: 0 });
  const broker = new MqttBroker({ clock: world, ...options });
  const wait = (seconds: number) => {
    const end = world.now + seconds * SECOND;
    while ((world.nextEventTime() ?? Number.POSITIVE_INFINITY) <= end) world.step();
    world.advanceTo(end);
  };
  const client = (version?: MqttVersion, identity?: string) => new Client(broker, version, identity);
  return { broker, client, wait };
}

describe('topics (section 4.7)', () => {
  it('match filters level by level', () => {
    for (const [filter, topic, expected] of [
      ['a/b', 'a/b', true],
      ['a/b', 'a/b/c', false],
      ['a/+', 'a/b', true],
      ['a/+', 'a', false],
      ['a/+', 'a/', true],
      ['a/+/c', 'a/b/c', true],
      ['a/#', 'a', true],
      ['a/#', 'a/b/c', true],
      ['#', 'a/b', true],
      ['+', '/a', false],
      ['/+', '/a', true],
      ['#', '$SYS/x', false],
      ['+/x', '$SYS/x', false],
      ['$SYS/#', '$SYS/x', true],
    ] as const) {
      assert.equal(topicMatches(filter, topic), expected, `${filter} ${topic}`);
    }
  });

  it('may hold wildcards in filters only, each alone in its level', () => {
    assert.deepEqual(
      ['a', 'a/+', '#', 'a/#', 'a/b+', 'a#', '#/a', '', 'a\0'].map((text) => [
        isTopicName(text),
        isTopicFilter(text),
      ]),
      [
        [true, true],
        [false, true],
        [false, true],
        [false, true],
        [false, false],
        [false, false],
        [false, false],
        [false, false],
        [false, false],
      ],
    );
  });
});

describe('the broker', () => {
  it('passes messages on to those who subscribed, once each, with the lower QoS', () => {
    const { client } = setup();
    const reader = client().connect('r').subscribe('home/#', 1).subscribe('home/+', 0);
    const writer = client()
      .connect('w')
      .publish('home/t', '20', { qos: 1, messageId: 7 })
      .publish('other', 'x');
    assert.deepEqual(reader.story, ['connack', 'suback', 'suback', 'home/t=20 qos1']);
    assert.deepEqual(writer.story, ['connack', 'puback']);
  });

  it('acknowledges QoS 2 in two steps and passes the message on once', () => {
    const { client } = setup();
    const reader = client().connect('r').subscribe('t', 2);
    reader.news();
    const writer = client().connect('w');
    const message = { qos: 2, messageId: 7 } as const;
    writer.publish('t', 'x', message).publish('t', 'x', { ...message, dup: true });
    writer.put({ cmd: 'pubrel', messageId: 7 }).publish('t', 'y', message);
    assert.deepEqual(writer.story, ['connack', 'pubrec', 'pubrec', 'pubcomp', 'pubrec']);
    assert.deepEqual(reader.news(), ['t=x qos2', 't=y qos2']);
    reader.put({ cmd: 'pubrec', messageId: 1 });
    assert.deepEqual(reader.news(), ['pubrel']);
  });

  it('keeps the last retained message of a topic for later subscribers, and forgets it for an empty one', () => {
    const { client } = setup({ retained: new Map([['a/1', 'first']]) });
    const writer = client()
      .connect('w')
      .publish('a/2', 'old', { retain: true })
      .publish('a/2', 'new', { retain: true });
    assert.deepEqual(client().connect('r').subscribe('a/+').story, [
      'connack',
      'suback',
      'a/1=first retained',
      'a/2=new retained',
    ]);
    writer.publish('a/1', '', { retain: true });
    assert.deepEqual(client().connect('s').subscribe('a/+').story, ['connack', 'suback', 'a/2=new retained']);
  });

  it('publishes the will of who is lost, not of who takes leave', () => {
    const { client } = setup();
    const reader = client().connect('r').subscribe('status/+');
    reader.news();
    const will = { topic: 'status/a', payload: 'lost', qos: 0, retain: false } as const;
    client().connect('a', { will }).put({ cmd: 'disconnect' });
    assert.deepEqual(reader.news(), []);
    client().connect('a', { will }).onEnd!();
    assert.deepEqual(reader.news(), ['status/a=lost']);
  });

  it('gives up who is silent for one and a half times the keep-alive', () => {
    const { client, wait } = setup();
    const one = client().connect('a', { keepalive: 60 });
    wait(80);
    one.put({ cmd: 'pingreq' });
    wait(89);
    assert.equal(one.ended, false);
    wait(2);
    assert.equal(one.ended, true);
    assert.deepEqual(one.story, ['connack', 'pingresp']);
  });

  it('keeps a persistent session: what came meanwhile, and again what was not acknowledged', () => {
    const { client } = setup();
    const first = client().connect('r', { clean: false }).subscribe('t', 1);
    const writer = client().connect('w').publish('t', '1', { qos: 1, messageId: 1 });
    assert.deepEqual(first.news(), ['connack', 'suback', 't=1 qos1']);
    first.put({ cmd: 'disconnect' });
    writer.publish('t', '2', { qos: 1, messageId: 2 }).publish('t', 'lost', { qos: 0 });
    const second = client().connect('r', { clean: false });
    assert.equal((second.sent[0] as { sessionPresent?: boolean }).sessionPresent, true);
    assert.deepEqual(second.story, ['connack', 't=1 qos1 again', 't=2 qos1']);
    const third = client().connect('r', { clean: true });
    assert.equal((third.sent[0] as { sessionPresent?: boolean }).sessionPresent, false);
    assert.equal(second.ended, true);
  });

  it('lets in who knows the password, or shows a certificate', () => {
    const { client } = setup({ users: new Map([['ann', 'secret']]) });
    const code = (one: Client) => (one.sent[0] as { returnCode?: number }).returnCode;
    assert.equal(code(client().connect('a')), 4);
    assert.equal(code(client().connect('a', { username: 'ann', password: Buffer.from('wrong') })), 4);
    assert.equal(code(client().connect('a', { username: 'ann', password: Buffer.from('secret') })), 0);
    assert.equal(code(client(4, 'sensor-1').connect('b')), 0);
  });

  it('refuses what is no MQTT, what comes before CONNECT, and versions it does not know', () => {
    const { client, wait } = setup();
    const other = client();
    other.onData!(new TextEncoder().encode('GET / HTTP/1.0\r\n\r\n'));
    const early = client().put({ cmd: 'pingreq' });
    const silent = client();
    wait(11);
    assert.deepEqual([other.ended, early.ended, silent.ended], [true, true, true]);
    const future = client();
    future.onData!(Uint8Array.of(0x10, 13, 0, 4, ...new TextEncoder().encode('MQTT'), 9, 2, 0, 0, 0, 1, 97));
    assert.equal((future.sent[0] as { returnCode?: number }).returnCode, 1);
  });
});

describe('MQTT 5', () => {
  it('says why: reason codes of CONNACK, PUBACK, SUBACK and DISCONNECT', () => {
    const { client } = setup({ users: new Map([['ann', 'secret']]) });
    const stranger = client(5).connect('a');
    assert.equal((stranger.sent[0] as { reasonCode?: number }).reasonCode, 0x86);
    const ann = { username: 'ann', password: Buffer.from('secret') };
    const one = client(5)
      .connect('', ann)
      .publish('t', 'x', { qos: 1, messageId: 3 })
      .subscribe('$share/g/t');
    const [connack, puback, suback] = one.sent as {
      properties?: object;
      reasonCode?: number;
      granted?: number[];
    }[];
    assert.match(JSON.stringify(connack!.properties), /"assignedClientIdentifier":"auto-1"/);
    assert.equal(puback!.reasonCode, 0x10);
    assert.deepEqual(suback!.granted, [0x9e]);
    const two = client(5).connect('b', ann);
    client(5).connect('b', ann);
    assert.deepEqual(two.news(), ['connack', 'disconnect']);
  });

  it('ends a session when it expires, and delays a will until then', () => {
    const { client, wait } = setup();
    const reader = client().connect('r').subscribe('w');
    reader.news();
    const properties = { sessionExpiryInterval: 100 };
    const will = { topic: 'w', payload: 'gone', properties: { willDelayInterval: 50 } };
    client(5).connect('a', { clean: false, properties, will }).onEnd!();
    wait(49);
    assert.deepEqual(reader.news(), []);
    wait(2);
    assert.deepEqual(reader.news(), ['w=gone']);
    const present = (one: Client) => (one.sent[0] as { sessionPresent?: boolean }).sessionPresent;
    const back = client(5).connect('a', { clean: false, properties });
    assert.equal(present(back), true);
    back.onEnd!();
    wait(101);
    assert.equal(present(client(5).connect('a', { clean: false })), false);
  });

  it('does not send back one’s own with No Local, and keeps the flag with Retain As Published', () => {
    const { client } = setup();
    const one = client(5).connect('a').subscribe('t', 0, { nl: true, rap: true });
    one.news();
    one.publish('t', 'mine');
    client().connect('b').publish('t', 'theirs', { retain: true });
    assert.deepEqual(one.news(), ['t=theirs retained']);
  });
});
