import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Errno, NetError } from '../../emulator/net/api.ts';
import { MILLISECOND, SECOND } from '../../emulator/world/time.ts';
import { eventsOf, newPair, run } from './lab.ts';
import { collect, connectPair, PORT, payload, SERVER, sendAll } from './tcp-helpers.ts';

describe('a TCP connection', () => {
  it('opens with three segments: one and a half round trips at the server, one at the client', () => {
    const { world, device, server } = newPair();
    const listener = server.listenTcp(PORT, 5);
    run(world, SECOND); // the announcements of both addresses are over, and nobody keeps them
    const start = world.now;
    let connectedAt = 0;
    const socket = device.connectTcp(SERVER);
    socket.onConnect = () => {
      connectedAt = world.now;
    };
    assert.equal(socket.state, 'SYN-SENT');
    run(world, 2 * SECOND);
    assert.equal(socket.state, 'ESTABLISHED');
    assert.equal(listener.pending, 1);
    const accepted = listener.accept()!;
    assert.equal(accepted.connection, socket.connection);
    assert.equal(socket.connection, '10.0.0.1:49153>10.0.0.2:8000');
    // A round trip of 4 ms for ARP before; the server has learnt the device's address from the question.
    const took = connectedAt - start;
    assert.ok(took > 8 * MILLISECOND && took < 9 * MILLISECOND, `${took} ns`);
  });

  it('carries data both ways and closes in order on both sides', () => {
    const { world, device, server } = newPair();
    const pair = connectPair(world, device, server);
    const request = payload(3000);
    const response = payload(50_000);
    const atClient = collect(pair.client, () => pair.client.close());
    const atServer = collect(pair.server, () => sendAll(pair.server, response, () => pair.server.close()));
    sendAll(pair.client, request, () => pair.client.shutdown());
    run(world);
    assert.deepEqual(atServer.bytes(), request);
    assert.deepEqual(atClient.bytes(), response);
    assert.equal(pair.client.state, 'CLOSED');
    assert.equal(pair.server.state, 'CLOSED');
    assert.deepEqual(eventsOf(world, 'tcp.retransmit'), []);
    assert.deepEqual(eventsOf(world, 'tcp.reset'), []);
  });

  it('counts the first local port of the device from 49153, and differs in sequence numbers by seed', () => {
    const first = (seed: number) => {
      const { world, device } = newPair({ seed });
      const { port } = device.connectTcp(SERVER).local;
      run(world, SECOND);
      const syn = eventsOf(world, 'frame.sent', 'device').find((event) => event.bytes[13] === 0)!;
      return { port, sequence: syn.bytes.slice(38, 42).join('.') };
    };
    assert.equal(first(1).port, 49153);
    assert.equal(first(2).port, 49153);
    assert.deepEqual(first(1), first(1));
    assert.notEqual(first(1).sequence, first(2).sequence);
  });
});

describe('the local port of a connection', () => {
  it('is none on which somebody listens, and none that is in use to the same remote', () => {
    const { device } = newPair();
    device.listenTcp(49154, 1);
    const next = () => device.connectTcp(SERVER);
    const first = next();
    assert.equal(first.local.port, 49153);
    assert.equal(next().local.port, 49155);
    // Once around: all but three of the range, each given back at once.
    for (let port = 49156; port <= 65_535; port++) next().abort();
    const ports = Array.from({ length: 3 }, () => next().local.port);
    assert.deepEqual(ports, [49156, 49157, 49158]);
  });
});

for (const loss of [0, 0.05, 0.2]) {
  describe(`a transfer at ${loss * 100} % loss`, () => {
    for (const [seed, upload] of [
      [1, true],
      [2, false],
      [3, true],
      [4, false],
    ] as const) {
      it(`${upload ? 'from' : 'to'} the device is complete and in order (seed ${seed})`, () => {
        const { world, device, server } = newPair({ loss, seed });
        const pair = connectPair(world, device, server);
        const data = payload(60_000);
        const [from, to] = upload ? [pair.client, pair.server] : [pair.server, pair.client];
        const received = collect(to, () => to.close());
        sendAll(from, data, () => from.close());
        run(world);
        assert.deepEqual(received.bytes(), data);
        assert.equal(received.ended(), true);
        assert.equal(eventsOf(world, 'tcp.retransmit').length > 0, loss > 0);
      });
    }
  });
}

describe('a transfer both ways at once at 25 % loss', () => {
  for (const [seed, profiles] of [
    [29, ['host', 'host']],
    [61, ['host', 'host']],
    [158, ['lwip', 'lwip']],
    [28, ['lwip', 'host']],
  ] as const) {
    it(`is complete between ${profiles.join(' and ')}: both repeat, both are heard (seed ${seed})`, () => {
      const { world, device, server } = newPair({ seed, loss: 0.25, profiles });
      const pair = connectPair(world, device, server);
      const errors: number[] = [];
      const up = payload(10_000 + seed * 37);
      const down = payload(20_000 + seed * 11);
      for (const socket of [pair.client, pair.server]) socket.onError = (errno) => errors.push(errno);
      const atServer = collect(pair.server);
      const atClient = collect(pair.client);
      sendAll(pair.client, up, () => pair.client.shutdown());
      sendAll(pair.server, down, () => pair.server.shutdown());
      run(world, 7200 * SECOND);
      assert.deepEqual(errors, []);
      assert.deepEqual(atServer.bytes(), up);
      assert.deepEqual(atClient.bytes(), down);
      assert.deepEqual([pair.client.state, pair.server.state], ['CLOSED', 'CLOSED']);
    });
  }
});

describe('a connection that cannot be made', () => {
  it('is refused at once by RST when nobody listens: ECONNRESET on lwIP, ECONNREFUSED on a host', () => {
    for (const [profile, errno] of [
      ['lwip', Errno.ECONNRESET],
      ['host', Errno.ECONNREFUSED],
    ] as const) {
      const { world, device } = newPair({ profiles: [profile, 'host'] });
      const errors: number[] = [];
      const socket = device.connectTcp(SERVER);
      socket.onError = (error) => errors.push(error);
      run(world, SECOND);
      assert.deepEqual(errors, [errno]);
      assert.equal(socket.state, 'CLOSED');
      assert.equal(eventsOf(world, 'tcp.reset').length, 1);
    }
  });

  it('is given up by lwIP after 12 more SYNs, one each 1.5 s', () => {
    const { world, device, link } = newPair();
    link.dropWhen((frame) => frame.actor === 'server' && frame.bytes[12] === 8 && frame.bytes[13] === 0);
    let gaveUp: { errno: number; at: number } | undefined;
    device.connectTcp(SERVER).onError = (errno) => {
      gaveUp = { errno, at: world.now };
    };
    run(world);
    const repeats = eventsOf(world, 'tcp.retransmit');
    assert.deepEqual(
      repeats.map((event) => event.t / SECOND),
      Array.from({ length: 12 }, (_, i) => 1.5 * (i + 1)),
    );
    assert.deepEqual(gaveUp, { errno: Errno.ECONNABORTED, at: 18.5 * SECOND });
  });

  it('is given up by a host after 6 SYNs that double from 1 s', () => {
    const { world, device, link } = newPair({ profiles: ['host', 'host'] });
    link.impair({ down: true });
    const errors: number[] = [];
    device.connectTcp(SERVER).onError = (errno) => errors.push(errno);
    run(world);
    const repeats = eventsOf(world, 'tcp.retransmit');
    assert.deepEqual(
      repeats.map((event) => event.t / SECOND),
      [1, 3, 7, 15, 31, 63],
    );
    assert.deepEqual(errors, [Errno.ETIMEDOUT]);
    assert.equal(world.now / SECOND, 127);
  });

  it('has no route: the call fails', () => {
    const { device } = newPair();
    assert.throws(
      () => device.connectTcp({ address: '198.51.100.1', port: 80 }),
      (error) => error instanceof NetError && error.errno === Errno.EHOSTUNREACH,
    );
  });

  it('finds the backlog full: the SYN goes unanswered until there is room', () => {
    const { world, device, server } = newPair();
    const listener = server.listenTcp(PORT, 2);
    const sockets = [1, 2, 3].map(() => device.connectTcp(SERVER));
    run(world, SECOND);
    assert.deepEqual(
      sockets.map((socket) => socket.state),
      ['ESTABLISHED', 'ESTABLISHED', 'SYN-SENT'],
    );
    listener.accept();
    run(world, 3 * SECOND);
    assert.equal(sockets[2]!.state, 'ESTABLISHED');
  });

  it('stops the device at twelve connections', () => {
    const { world, device, server } = newPair();
    server.listenTcp(PORT, 100);
    for (let i = 0; i < 12; i++) device.connectTcp(SERVER);
    run(world, SECOND);
    assert.throws(
      () => device.connectTcp(SERVER),
      (error) => error instanceof NetError && error.errno === Errno.ENOBUFS,
    );
  });

  it('makes room for the thirteenth where one is as good as over: TIME-WAIT, then LAST-ACK, then CLOSING', () => {
    const { world, link, device, server } = newPair();
    const pairs = Array.from({ length: 12 }, (_, i) => connectPair(world, device, server, 9000 + i));
    pairs[3]!.server.close();
    run(world, world.now + SECOND);
    const mend = link.impair({ down: true });
    pairs[3]!.client.close();
    mend();
    pairs[5]!.client.close();
    run(world, world.now + 100 * MILLISECOND);
    pairs[5]!.server.close();
    run(world, world.now + 100 * MILLISECOND);
    assert.deepEqual([pairs[3]!.client.state, pairs[5]!.client.state], ['LAST-ACK', 'TIME-WAIT']);
    device.connectTcp(SERVER);
    assert.deepEqual([pairs[3]!.client.state, pairs[5]!.client.state], ['LAST-ACK', 'CLOSED']);
    device.connectTcp(SERVER);
    assert.equal(pairs[3]!.client.state, 'CLOSED');
    assert.throws(() => device.connectTcp(SERVER));
  });
});
