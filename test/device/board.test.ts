import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CryptoOperation } from '../../emulator/crypto/provider.ts';
import { BOARDS, boardByName } from '../../emulator/device/boards/index.ts';
import { Random } from '../../emulator/world/random.ts';
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
});

describe('the board profiles', () => {
  const boards = Object.values(BOARDS);

  it('are those of the chips, and no other name is taken for one', () => {
    assert.deepEqual(Object.keys(BOARDS), ['esp32', 'esp32-s3', 'esp32-c3', 'esp32-c6']);
    assert.throws(
      () => boardByName('esp33'),
      /no profile named "esp33" \(there are esp32, esp32-s3, esp32-c3, esp32-c6\)/,
    );
  });

  it('say of every constant where it is from', () => {
    for (const { profile } of boards) {
      const numbers = leaves(profile);
      assert.ok(numbers.length > 40);
      for (const { path, source } of numbers) assert.ok(source !== undefined && source.length > 3, path);
    }
  });

  it('know the published figures of each chip', () => {
    const verify = (name: string) =>
      boardByName(name).cost({ operation: 'ecdsa-verify', algorithm: 'secp256r1', size: 256 }) / MILLISECOND;
    const s3 = verify('esp32-s3');
    assert.ok(s3 >= 270 && s3 <= 300, `${s3}`);
    assert.equal(verify('esp32-c6'), 27);
    const multiplication = { operation: 'ecdh', algorithm: 'secp256r1', size: 256 } as const;
    assert.equal(boardByName('esp32-c6').cost(multiplication) / MILLISECOND, 8.4);
  });

  it('have no unit for RSA-4096 on the RISC-V chips', () => {
    const sign = (name: string, size: number) =>
      boardByName(name).cost({ operation: 'rsa-private', algorithm: 'rsa', size });
    assert.ok(sign('esp32-c3', 3072) < sign('esp32', 3072));
    assert.ok(sign('esp32-c3', 4096) > 5 * sign('esp32', 4096));
  });

  it('wait for a modem that sleeps as long as was measured: 2 to 1037 ms, 64 in the mean', () => {
    const { modemSleepLatency } = boardByName('esp32').wifi;
    const random = new Random(1);
    const waits = Array.from({ length: 4_000 }, () => modemSleepLatency(random) / MILLISECOND);
    assert.ok(Math.min(...waits) >= 2 && Math.max(...waits) <= 1_037);
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    assert.ok(Math.abs(mean - 64) < 4, `${mean}`);
  });
});

/** Every number or list of numbers in a profile but those that are facts of its name: its clock. */
function leaves(value: unknown, path = ''): { path: string; source: string | undefined }[] {
  if (typeof value === 'number')
    return [{ path, source: path === '.cpuFrequency' ? 'data sheet' : undefined }];
  if (typeof value !== 'object' || value === null) return [];
  if ('origin' in value && 'source' in value) return [{ path, source: String(value.source) }];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
}
