import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { captureFrames } from '../../src/report/capture-frames.ts';
import { renderKeyLog } from '../../src/report/keylog.ts';
import { renderPcapng } from '../../src/report/pcapng.ts';
import { Recorder, serverAuthTrace } from './fixture.ts';

/** An ARP request: the shortest frame that a dissector takes whole. */
const ARP = Uint8Array.from(
  Buffer.from('ffffffffffff24000000000108060001080006040001240000000001c0a80402000000000000c0a80401', 'hex'),
);

const capture = renderPcapng(
  new Recorder()
    .at(0, 'world', {
      type: 'run.start',
      schema: 1,
      scenario: 'two links',
      seed: 7,
      startTime: '2026-03-01T12:00:00Z',
    })
    .at(1500, 'esp32', { type: 'frame.sent', link: 'wifi', id: 1, bytes: ARP })
    .at(1500.000001, 'router', { type: 'frame.sent', link: 'uplink', id: 2, bytes: ARP })
    .at(1501, 'router', { type: 'frame.lost', link: 'uplink', id: 2, reason: 'loss' })
    .at(1502, 'esp32', {
      type: 'tls.secret',
      connection: '10.0.0.1:1>10.0.0.2:443',
      label: 'CLIENT_RANDOM',
      clientRandom: new Uint8Array(32).fill(0xab),
      secret: new Uint8Array(48).fill(0xcd),
    })
    .done(),
);

/** Blocks of a little-endian section, as section 3.1 of the format lays them out. */
function blocks(file: Uint8Array): { type: number; body: DataView }[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const found: { type: number; body: DataView }[] = [];
  for (let at = 0; at < file.length; ) {
    const length = view.getUint32(at + 4, true);
    assert.equal(length % 4, 0);
    assert.equal(view.getUint32(at + length - 4, true), length, 'the length stands at both ends');
    found.push({
      type: view.getUint32(at, true),
      body: new DataView(file.buffer, file.byteOffset + at + 8, length - 12),
    });
    at += length;
  }
  return found;
}

describe('a capture', () => {
  it('has section header, an interface a link, the secrets before the packets', () => {
    assert.deepEqual(
      blocks(capture).map((block) => block.type),
      [0x0a0d0d0a, 1, 1, 10, 6, 6],
    );
    const secrets = blocks(capture)[3]!.body;
    assert.equal(secrets.getUint32(0, true), 0x544c534b);
    const text = `CLIENT_RANDOM ${'ab'.repeat(32)} ${'cd'.repeat(48)}\n`;
    assert.equal(secrets.getUint32(4, true), text.length);
  });

  it('has no block of secrets where there are none', () => {
    const plain = new Recorder()
      .at(0, 'esp32', { type: 'frame.sent', link: 'wifi', id: 1, bytes: ARP })
      .done();
    assert.deepEqual(
      blocks(renderPcapng(plain)).map((block) => block.type),
      [0x0a0d0d0a, 1, 6],
    );
  });

  it('shows a forwarded packet once, beside the device; elsewhere what never got there', () => {
    const hop = (ttl: number, id: number) => {
      const bytes = new Uint8Array(60);
      bytes.set([0x08, 0x00, 0x45, 0, 0, 40, 0, id, 0, 0, ttl, 6, ttl, ttl, 10, 0, 0, 1, 10, 0, 0, 2], 12);
      return bytes;
    };
    const sent = (link: string, id: number, bytes: Uint8Array) =>
      ({ type: 'frame.sent', link, id, bytes }) as const;
    const events = new Recorder()
      .at(0, 'esp32', { type: 'device.output', text: '' })
      .at(1, 'esp32', sent('wifi', 1, hop(64, 1)))
      .at(2, 'router', sent('uplink', 2, hop(63, 1)))
      .at(3, 'server', sent('uplink', 3, hop(64, 2)))
      .at(4, 'router', sent('wifi', 4, hop(63, 2)))
      .at(5, 'server', sent('uplink', 5, hop(64, 3)))
      .at(5, 'server', { type: 'frame.lost', link: 'uplink', id: 5, reason: 'loss' })
      .at(6, 'server', sent('uplink', 6, hop(64, 4)))
      .at(7, 'router', sent('wifi', 7, hop(63, 4)))
      .at(7, 'router', { type: 'frame.lost', link: 'wifi', id: 7, reason: 'queue-full' })
      // The same packet twice on one link is two packets, not one that was forwarded.
      .at(8, 'esp32', sent('wifi', 8, hop(64, 5)))
      .at(9, 'esp32', sent('wifi', 9, hop(64, 5)))
      .done();
    assert.deepEqual(
      captureFrames(events).map(({ frame, lost }) => [frame.id, lost]),
      [
        [1, undefined],
        [4, undefined],
        [5, 'lost on uplink: loss'],
        [7, 'lost on wifi: queue-full'],
        [8, undefined],
        [9, undefined],
      ],
    );
  });

  const folder = mkdtempSync(join(tmpdir(), 'capture-'));
  after(() => rmSync(folder, { recursive: true }));
  const installed = spawnSync('tshark', ['-v']).status === 0;
  it('is read by tshark to the nanosecond', { skip: installed ? false : 'tshark is not installed' }, () => {
    const file = join(folder, 'two-links.pcapng');
    writeFileSync(file, capture);
    const fields = ['frame.time_epoch', 'frame.interface_name', 'frame.comment', '_ws.col.Protocol'];
    const { stdout, stderr, status } = spawnSync(
      'tshark',
      ['-r', file, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])],
      { encoding: 'utf8' },
    );
    assert.equal(status, 0, stderr);
    assert.deepEqual(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t')),
      [
        ['1772366401.500000000', 'wifi', '', 'ARP'],
        ['1772366401.500000001', 'uplink', 'lost on uplink: loss', 'ARP'],
      ],
    );
  });
});

describe('the key log', () => {
  it('has each secret once, although both ends derive it', () => {
    const events = serverAuthTrace();
    const line = `CLIENT_RANDOM ${'01'.repeat(32)} ${'02'.repeat(48)}\n`;
    assert.equal(renderKeyLog([...events, ...events]), line);
  });

  it('is empty without TLS', () => {
    assert.equal(renderKeyLog([]), '');
  });
});
