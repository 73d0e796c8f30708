import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CURVES } from '../../emulator/crypto/curves.ts';
import { bitLength, bytesToInteger, integerToBytes, invert } from '../../emulator/crypto/integers.ts';
import { Random } from '../../emulator/world/random.ts';
import { toHex } from './support.ts';

describe('integers', () => {
  it('are their bytes in big-endian order, at any length and offset', () => {
    const random = new Random(21);
    for (let length = 1; length < 70; length++) {
      const bytes = random.bytes(length + 3).subarray(3);
      const value = BigInt(`0x${toHex(bytes)}`);
      assert.equal(bytesToInteger(bytes), value);
      assert.deepEqual(integerToBytes(value, length), bytes);
      assert.equal(integerToBytes(value, length + 9)[8], 0);
    }
    assert.equal(bytesToInteger(new Uint8Array(0)), 0n);
    assert.throws(() => integerToBytes(256n, 1), RangeError);
  });

  it('have a length in bits', () => {
    assert.deepEqual([0n, 1n, 2n, 15n, 16n, 255n, 256n].map(bitLength), [0, 1, 2, 4, 5, 8, 9]);
    for (let bits = 1n; bits < 600n; bits++) assert.equal(bitLength((1n << bits) - 1n), Number(bits));
  });

  it('have inverses modulo the orders of curves and small primes, from 1 to the modulus less 1', () => {
    const random = new Random(22);
    const orders = Object.values(CURVES).map((curve) => curve.n);
    for (const modulus of [...orders, 2n, 3n, 65537n, 2n ** 127n - 1n]) {
      const values = Array.from({ length: 300 }, (_, i) => bytesToInteger(random.bytes(1 + (i % 66))));
      for (const value of [1n, modulus - 1n, modulus + 1n, ...values]) {
        if (value % modulus === 0n) continue;
        const inverse = invert(value, modulus);
        assert.ok(inverse > 0n && inverse < modulus);
        assert.equal((value * inverse) % modulus, 1n);
      }
    }
  });

  it('have none when they share a factor with the modulus', () => {
    for (const [value, modulus] of [
      [0n, 7n],
      [7n, 7n],
      [6n, 9n],
      [2n ** 200n, 2n ** 300n],
    ] as const) {
      assert.throws(() => invert(value, modulus), RangeError);
    }
  });
});
