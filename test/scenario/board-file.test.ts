import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { boardByName } from '../../emulator/device/boards/index.ts';
import { MILLISECOND } from '../../emulator/world/time.ts';
import { findBoard } from '../../src/scenario/board-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'boards-'));
after(() => rmSync(folder, { recursive: true }));

function fileWith(text: string, name = 'sensor.yaml'): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const VERIFY = { operation: 'ecdsa-verify', algorithm: 'secp256r1', size: 256 } as const;

describe('a board', () => {
  it('is known by name', () => {
    assert.equal(findBoard('esp32-c6'), boardByName('esp32-c6'));
    assert.throws(() => findBoard('esp32c6'), /no board named 'esp32c6' — did you mean 'esp32-c6'\?/);
  });

  it('is a file that names a base and the figures in which it differs', () => {
    const board = findBoard(
      fileWith(
        'base: esp32\nsecureElement: true\ncrypto:\n  ec: { secp256r1: { verify: 262ms } }\n' +
          '  rsa: { 2048: { public: 17ms } }\nmemory: { idfRegions: [100kB, 8KiB] }\n',
      ),
    );
    assert.equal(board.name, 'sensor');
    assert.equal(board.secureElement, true);
    assert.equal(board.cost(VERIFY), 262 * MILLISECOND);
    assert.deepEqual(board.profile.crypto.ec.secp256r1.verify, {
      value: 262 * MILLISECOND,
      origin: 'given',
      source: 'sensor.yaml',
    });
    const base = boardByName('esp32').profile;
    assert.deepEqual(board.profile.crypto.ec.secp256r1.sign, base.crypto.ec.secp256r1.sign);
    assert.equal(board.cost({ operation: 'rsa-public', algorithm: 'rsa', size: 2048 }), 17 * MILLISECOND);
    assert.deepEqual(board.memory.idfRegions, [100_000, 8_192]);
  });

  it('may be JSON, and has a name of its own', () => {
    const path = fileWith('{"base": "esp32-s3", "name": "my-s3"}', 'x.json');
    assert.equal(findBoard(path).name, 'my-s3');
  });

  it('is refused with the line and what was expected', () => {
    for (const [text, complaint] of [
      ['base: esp33\n', /sensor\.yaml:1: base: expected one of esp32, .*did you mean 'esp32'/],
      ['base: esp32\ncrypto:\n  ecc: {}\n', /sensor\.yaml:3: unknown key 'ecc' in crypto/],
      ['base: esp32\ntls: {}\n', /sensor\.yaml:2: unknown key 'tls' in the board/],
      ['base: esp32\ntime:\n  boot: 5\n', /sensor\.yaml:3: time\.boot: expected text/],
      ['base: esp32\ntime:\n  boot: 5 parsec\n', /expected a duration such as 20ms/],
      ['name: x\n', /missing 'base' in the board/],
      ['base: [\n', /sensor\.yaml:/],
    ] as const) {
      assert.throws(() => findBoard(fileWith(text)), complaint);
    }
    assert.throws(() => findBoard(join(folder, 'none.yaml')), /cannot read the board .*none\.yaml/);
  });
});
