import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bitLength, bytesToInteger } from '../../emulator/crypto/integers.ts';
import { RSA_POOL_SIZES, rsaPoolKey } from '../../emulator/crypto/rsa-key-pool.ts';
import { ascii, providers, toHex } from './support.ts';

describe('the pool of public RSA test keys', () => {
  it('has keys from 1024 to 8192 bits', () => {
    assert.deepEqual(
      [...RSA_POOL_SIZES],
      [
        [1024, 2],
        [2048, 6],
        [3072, 3],
        [4096, 3],
        [8192, 1],
      ],
    );
  });

  for (const [bits, count] of RSA_POOL_SIZES) {
    it(`each of ${bits} bits is consistent (RFC 8017 section 3.2) and its own`, () => {
      const moduli = new Set<string>();
      for (let index = 0; index < count; index++) {
        const key = rsaPoolKey(bits, index);
        const [p, q, d] = [key.p, key.q, key.d].map(bytesToInteger) as [bigint, bigint, bigint];
        const [dP, dQ, qInv] = [key.dP, key.dQ, key.qInv].map(bytesToInteger) as [bigint, bigint, bigint];
        const n = bytesToInteger(key.publicKey.n);
        const e = bytesToInteger(key.publicKey.e);
        assert.equal(e, 65537n);
        assert.equal(bitLength(n), bits);
        assert.equal(p * q, n);
        assert.equal((e * d) % (p - 1n), 1n);
        assert.equal((e * d) % (q - 1n), 1n);
        assert.equal(dP, d % (p - 1n));
        assert.equal(dQ, d % (q - 1n));
        assert.equal((qInv * q) % p, 1n);
        moduli.add(toHex(key.publicKey.n));
      }
      assert.equal(moduli.size, count);
    });
  }

  it('signs the same with both providers at every size', () => {
    for (const bits of RSA_POOL_SIZES.keys()) {
      const key = rsaPoolKey(bits, 0);
      const [first, second] = providers.map((provider) => provider.rsaPkcs1Sign(key, 'sha256', ascii('x')));
      assert.deepEqual(first, second);
    }
  });

  it('gives the same object again', () => {
    assert.equal(rsaPoolKey(2048, 1), rsaPoolKey(2048, 1));
  });

  it('says what it has when asked for what it has not', () => {
    assert.throws(() => rsaPoolKey(2047, 0), /2047 bits; there are 1024, 2048, 3072, 4096, 8192/);
    assert.throws(() => rsaPoolKey(8192, 1), /test key 1 of 8192 bits; there are 1$/);
  });
});
