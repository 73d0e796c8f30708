import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { boardByName } from '../../emulator/device/boards/index.ts';
import { MILLISECOND } from '../../emulator/world/time.ts';
import { type Measurement, measure, SERVER_KEYS } from '../../src/compare/measure.ts';
import { renderComparison } from '../../src/compare/table.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';

after(closeDeviceWorkers);

const plain = { color: false, width: 100 };

describe('what a key costs', () => {
  it('is measured in a world where the device connects with it', async () => {
    const rows: Measurement[] = [];
    for (const key of SERVER_KEYS) rows.push(await measure(key, boardByName('esp32')));
    const [p256, p384, ...rsa] = rows as [Measurement, Measurement, ...Measurement[]];
    assert.deepEqual(
      rows.map(({ keyBits }) => keyBits),
      [256, 384, 2048, 3072, 4096],
    );
    // Everything grows with the key, and RSA's sizes are beyond those of curves.
    for (const figure of ['certificate', 'handshakeBytes', 'handshakeTime', 'heapPeak'] as const) {
      assert.ok(p384[figure] > p256[figure], figure);
      assert.ok(rsa[0]![figure] < rsa[1]![figure] && rsa[1]![figure] < rsa[2]![figure], figure);
      if (figure !== 'handshakeTime') assert.ok(rsa[0]![figure] > p384[figure], figure);
    }
    // An ESP32 has a unit for RSA and none for curves, but each handshake needs P-256 for its key exchange.
    assert.ok(rsa[0]!.handshakeTime > 280 * MILLISECOND && rsa[0]!.handshakeTime < p256.handshakeTime);
  });

  it('is less in time where the chip has a unit for curves', async () => {
    const { handshakeTime } = await measure('ec-p256', boardByName('esp32-c6'));
    assert.ok(handshakeTime < 250 * MILLISECOND, `${handshakeTime}`);
  });
});

describe('the comparison on a terminal', () => {
  const row = {
    board: 'esp32',
    key: 'ec-p256',
    keyBits: 256,
    certificate: 457,
    handshakeBytes: 1_120,
    handshakeTime: 970 * MILLISECOND,
    heapPeak: 27_744,
  } as const;

  it('has a block for each board, units in every cell, and says what is estimated', () => {
    const text = renderComparison(
      [row, { ...row, board: 'esp32-c6', key: 'rsa-4096', keyBits: 4096 }],
      plain,
    );
    assert.equal(
      text,
      [
        'esp32',
        '  server key        key   certificate   on the wire   handshake   IDF heap',
        '  P-256         256 bit         457 B       1,120 B      970 ms   27,744 B',
        '',
        'esp32-c6',
        '  server key        key   certificate   on the wire   handshake   IDF heap',
        '  RSA-4096     4096 bit         457 B       1,120 B      970 ms   27,744 B',
        '',
        'One connection of a device that checks the server, whose root signs with a key of the same kind.',
        'Handshake (virtual time, TLS 1.2) and peak of the IDF heap are estimated from the figures of the board.',
        '',
      ].join('\n'),
    );
  });
});
