import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { computeFigures } from '../../src/report/figures.ts';
import { formatBytes, formatDuration } from '../../src/report/format.ts';
import { CONNECTION, DEVICE, expiredTrace, Recorder, SERVER, serverAuthTrace } from './fixture.ts';

const MS = 1_000_000;

describe('figures of a connection', () => {
  const [figures] = computeFigures(serverAuthTrace()).connections;

  it('time the handshake from ClientHello to established at the client', () => {
    assert.equal(figures!.handshake, (5135 - 4071) * MS);
  });

  it('count the round trips: two for a full TLS 1.2 handshake (RFC 5246 section 7.3)', () => {
    assert.equal(figures!.roundTrips, 2);
  });

  it('count TLS bytes by direction, headers included, and those of the handshake apart', () => {
    const request = 48 + 24;
    const handshake = 240 + 70 + 1 + 40;
    assert.deepEqual(figures!.clientToServer, {
      records: 5,
      bytes: handshake + request + 5 * 5,
      handshakeBytes: handshake + 4 * 5,
    });
    assert.deepEqual(figures!.serverToClient, {
      records: 3,
      bytes: 1400 + 1 + 40 + 3 * 5,
      handshakeBytes: 1400 + 1 + 40 + 3 * 5,
    });
  });

  it('know no time for a handshake that failed', () => {
    const [failed] = computeFigures(expiredTrace()).connections;
    assert.equal(failed!.handshake, undefined);
    assert.equal(failed!.roundTrips, 1);
  });

  it('are told by the server where the client is outside', () => {
    const seen = serverAuthTrace().filter((event) => event.actor !== DEVICE);
    const [figures] = computeFigures(seen).connections;
    assert.equal(figures!.client, undefined);
    assert.equal(figures!.server, SERVER);
    assert.equal(figures!.clientToServer.records, 5);
  });

  it('count retransmissions', () => {
    const events = new Recorder()
      .at(0, DEVICE, { type: 'tls.start', connection: CONNECTION, role: 'client' })
      .at(1, DEVICE, { type: 'tcp.retransmit', connection: CONNECTION, sequence: 1, length: 5, attempt: 1 })
      .done();
    assert.equal(computeFigures(events).connections[0]!.retransmissions, 1);
  });
});

describe('figures of a device', () => {
  const [figures] = computeFigures(serverAuthTrace()).devices;

  it('sum CPU time by operation, the most expensive first', () => {
    assert.deepEqual(figures!.cpu, [
      { operation: 'ecdsa-verify secp256r1', count: 2, total: 580 * MS },
      { operation: 'ecdh secp256r1', count: 1, total: 158 * MS },
    ]);
    assert.equal(figures!.cpuTotal, 738 * MS);
  });

  it('give peak and rest of the heap, and what each connection took of it', () => {
    assert.deepEqual(figures!.heap, {
      peak: 69_922,
      least: 67_078,
      leastBlock: 60_000,
      connections: [{ connection: CONNECTION, peak: 29_922, kept: 27_250 }],
    });
  });

  it('know no kept heap for a handshake that failed', () => {
    const [failed] = computeFigures(expiredTrace()).devices;
    assert.deepEqual(failed!.heap!.connections, [{ connection: CONNECTION, peak: 22_000, kept: undefined }]);
  });
});

describe('figures of a run', () => {
  it('count frames and bytes by link and sender, and what was lost', () => {
    const events = new Recorder()
      .at(0, DEVICE, { type: 'frame.sent', link: 'wifi', id: 1, bytes: new Uint8Array(60) })
      .at(1, 'router', { type: 'frame.sent', link: 'wifi', id: 2, bytes: new Uint8Array(90) })
      .at(2, DEVICE, { type: 'frame.sent', link: 'wifi', id: 3, bytes: new Uint8Array(100) })
      .at(2, DEVICE, { type: 'frame.lost', link: 'wifi', id: 3, reason: 'queue-full' })
      .done();
    const figures = computeFigures(events);
    assert.deepEqual(figures.links, [
      {
        link: 'wifi',
        lostFrames: 1,
        senders: [
          { actor: DEVICE, frames: 2, bytes: 160 },
          { actor: 'router', frames: 1, bytes: 90 },
        ],
      },
    ]);
    assert.equal(figures.total, 2 * MS);
  });

  it('are empty for an empty trace', () => {
    assert.deepEqual(computeFigures([]), {
      total: 0,
      isCapture: false,
      links: [],
      connections: [],
      devices: [],
    });
  });
});

describe('the writing of figures', () => {
  it('chooses the unit that is read most easily', () => {
    assert.deepEqual([0, 999, 1_500, 4_200_000, 158_000_000, 1_064_000_000].map(formatDuration), [
      '0 ns',
      '999 ns',
      '2 µs',
      '4.2 ms',
      '158 ms',
      '1.064 s',
    ]);
  });

  it('groups the digits of a count', () => {
    assert.deepEqual([0, 999, 1_000, 1_234_567].map(formatBytes), ['0 B', '999 B', '1,000 B', '1,234,567 B']);
  });
});
