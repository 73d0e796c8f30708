import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CryptoOperation } from '../../emulator/crypto/provider.ts';
import { boardByName } from '../../emulator/device/boards/index.ts';
import { MILLISECOND } from '../../emulator/world/time.ts';

const board = boardByName('esp32');
const milliseconds = (operation: CryptoOperation['operation'], algorithm: string, size: number) =>
  board.cost({ operation, algorithm, size }) / MILLISECOND;

describe('the esp32 profile', () => {
  it('takes the time that was measured, or that the vendor guarantees', () => {
    assert.equal(milliseconds('ecdsa-sign', 'secp256r1', 256), 190);
    assert.equal(milliseconds('ecdsa-verify', 'secp256r1', 256), 285);
    assert.equal(milliseconds('ecdsa-verify', 'secp384r1', 384), 575);
    assert.deepEqual(
      [2048, 3072, 4096].map((bits) => [
        milliseconds('rsa-public', 'rsa', bits),
        milliseconds('rsa-private', 'rsa', bits),
      ]),
      [
        [19, 450],
        [33, 950],
        [90, 1900],
      ],
    );
    assert.equal(Math.round(milliseconds('aes', 'aes-128-gcm', 8_000_000)), 1000);
  });

  it('goes on from there for other sizes', () => {
    assert.ok(milliseconds('rsa-public', 'rsa', 1024) < 19);
    assert.ok(milliseconds('rsa-private', 'rsa', 8192) > 4 * 1900);
    assert.ok(milliseconds('ecdsa-sign', 'secp521r1', 521) > milliseconds('ecdsa-sign', 'secp384r1', 384));
  });

  it('is slower at ciphers for which it has no unit', () => {
    const record = (operation: CryptoOperation['operation']) => milliseconds(operation, '', 16_384);
    assert.ok(record('aes') < record('chacha') && record('chacha') < record('aria'));
  });

  it('is refused under another name, with the names there are', () => {
    assert.throws(() => boardByName('esp33'), /no profile named "esp33" \(there are esp32\)/);
  });
});
