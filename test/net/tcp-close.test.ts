import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Errno } from '../../emulator/net/api.ts';
import { MILLISECOND, SECOND } from '../../emulator/world/time.ts';
import type { World } from '../../emulator/world/world.ts';
import { eventsOf, newPair, run } from './lab.ts';
import { collect, connectPair, payload, SERVER, sendAll } from './tcp-helpers.ts';

/** A connected pair, and the states that both ends go through from there. */
function established() {
  const lab = newPair();
  const pair = connectPair(lab.world, lab.device, lab.server);
  const before = eventsOf(lab.world, 'tcp.state').length;
  return { ...lab, pair, states: (actor: string) => statesOf(lab.world, actor, before) };
}

function statesOf(world: World, actor: string, from: number): string[] {
  return eventsOf(world, 'tcp.state')
    .slice(from)
    .filter((event) => event.actor === actor)
    .map((event) => event.state);
}

describe('closing (RFC 9293 3.6)', () => {
  it('by the device first takes it through FIN-WAIT-1, FIN-WAIT-2 and TIME-WAIT of 2 MSL', () => {
    const { world, pair, states } = established();
    pair.server.onReadable = () => pair.server.close();
    pair.client.close();
    const start = world.now;
    run(world);
    assert.deepEqual(states('device'), ['FIN-WAIT-1', 'FIN-WAIT-2', 'TIME-WAIT', 'CLOSED']);
    assert.deepEqual(states('server'), ['CLOSE-WAIT', 'LAST-ACK', 'CLOSED']);
    const waited = (world.now - start) / SECOND;
    assert.ok(waited > 119.4 && waited < 120.5, `${waited} s`);
  });

  it('by the server first', () => {
    const { world, pair, states } = established();
    pair.client.onReadable = () => pair.client.close();
    pair.server.close();
    run(world);
    assert.deepEqual(states('server'), ['FIN-WAIT-1', 'FIN-WAIT-2', 'TIME-WAIT', 'CLOSED']);
    assert.deepEqual(states('device'), ['CLOSE-WAIT', 'LAST-ACK', 'CLOSED']);
  });

  it('by both at once takes both through CLOSING', () => {
    const { world, pair, states } = established();
    pair.server.close();
    pair.client.close();
    run(world);
    for (const actor of ['device', 'server']) {
      assert.deepEqual(states(actor), ['FIN-WAIT-1', 'CLOSING', 'TIME-WAIT', 'CLOSED']);
    }
  });

  it('of one direction leaves the other open', () => {
    const { world, pair } = established();
    const data = payload(20_000);
    const received = collect(pair.client);
    pair.server.onReadable = () => sendAll(pair.server, data, () => pair.server.close());
    pair.client.shutdown();
    assert.equal(pair.client.writable, 0);
    assert.equal(pair.client.send(payload(10)), 0);
    run(world);
    assert.deepEqual(received.bytes(), data);
    assert.equal(received.ended(), true);
  });

  it('survives the loss of the FIN, of its acknowledgement, and of the last acknowledgement', () => {
    for (let lost = 0; lost < 4; lost++) {
      const { world, link, pair, states } = established();
      let frames = 0;
      link.dropWhen(() => frames++ === lost);
      pair.server.onReadable = () => pair.server.close();
      pair.client.close();
      run(world);
      assert.equal(states('device').at(-1), 'CLOSED', `frame ${lost}`);
      assert.deepEqual(states('server'), ['CLOSE-WAIT', 'LAST-ACK', 'CLOSED'], `frame ${lost}`);
      assert.deepEqual(eventsOf(world, 'tcp.reset'), [], `frame ${lost}`);
    }
  });

  it('sends what is queued before the FIN', () => {
    const { world, pair } = established();
    const data = payload(5000);
    const received = collect(pair.server);
    assert.equal(pair.client.send(data), 5000);
    pair.client.close();
    run(world, world.now + SECOND);
    assert.deepEqual(received.bytes(), data);
    assert.equal(received.ended(), true);
  });

  it('with unread data is a reset: the peer sees ECONNRESET', () => {
    const { world, pair } = established();
    const errors: number[] = [];
    pair.server.onError = (errno) => errors.push(errno);
    pair.server.send(payload(100));
    run(world, world.now + SECOND, () => pair.client.readable === 100);
    pair.client.close();
    assert.equal(pair.client.state, 'CLOSED');
    run(world, world.now + SECOND);
    assert.deepEqual(errors, [Errno.ECONNRESET]);
    assert.equal(pair.server.state, 'CLOSED');
  });

  it('answers data that comes after it by a reset', () => {
    const { world, pair } = established();
    const errors: number[] = [];
    pair.server.onError = (errno) => errors.push(errno);
    pair.client.close();
    run(world, world.now + SECOND, () => pair.server.ended);
    pair.server.send(payload(100));
    run(world, world.now + SECOND);
    assert.deepEqual(errors, [Errno.ECONNRESET]);
  });

  it('does not wait for ever for a FIN that never comes: 20 s on lwIP', () => {
    const { world, pair, states } = established();
    pair.client.close();
    const start = world.now;
    run(world, world.now + 60 * SECOND, () => states('device').at(-1) === 'CLOSED');
    assert.deepEqual(states('device'), ['FIN-WAIT-1', 'FIN-WAIT-2', 'CLOSED']);
    assert.ok(Math.abs(world.now - start - 20 * SECOND) <= 0.5 * SECOND);
  });

  it('by a host waits for a closed window to open, and is seen at once then', () => {
    const { world, pair } = established();
    pair.server.send(payload(5760));
    run(world, world.now + SECOND);
    pair.server.close();
    run(world, world.now + 30 * SECOND);
    const start = world.now;
    const received = collect(pair.client);
    run(world, start + 60 * SECOND, () => received.ended());
    assert.equal(received.ended(), true);
    assert.ok(world.now - start < SECOND / 10, `${world.now - start} ns`);
  });

  it('by a host whose peer’s window update is lost ends with a probe', () => {
    const { world, link, pair } = established();
    pair.server.send(payload(5760));
    run(world, world.now + SECOND);
    pair.server.close();
    const stop = link.dropWhen((frame) => frame.actor === 'device');
    const received = collect(pair.client, () => pair.client.close());
    run(world, world.now + 100 * MILLISECOND);
    stop();
    run(world, world.now + 10 * SECOND);
    assert.equal(received.ended(), true);
    assert.deepEqual([pair.client.state, pair.server.state], ['CLOSED', 'TIME-WAIT']);
  });

  it('does not wait for ever for the last acknowledgement: 2 MSL on lwIP', () => {
    const { world, link, pair, states } = established();
    pair.server.close();
    run(world, world.now + SECOND);
    link.impair({ down: true });
    pair.client.close();
    const start = world.now;
    run(world, start + 600 * SECOND, () => pair.client.state === 'CLOSED');
    assert.deepEqual(states('device'), ['CLOSE-WAIT', 'LAST-ACK', 'CLOSED']);
    assert.ok(Math.abs(world.now - start - 120 * SECOND) <= 0.5 * SECOND, `${world.now - start} ns`);
  });

  it('of one direction alone has no such limit: the peer takes what is queued in its own time', () => {
    const { world, device, server } = newPair({ profiles: ['lwip', 'lwip'] });
    const pair = connectPair(world, device, server);
    pair.server.shutdown();
    pair.client.send(payload(5760));
    run(world, world.now + SECOND);
    pair.client.send(payload(5760));
    pair.client.shutdown();
    run(world, world.now + 300 * SECOND);
    assert.equal(pair.client.state, 'LAST-ACK');
    const received = collect(pair.server);
    run(world, world.now + 100 * SECOND);
    assert.deepEqual([received.bytes().length, received.ended()], [11_520, true]);
  });

  it('of one direction before the handshake is over is no handshake that takes too long', () => {
    const { world, device, server } = newPair({ profiles: ['host', 'host'] });
    const a = device.connectTcp({ address: '10.0.0.2', port: 7001 }, { address: '0.0.0.0', port: 7000 });
    const b = server.connectTcp({ address: '10.0.0.1', port: 7000 }, { address: '0.0.0.0', port: 7001 });
    run(world, SECOND, () => a.state === 'SYN-RECEIVED');
    a.shutdown();
    run(world, 200 * SECOND);
    assert.deepEqual([a.state, b.state], ['FIN-WAIT-2', 'CLOSE-WAIT']);
  });

  it('of a SYN-SENT socket sends nothing', () => {
    const { world, device, link } = newPair();
    link.impair({ down: true });
    const socket = device.connectTcp(SERVER);
    socket.close();
    assert.equal(socket.state, 'CLOSED');
    run(world, 30 * SECOND);
    assert.deepEqual(eventsOf(world, 'tcp.retransmit'), []);
  });
});

describe('abort', () => {
  it('sends RST; the other end keeps what it has received and sees ECONNRESET', () => {
    const { world, pair } = established();
    const errors: number[] = [];
    pair.client.onError = (errno) => errors.push(errno);
    const data = payload(500);
    pair.server.send(data);
    run(world, world.now + SECOND, () => pair.client.readable === 500);
    pair.server.abort();
    run(world, world.now + SECOND);
    assert.deepEqual(errors, [Errno.ECONNRESET]);
    assert.deepEqual(pair.client.read(1000), data);
    assert.deepEqual(
      eventsOf(world, 'tcp.reset').map((event) => `${event.actor} ${event.direction}`),
      ['server sent', 'device received'],
    );
  });

  it('ends a connection whose peer has lost its memory: half-open (RFC 9293 3.5.1)', () => {
    const { world, link, pair, device } = established();
    const errors: number[] = [];
    pair.server.onError = (errno) => errors.push(errno);
    // The device reboots: same addresses, a new stack without the connection.
    const mend = link.impair({ down: true });
    pair.client.abort();
    mend();
    assert.equal(device.address, '10.0.0.1');
    run(world, world.now + SECOND);
    pair.server.send(payload(10));
    run(world, world.now + SECOND);
    assert.deepEqual(errors, [Errno.ECONNRESET]);
  });
});
