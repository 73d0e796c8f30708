import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { constantTimeEqual } from '../../emulator/crypto/constant-time.ts';
import type { HashName } from '../../emulator/crypto/provider.ts';
import { ascii, hex, providers, toHex } from './support.ts';

/** Of "abc": RFC 1321 A.5, FIPS 180-4's examples. */
const ABC: Readonly<Record<HashName, string>> = {
  md5: '900150983cd24fb0d6963f7d28e17f72',
  sha1: 'a9993e364706816aba3e25717850c26c9cd0d89d',
  sha224: '23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7',
  sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  sha384: 'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
  sha512:
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a' +
    '2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
};

for (const provider of providers) {
  describe(`hashing, ${provider.name}`, () => {
    for (const [name, digest] of Object.entries(ABC) as [HashName, string][]) {
      it(`${name} of "abc", whole and in parts`, () => {
        assert.equal(toHex(provider.hash(name, ascii('abc'))), digest);
        const running = provider.createHash(name).update(ascii('a')).update(new Uint8Array(0));
        assert.equal(toHex(running.update(ascii('bc')).digest()), digest);
      });
    }

    it('a clone goes its own way, as a transcript needs', () => {
      const running = provider.createHash('sha256').update(ascii('a'));
      const aside = running.clone().update(ascii('X'));
      assert.equal(toHex(running.clone().digest()), toHex(provider.hash('sha256', ascii('a'))));
      assert.equal(toHex(running.update(ascii('bc')).digest()), ABC.sha256);
      assert.equal(toHex(aside.digest()), toHex(provider.hash('sha256', ascii('aX'))));
    });

    it('HMAC of RFC 4231 case 2 and RFC 2202', () => {
      const mac = (hash: HashName) =>
        toHex(provider.hmac(hash, ascii('Jefe'), ascii('what do ya want for nothing?')));
      assert.equal(mac('sha256'), '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
      assert.equal(mac('sha1'), 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79');
      assert.equal(mac('md5'), '750c783e6ab0b503eaa86e310a5db738');
    });

    it('returns plain arrays whose slice() copies', () => {
      assert.equal(provider.hash('sha256', hex('00')).constructor, Uint8Array);
      assert.equal(provider.hmac('sha256', hex('00'), hex('00')).constructor, Uint8Array);
    });
  });
}

describe('constant-time equality', () => {
  it('is equality', () => {
    assert.equal(constantTimeEqual(hex(''), hex('')), true);
    assert.equal(constantTimeEqual(hex('0102'), hex('0102')), true);
    assert.equal(constantTimeEqual(hex('0102'), hex('0103')), false);
    assert.equal(constantTimeEqual(hex('8102'), hex('0102')), false);
    assert.equal(constantTimeEqual(hex('0102'), hex('010200')), false);
  });
});
