/** What a capture of many small or stray segments costs: `explain` and `why` read files that anybody made. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RecordSplitter } from '../../emulator/tls/record/splitter.ts';
import { ByteOrder } from '../../src/capture/byte-order.ts';
import { Flows } from '../../src/capture/flows.ts';
import type { Segment } from '../../src/capture/segment.ts';
import { counting } from '../report/long-trace.ts';

const SEGMENT: Segment = {
  from: '192.0.2.7:49152',
  to: '192.0.2.10:443',
  sequence: 1000,
  acknowledgment: 1,
  syn: false,
  ack: true,
  fin: false,
  rst: false,
  payload: new Uint8Array(0),
};

describe('a capture of many segments', () => {
  it('is put in order when 150,000 single bytes wait behind a gap, not in their order', () => {
    const COUNT = 150_000;
    const order = new ByteOrder();
    order.take({ ...SEGMENT, syn: true });
    for (let i = 0; i < COUNT; i++) {
      // Ten by ten, each ten backwards.
      const place = 10 * Math.floor(i / 10) + 10 - (i % 10);
      const { pieces } = order.take({ ...SEGMENT, sequence: 1001 + place, payload: Uint8Array.of(place) });
      assert.equal(pieces.length, 0);
      order.acknowledged(1001);
    }
    const { pieces } = order.take({ ...SEGMENT, sequence: 1001, payload: Uint8Array.of(0) });
    const bytes = pieces.map((piece) => (piece.kind === 'bytes' ? piece.bytes[0] : undefined));
    assert.deepEqual(bytes, [...new Uint8Array(Array.from({ length: COUNT + 1 }, (_, i) => i))]);
  });

  it('is looked at ten times as often when a port is used again ten times as often', () => {
    const looks = (connections: number) => {
      const segments = Array.from({ length: connections }, (_, i) => [
        { ...SEGMENT, syn: true, ack: false, sequence: i * 2 ** 25 },
        ...Array.from({ length: 50 }, (_, k) => ({ ...SEGMENT, sequence: i * 2 ** 25 + 1 + k })),
      ]).flat();
      const { objects, looks } = counting(segments);
      const flows = new Flows();
      for (const segment of objects) flows.add(segment, 'eth0');
      assert.equal(flows.all.length, connections);
      return looks();
    };
    assert.ok(looks(100) < 11 * looks(10));
  });

  it('keeps nothing of a stream that turned out to be no TLS', () => {
    const splitter = new RecordSplitter();
    assert.equal(splitter.push(Uint8Array.of(21, 3, 3, 0, 2, 1, 0, 0xff)).length, 1);
    const piece = new Uint8Array(2 ** 16);
    // 2 GiB in all: kept and copied, they would not fit.
    for (let i = 0; i < 2 ** 15; i++) assert.equal(splitter.push(piece).length, 0);
    // Not even what looks like a record again: it may be the middle of anything.
    assert.equal(splitter.push(Uint8Array.of(21, 3, 3, 0, 2, 1, 0)).length, 0);
  });
});
