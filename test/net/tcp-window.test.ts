import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeFrame } from '../../emulator/net/ethernet.ts';
import { decodeIpv4, IpProtocol } from '../../emulator/net/ipv4.ts';
import { decodeTcp, hasFlag, TcpFlag } from '../../emulator/net/tcp/segment.ts';
import { MILLISECOND, SECOND } from '../../emulator/world/time.ts';
import type { World } from '../../emulator/world/world.ts';
import { eventsOf, newPair, run } from './lab.ts';
import { collect, connectPair, payload, sendAll } from './tcp-helpers.ts';

/** The TCP segments an actor has put on the link, in order. */
function segmentsOf(world: World, actor: string) {
  return eventsOf(world, 'frame.sent', actor).flatMap(({ t, bytes }) => {
    const packet = decodeIpv4(decodeFrame(bytes)!.payload);
    const segment = packet?.protocol === IpProtocol.TCP ? decodeTcp(packet) : undefined;
    return segment === undefined ? [] : [{ t, segment }];
  });
}

describe('segments and windows', () => {
  it('announce MSS 1440 and window 5760 on the device, 1460 and 64240 on a host', () => {
    const { world, device, server } = newPair();
    connectPair(world, device, server);
    const [syn] = segmentsOf(world, 'device');
    const [synAck] = segmentsOf(world, 'server');
    assert.deepEqual([syn!.segment.mss, syn!.segment.window], [1440, 5760]);
    assert.deepEqual([synAck!.segment.mss, synAck!.segment.window], [1460, 64240]);
  });

  it('are never longer than the smaller MSS, nor beyond the window', () => {
    const { world, device, server } = newPair();
    const pair = connectPair(world, device, server);
    collect(pair.client);
    sendAll(pair.server, payload(100_000));
    run(world);
    const lengths = segmentsOf(world, 'server').map(({ segment }) => segment.payload.length);
    assert.equal(Math.max(...lengths), 1440);
    assert.equal(
      lengths.reduce((sum, length) => sum + length, 0),
      100_000,
    );
  });

  it('stop at a closed window; probes with back-off find it open again', () => {
    const { world, device, server } = newPair();
    const pair = connectPair(world, device, server);
    const data = payload(20_000);
    sendAll(pair.server, data, () => pair.server.close());
    const start = world.now;
    run(world, start + 60 * SECOND);
    assert.equal(pair.client.readable, 5760);
    const probes = segmentsOf(world, 'server').filter(({ segment }) => segment.payload.length === 1);
    assert.ok(probes.length >= 5, `${probes.length} probes`);
    const gaps = probes.slice(1).map((probe, i) => probe.t - probes[i]!.t);
    assert.ok(gaps.every((gap, i) => i === 0 || gap > 1.9 * gaps[i - 1]!));
    const received = collect(pair.client);
    run(world, start + 120 * SECOND);
    assert.deepEqual(received.bytes(), data);
    assert.equal(received.ended(), true);
  });

  it('are probed by lwIP in its own rhythm: 1.5, 3, 6 … s', () => {
    const { world, device, server } = newPair({ profiles: ['lwip', 'lwip'] });
    const pair = connectPair(world, device, server);
    const data = payload(20_000);
    sendAll(pair.client, data, () => pair.client.close());
    const start = world.now;
    run(world, start + 60 * SECOND);
    const probes = segmentsOf(world, 'device').filter(({ segment }) => segment.payload.length === 1);
    const gaps = probes.slice(1).map((probe, i) => (probe.t - probes[i]!.t) / SECOND);
    assert.deepEqual(gaps.slice(0, 3), [3, 6, 12]);
    const received = collect(pair.server);
    run(world);
    assert.deepEqual(received.bytes(), data);
  });

  it('lose a window update and go on by probing', () => {
    const { world, link, device, server } = newPair();
    const pair = connectPair(world, device, server);
    const data = payload(20_000);
    sendAll(pair.server, data);
    run(world, world.now + 2 * SECOND);
    const stop = link.dropWhen((frame) => frame.actor === 'device');
    const received = collect(pair.client);
    stop();
    run(world, world.now + 30 * SECOND);
    assert.deepEqual(received.bytes(), data);
  });
});

describe('a window probe', () => {
  it('that carries the last byte queued leaves the sender in step with what was taken', () => {
    const { world, link, device, server } = newPair();
    const pair = connectPair(world, device, server);
    pair.server.send(payload(5760));
    run(world, world.now + SECOND);
    pair.server.send(Uint8Array.of(1));
    const stop = link.dropWhen((frame) => frame.actor === 'device'); // the window update is lost
    pair.client.read(5760);
    run(world, world.now + 100 * MILLISECOND);
    stop();
    run(world, world.now + 60 * SECOND);
    assert.equal(pair.client.readable, 1);
    const received = collect(pair.server);
    pair.client.send(payload(100));
    run(world, world.now + SECOND);
    assert.equal(received.bytes().length, 100);
    const [acknowledged] = segmentsOf(world, 'server').slice(-1);
    assert.equal(acknowledged!.segment.sequence, segmentsOf(world, 'device').at(-1)!.segment.acknowledgment);
    run(world, world.now + 60 * SECOND);
    assert.deepEqual(eventsOf(world, 'tcp.retransmit'), []);
  });
});

describe('the device’s receive mailbox of six (LWIP_TCP_RECVMBOX_SIZE)', () => {
  it('drops small segments beyond the seventh until the program reads; the peer repeats them', () => {
    const { world, device, server } = newPair();
    const { client, server: peer } = connectPair(world, device, server);
    for (let i = 0; i < 9; i++) {
      world.after(i * 300 * MILLISECOND, () => peer.send(Uint8Array.of(i)));
    }
    run(world, world.now + 3 * SECOND);
    assert.equal(client.readable, 7);
    assert.ok(eventsOf(world, 'tcp.retransmit', 'server').length > 0);
    const received = collect(client);
    run(world, world.now + 30 * SECOND);
    assert.deepEqual([...received.bytes()], [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('drops them unseen: what they acknowledge is repeated by the device', () => {
    const { world, device, server } = newPair();
    const { client, server: peer } = connectPair(world, device, server);
    for (let i = 0; i < 7; i++) {
      peer.send(Uint8Array.of(i));
      run(world, world.now + 300 * MILLISECOND);
    }
    assert.equal(client.readable, 7);
    client.send(payload(10));
    peer.onReadable = () => peer.send(peer.read(10)); // the answer carries the acknowledgement
    run(world, world.now + 2 * SECOND);
    assert.equal(eventsOf(world, 'tcp.retransmit', 'device').length, 1);
  });
});

describe('acknowledgements', () => {
  it('of a single segment wait for the device’s 250 ms timer, of a second one do not', () => {
    const { world, device, server } = newPair();
    const pair = connectPair(world, device, server);
    run(world, world.now + SECOND);
    collect(pair.client);
    const before = segmentsOf(world, 'device').length;
    const sentAt = world.now;
    pair.server.send(payload(100));
    run(world, world.now + SECOND);
    const [ack] = segmentsOf(world, 'device').slice(before);
    assert.ok(ack!.t - sentAt > 10 * MILLISECOND && ack!.t - sentAt <= 250 * MILLISECOND);
    const next = world.now;
    pair.server.send(payload(100));
    pair.server.send(payload(100));
    run(world, world.now + SECOND);
    const second = segmentsOf(world, 'device').slice(before + 1);
    assert.equal(second.length, 1);
    assert.ok(second[0]!.t - next < 10 * MILLISECOND);
  });

  it('ride on data when there is some', () => {
    const { world, device, server } = newPair();
    const pair = connectPair(world, device, server);
    run(world, world.now + SECOND);
    const before = segmentsOf(world, 'device').length;
    pair.client.onReadable = () => pair.client.send(pair.client.read(1000));
    pair.server.send(payload(100));
    run(world, world.now + 200 * MILLISECOND);
    const sent = segmentsOf(world, 'device').slice(before);
    assert.equal(sent.length, 1);
    assert.equal(sent[0]!.segment.payload.length, 100);
    assert.ok(hasFlag(sent[0]!.segment, TcpFlag.ACK));
  });

  it('make the device’s second small write wait (Nagle), a host’s not', () => {
    const { world, device, server } = newPair();
    const pair = connectPair(world, device, server);
    run(world, world.now + SECOND);
    const count = (actor: string) =>
      segmentsOf(world, actor).filter(({ segment }) => segment.payload.length > 0).length;
    for (const socket of [pair.client, pair.server]) for (let i = 0; i < 3; i++) socket.send(payload(10));
    run(world, world.now + MILLISECOND);
    assert.equal(count('device'), 1);
    assert.equal(count('server'), 3);
    run(world, world.now + SECOND);
    assert.equal(count('device'), 2);
  });
});

describe('retransmission', () => {
  it('of one lost segment in a window is fast: three duplicate acknowledgements, no time-out', () => {
    const { world, link, device, server } = newPair({ profiles: ['host', 'host'] });
    const pair = connectPair(world, device, server);
    const received = collect(pair.client);
    let large = 0;
    link.dropWhen((frame) => frame.bytes.length > 1000 && ++large === 3);
    const data = payload(14_000);
    const start = world.now;
    sendAll(pair.server, data);
    run(world, world.now + SECOND, () => received.bytes().length === data.length);
    assert.deepEqual(received.bytes(), data);
    assert.equal(eventsOf(world, 'tcp.retransmit').length, 1);
    assert.ok(world.now - start < 100 * MILLISECOND);
  });

  it('backs off, doubling, and gives the connection up', () => {
    const { world, link, device, server } = newPair();
    const pair = connectPair(world, device, server);
    const errors: number[] = [];
    pair.client.onError = (errno) => errors.push(errno);
    link.impair({ down: true });
    pair.client.send(payload(10));
    run(world);
    const times = eventsOf(world, 'tcp.retransmit', 'device').map((event) => event.t / SECOND);
    assert.deepEqual(
      times.slice(1, 8).map((time, i) => time - times[i]!),
      [3, 6, 12, 24, 48, 96, 192],
    );
    assert.equal(times.length, 12);
    assert.deepEqual(errors, [113]);
  });

  it('from a host with a round trip of 4 ms comes after that and 200 ms', () => {
    const { world, link, device, server } = newPair({ profiles: ['host', 'host'] });
    const pair = connectPair(world, device, server);
    collect(pair.client);
    run(world, world.now + SECOND);
    let dropped = false;
    link.dropWhen(() => {
      const first = !dropped;
      dropped = true;
      return first;
    });
    const start = world.now;
    pair.server.send(payload(10));
    run(world, world.now + 3 * SECOND);
    const [again] = eventsOf(world, 'tcp.retransmit');
    assert.equal(Math.round((again!.t - start) / MILLISECOND), 204);
  });

  it('by a host adapts to a round trip that has become long: the time-out stays doubled until one is measured', () => {
    const { world, link, device, server } = newPair({ profiles: ['host', 'host'] });
    const pair = connectPair(world, device, server);
    collect(pair.client);
    pair.server.send(payload(10));
    run(world, world.now + SECOND);
    link.impair({ latency: SECOND });
    const repeats = Array.from({ length: 3 }, () => {
      const before = eventsOf(world, 'tcp.retransmit', 'server').length;
      pair.server.send(payload(10));
      run(world, world.now + 20 * SECOND);
      return eventsOf(world, 'tcp.retransmit', 'server').length - before;
    });
    assert.deepEqual(repeats, [3, 1, 0]);
  });

  it('by a host waits three seconds once the SYN had to be repeated (RFC 6298 5.7)', () => {
    const { world, link, device, server } = newPair({ profiles: ['host', 'host'] });
    link.impair({ latency: 700 * MILLISECOND });
    run(world, 10 * SECOND);
    const pair = connectPair(world, device, server);
    collect(pair.server);
    const before = eventsOf(world, 'tcp.retransmit', 'device').length;
    assert.equal(before, 1);
    pair.client.send(payload(10));
    run(world, world.now + 10 * SECOND);
    assert.equal(eventsOf(world, 'tcp.retransmit', 'device').length, before);
  });

  it('of a SYN, ACK says nothing of the round trip (Karn): the device’s time-out stays at 1.5 s', () => {
    const { world, link, device, server } = newPair();
    let fromDevice = 0;
    const isIpv4 = (bytes: Uint8Array) => bytes[12] === 8 && bytes[13] === 0;
    link.dropWhen(({ actor, bytes }) => actor === 'device' && isIpv4(bytes) && fromDevice++ === 0);
    const pair = connectPair(world, server, device);
    link.impair({ down: true });
    const start = world.now;
    pair.server.send(payload(10));
    run(world, start + 2 * SECOND);
    assert.equal(eventsOf(world, 'tcp.retransmit', 'device').filter(({ t }) => t > start).length, 1);
  });
});
