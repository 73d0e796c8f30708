import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Errno } from '../../emulator/net/api.ts';
import { decodeFrame } from '../../emulator/net/ethernet.ts';
import { icmpError, Unreachable } from '../../emulator/net/icmp.ts';
import { decodeIpv4, IpProtocol } from '../../emulator/net/ipv4.ts';
import { Congestion } from '../../emulator/net/tcp/congestion.ts';
import { LWIP_PROFILE } from '../../emulator/net/tcp/profile.ts';
import { Receiver } from '../../emulator/net/tcp/receiver.ts';
import { Rfc6298Estimator, TickEstimator } from '../../emulator/net/tcp/rtt.ts';
import { decodeTcp, encodeTcp, TcpFlag, type TcpSegment } from '../../emulator/net/tcp/segment.ts';
import { SequenceSpace } from '../../emulator/net/tcp/sequence.ts';
import { Random } from '../../emulator/world/random.ts';
import { MILLISECOND, SECOND } from '../../emulator/world/time.ts';
import { eventsOf, newPair, run } from './lab.ts';
import { collect, connectPair, PORT, payload, SERVER, sendAll } from './tcp-helpers.ts';

type Pair = ReturnType<typeof newPair>;

/** Sends a segment of our making as the device. */
function inject({ device }: Pair, segment: Partial<TcpSegment> & { flags: number }): void {
  const full = {
    sourcePort: 49153,
    destinationPort: PORT,
    sequence: 0,
    acknowledgment: 0,
    window: 5760,
    payload: new Uint8Array(0),
    ...segment,
  };
  device.send({
    source: '10.0.0.1',
    destination: '10.0.0.2',
    protocol: IpProtocol.TCP,
    payload: encodeTcp(full, '10.0.0.1', '10.0.0.2'),
  });
}

/** The last TCP segment that an actor sent. */
function lastSegment({ world }: Pair, actor: string): TcpSegment {
  const packets = eventsOf(world, 'frame.sent', actor)
    .map((event) => decodeIpv4(decodeFrame(event.bytes)!.payload))
    .filter((packet) => packet?.protocol === IpProtocol.TCP);
  return decodeTcp(packets.at(-1)!)!;
}

function newEstablished() {
  const lab = newPair();
  const pair = connectPair(lab.world, lab.device, lab.server);
  run(lab.world, lab.world.now + SECOND);
  return { ...lab, pair };
}

describe('a segment for nobody (RFC 9293 3.10.7.1)', () => {
  it('with ACK is answered by RST at that number, without by RST and ACK', () => {
    const lab = newPair();
    inject(lab, { flags: TcpFlag.ACK, sequence: 100, acknowledgment: 777 });
    run(lab.world, SECOND);
    const first = lastSegment(lab, 'server');
    assert.deepEqual([first.flags, first.sequence], [TcpFlag.RST, 777]);
    inject(lab, { flags: TcpFlag.SYN, sequence: 100, payload: payload(3) });
    run(lab.world, 2 * SECOND);
    const second = lastSegment(lab, 'server');
    assert.deepEqual(
      [second.flags, second.sequence, second.acknowledgment],
      [TcpFlag.RST | TcpFlag.ACK, 0, 104],
    );
  });

  it('with RST is not answered', () => {
    const lab = newPair();
    inject(lab, { flags: TcpFlag.RST, sequence: 100 });
    run(lab.world, SECOND);
    assert.equal(
      eventsOf(lab.world, 'frame.sent', 'server').filter((event) => event.bytes[13] === 0).length,
      0,
    );
  });
});

describe('an attacker’s segment (RFC 5961)', () => {
  it('RST resets only at exactly the next number; elsewhere in the window it is challenged', () => {
    const lab = newEstablished();
    const next = lastSegment(lab, 'server').acknowledgment;
    inject(lab, { flags: TcpFlag.RST, sequence: next + 5 });
    run(lab.world, lab.world.now + SECOND);
    assert.equal(lab.pair.server.state, 'ESTABLISHED');
    assert.equal(lastSegment(lab, 'server').flags, TcpFlag.ACK);
    inject(lab, { flags: TcpFlag.RST, sequence: next });
    run(lab.world, lab.world.now + SECOND);
    assert.equal(lab.pair.server.state, 'CLOSED');
  });

  it('SYN in the window is challenged', () => {
    const lab = newEstablished();
    const next = lastSegment(lab, 'server').acknowledgment;
    inject(lab, { flags: TcpFlag.SYN, sequence: next + 5 });
    run(lab.world, lab.world.now + SECOND);
    assert.equal(lab.pair.server.state, 'ESTABLISHED');
  });

  it('RST does not end TIME-WAIT (RFC 1337)', () => {
    const lab = newEstablished();
    lab.pair.client.onReadable = () => lab.pair.client.close();
    lab.pair.server.close();
    run(lab.world, lab.world.now + SECOND);
    assert.equal(lab.pair.server.state, 'TIME-WAIT');
    inject(lab, { flags: TcpFlag.RST, sequence: lastSegment(lab, 'server').acknowledgment });
    run(lab.world, lab.world.now + SECOND);
    assert.equal(lab.pair.server.state, 'TIME-WAIT');
  });

  it('SYN in the window of the device’s TIME-WAIT is reset, one outside is acknowledged (lwIP)', () => {
    const lab = newEstablished();
    lab.pair.server.onReadable = () => lab.pair.server.close();
    lab.pair.client.close();
    run(lab.world, lab.world.now + SECOND);
    assert.equal(lab.pair.client.state, 'TIME-WAIT');
    const next = lastSegment(lab, 'device').acknowledgment;
    const syn = (sequence: number) => {
      const segment = {
        sourcePort: PORT,
        destinationPort: 49153,
        sequence,
        acknowledgment: 0,
        window: 5760,
        flags: TcpFlag.SYN,
        payload: new Uint8Array(0),
      };
      const [source, destination] = ['10.0.0.2', '10.0.0.1'];
      const payload = encodeTcp(segment, source, destination);
      lab.server.send({ source, destination, protocol: IpProtocol.TCP, payload });
      run(lab.world, lab.world.now + SECOND);
      return lastSegment(lab, 'device');
    };
    assert.equal(syn((next - 5000) >>> 0).flags, TcpFlag.ACK);
    const answer = syn((next + 5) >>> 0);
    assert.deepEqual([answer.flags, answer.acknowledgment], [TcpFlag.RST | TcpFlag.ACK, (next + 6) >>> 0]);
    assert.equal(lab.pair.client.state, 'TIME-WAIT');
  });

  it('that acknowledges what was never sent changes nothing', () => {
    const lab = newEstablished();
    const { sequence, acknowledgment } = lastSegment(lab, 'server');
    inject(lab, { flags: TcpFlag.ACK, sequence: acknowledgment, acknowledgment: sequence + 5000 });
    run(lab.world, lab.world.now + SECOND);
    const data = payload(4000);
    const received = collect(lab.pair.client);
    sendAll(lab.pair.server, data);
    run(lab.world, lab.world.now + SECOND);
    assert.deepEqual(received.bytes(), data);
  });
});

describe('a quoted segment that is said to be too long for the path', () => {
  const tooLong = (lab: ReturnType<typeof newEstablished>, protocol: number, sequence: number) => {
    const [source, destination] = ['10.0.0.2', '10.0.0.1'];
    const segment = {
      sourcePort: PORT,
      destinationPort: 49153,
      acknowledgment: 0,
      window: 0,
      flags: TcpFlag.ACK,
    };
    const payload = encodeTcp({ ...segment, sequence, payload: new Uint8Array(0) }, source, destination);
    const quoted = { source, destination, protocol, ttl: 60, identification: 1, payload };
    const message = icmpError(3, Unreachable.FRAGMENTATION_NEEDED, quoted, 576);
    lab.device.send({ source: '10.0.0.1', destination: source, protocol: IpProtocol.ICMP, payload: message });
  };

  it('is believed only while it is in flight (RFC 5927 4.1)', () => {
    for (const [offset, protocol, repeats] of [
      [0, IpProtocol.TCP, 3],
      [-1, IpProtocol.TCP, 0],
      [1440, IpProtocol.TCP, 0],
      [0, IpProtocol.UDP, 0],
    ] as const) {
      const lab = newEstablished();
      collect(lab.pair.client);
      const next = lastSegment(lab, 'device').acknowledgment;
      lab.pair.server.send(payload(1440));
      tooLong(lab, protocol, (next + offset) >>> 0);
      run(lab.world, lab.world.now + SECOND);
      assert.equal(eventsOf(lab.world, 'tcp.retransmit').length, repeats, `${offset} ${protocol}`);
    }
  });
});

describe('congestion control', () => {
  it('halves once for a segment that times out again (RFC 5681 3.1): slow start goes on as far', () => {
    const congestion = new Congestion(1000, 10_000);
    congestion.timeout(10_000, false);
    congestion.timeout(1000, true);
    for (let una = 2000; una <= 5000; una += 1000) congestion.acked(1000, una);
    assert.equal(congestion.window, 5000);
    congestion.acked(1000, 6000);
    assert.equal(congestion.window, 5000);
  });
});

describe('opening (RFC 9293 3.5)', () => {
  it('when the SYN, ACK was lost ends with the next SYN', () => {
    const { world, link, device, server } = newPair({ profiles: ['lwip', 'lwip'] });
    server.listenTcp(PORT, 5);
    let fromServer = 0;
    link.dropWhen((frame) => frame.actor === 'server' && frame.bytes[13] === 0 && fromServer++ === 0);
    const socket = device.connectTcp(SERVER);
    run(world, 10 * SECOND, () => socket.state === 'ESTABLISHED');
    assert.ok(world.now <= 1.51 * SECOND, `${world.now} ns`);
  });

  it('by both ends at once makes one connection', () => {
    const { world, device, server } = newPair({ profiles: ['host', 'host'] });
    const a = device.connectTcp({ address: '10.0.0.2', port: 7001 }, { address: '0.0.0.0', port: 7000 });
    const b = server.connectTcp({ address: '10.0.0.1', port: 7000 }, { address: '0.0.0.0', port: 7001 });
    run(world, 5 * SECOND);
    assert.deepEqual([a.state, b.state], ['ESTABLISHED', 'ESTABLISHED']);
    const data = payload(1000);
    const received = collect(b);
    a.send(data);
    run(world, 6 * SECOND);
    assert.deepEqual(received.bytes(), data);
  });

  it('from a port whose last connection the server still has in TIME-WAIT succeeds at once', () => {
    const { world, device, server } = newPair({ profiles: ['host', 'host'] });
    const listener = server.listenTcp(PORT, 5);
    const from = { address: '0.0.0.0', port: 50_000 };
    const open = () => {
      const socket = device.connectTcp(SERVER, from);
      run(world, world.now + 10 * SECOND, () => listener.pending > 0);
      return { client: socket, server: listener.accept()! };
    };
    const first = open();
    first.client.onReadable = () => first.client.close();
    first.server.close();
    run(world, world.now + SECOND);
    assert.deepEqual([first.client.state, first.server.state], ['CLOSED', 'TIME-WAIT']);
    const second = open();
    run(world, world.now + SECOND);
    assert.deepEqual(
      [second.client.state, second.server.state, first.server.state],
      ['ESTABLISHED', 'ESTABLISHED', 'CLOSED'],
    );
  });

  it('after a reboot, from the old port: the half-open old connection is reset, the new one succeeds', () => {
    const lab = newEstablished();
    const errors: number[] = [];
    lab.pair.server.onError = (errno) => errors.push(errno);
    const again = newPairDevice(lab);
    run(lab.world, lab.world.now + SECOND);
    const start = lab.world.now;
    const socket = again.connectTcp(SERVER);
    run(lab.world, start + 10 * SECOND, () => socket.state === 'ESTABLISHED');
    assert.equal(socket.local.port, 49153);
    assert.ok(lab.world.now - start < SECOND / 10, 'lwIP sends its SYN again with the RST');
    assert.deepEqual(errors, [Errno.ECONNRESET]);
  });
});

/** Power off and on: the old stack vanishes without a word, a new one takes its place on the link. */
function newPairDevice(lab: Pair) {
  lab.device.halt();
  return lab.newStack('device-again', '02:00:00:00:00:01', '10.0.0.1', 'lwip');
}

describe('loopback', () => {
  it('carries a connection to oneself, on 127.0.0.1 and on the own address', () => {
    const { world, device } = newPair();
    for (const address of ['127.0.0.1', '10.0.0.1']) {
      const listener = device.listenTcp(PORT, 1, address);
      const client = device.connectTcp({ address, port: PORT });
      run(world, world.now + 2 * SECOND);
      const accepted = listener.accept()!;
      const data = payload(20_000);
      const received = collect(accepted);
      sendAll(client, data, () => client.close());
      run(world, world.now + 10 * SECOND);
      assert.deepEqual(received.bytes(), data, address);
      accepted.close();
      listener.close();
    }
    assert.equal(eventsOf(world, 'frame.sent').filter((event) => event.bytes[13] === 0).length, 0);
  });
});

describe('a listener', () => {
  it('bound to an address hears only that; closed, it refuses and aborts what it held', () => {
    const { world, device, server } = newPair();
    const local = server.listenTcp(PORT, 5, '127.0.0.1');
    const refused: number[] = [];
    device.connectTcp(SERVER).onError = (errno) => refused.push(errno);
    run(world, SECOND);
    assert.deepEqual(refused, [Errno.ECONNRESET]);
    local.close();
    const listener = server.listenTcp(PORT, 5);
    const held = device.connectTcp(SERVER);
    run(world, 2 * SECOND);
    assert.equal(held.state, 'ESTABLISHED');
    listener.close();
    run(world, 3 * SECOND);
    assert.equal(held.state, 'CLOSED');
  });
});

describe('an interface that loses its address', () => {
  it('ends its connections with ECONNABORTED', () => {
    const { world, device, pair } = newEstablished();
    const errors: number[] = [];
    pair.client.onError = (errno) => errors.push(errno);
    device.interfaces[0]!.configure(undefined);
    assert.deepEqual(errors, [Errno.ECONNABORTED]);
    run(world, world.now + SECOND);
  });
});

describe('sequence numbers', () => {
  it('wrap around at 2^32', () => {
    const space = new SequenceSpace(0xffff_fff0);
    assert.equal(space.toWire(0x20), 0x10);
    assert.equal(space.toPosition(0x10, 0), 0x20);
    assert.equal(space.toPosition(0xffff_fff0, 0x20), 0);
    const far = 5 * 2 ** 32 + 7;
    assert.equal(space.toPosition(space.toWire(far + 100), far), far + 100);
    assert.equal(space.toPosition(space.toWire(far - 100), far), far - 100);
  });

  it('wrap around in the middle of a segment', () => {
    const receiver = new Receiver(0xffff_ff00, 5760, 1440);
    assert.equal(receiver.space.toWire(receiver.next), 0xffff_ff01);
    const data = payload(600);
    assert.equal(receiver.accept(1, data, false), 'in-order');
    assert.equal(receiver.space.toWire(receiver.next), 0x159);
    assert.deepEqual(receiver.read(1000), data);
  });
});

describe('the receive queue', () => {
  it('puts any order and overlap of segments together', () => {
    const data = payload(5000);
    for (let seed = 1; seed <= 200; seed++) {
      const random = new Random(seed);
      const receiver = new Receiver(7, 5760, 1440);
      for (let i = 0; i < 2000 && !receiver.finished; i++) {
        const start = Math.max(0, random.below(6000) - 1000);
        const end = Math.min(5000, start + 1 + random.below(1440));
        receiver.accept(1 + start, data.subarray(start, end), end === 5000);
      }
      assert.equal(receiver.finished, true);
      assert.deepEqual(receiver.read(10_000), data, `seed ${seed}`);
    }
  });

  it('cuts off what lies beyond the window', () => {
    const receiver = new Receiver(7, 1000, 500);
    receiver.accept(1, payload(1500), true);
    assert.equal(receiver.readable, 1000);
    assert.equal(receiver.finished, false);
    assert.equal(receiver.updateWindow(), 0);
  });

  it('opens the window again only by what is worth announcing', () => {
    const receiver = new Receiver(7, 1000, 500);
    receiver.accept(1, payload(1000), false);
    receiver.read(200);
    assert.deepEqual([receiver.updateDue, receiver.updateWindow()], [false, 0]);
    receiver.read(300);
    assert.deepEqual([receiver.updateDue, receiver.updateWindow()], [true, 500]);
  });
});

describe('the retransmission time-out', () => {
  it('follows RFC 6298: 1 s, then SRTT + 4 RTTVAR, never below the minimum', () => {
    const limits = { initialRto: SECOND, minVariation: 200 * MILLISECOND, maxRto: 120 * SECOND };
    const estimator = new Rfc6298Estimator(limits);
    assert.equal(estimator.rto, SECOND);
    estimator.sample(100 * MILLISECOND); // SRTT 100, RTTVAR 50
    assert.equal(estimator.rto, 300 * MILLISECOND);
    estimator.sample(200 * MILLISECOND); // RTTVAR 62.5, SRTT 112.5
    assert.equal(estimator.rto, 362.5 * MILLISECOND);
    for (let i = 0; i < 50; i++) estimator.sample(MILLISECOND);
    assert.ok(Math.abs(estimator.rto - 201 * MILLISECOND) < MILLISECOND, `${estimator.rto} ns`);
  });

  it('of lwIP stays at 1.5 s with short round trips and grows with long ones', () => {
    const { initialRto, slowTick } = LWIP_PROFILE.timers;
    const estimator = new TickEstimator(initialRto, slowTick!);
    for (let i = 0; i < 20; i++) estimator.sample(0);
    assert.equal(estimator.rto, 1.5 * SECOND);
    for (let i = 0; i < 20; i++) estimator.sample(3 * SECOND);
    assert.ok(estimator.rto > 3 * SECOND, `${estimator.rto}`);
  });
});
