import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { aria } from '../../emulator/crypto/aria.ts';
import { nobleProvider } from '../../emulator/crypto/noble.ts';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import { Random } from '../../emulator/world/random.ts';
import { hex, providers, toHex } from './support.ts';

/** RFC 5794 appendix A: key, ciphertext; the plaintext is the same in all. */
const APPENDIX_A: Readonly<Record<string, readonly [key: string, ciphertext: string]>> = {
  'A.1': ['000102030405060708090a0b0c0d0e0f', 'd718fbd6ab644c739da95f3be6451778'],
  'A.2': ['000102030405060708090a0b0c0d0e0f1011121314151617', '26449c1805dbe7aa25a468ce263a9e79'],
  'A.3': [
    '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
    'f92bd7c79fb72e2f2b8f80c1972d24fc',
  ],
};
const PLAINTEXT = '00112233445566778899aabbccddeeff';

describe('ARIA', () => {
  for (const [section, [key, ciphertext]] of Object.entries(APPENDIX_A)) {
    it(`RFC 5794 ${section}`, () => {
      assert.equal(toHex(aria(hex(key)).encrypt(hex(PLAINTEXT))), ciphertext);
      assert.equal(toHex(aria(hex(key)).decrypt(hex(ciphertext))), PLAINTEXT);
      // CBC of one block, with an IV of zeros, is the bare cipher.
      for (const provider of providers) {
        const encrypted = provider.cbcEncrypt('aria', hex(key), new Uint8Array(16), hex(PLAINTEXT));
        assert.equal(toHex(encrypted), ciphertext);
      }
    });
  }

  // RFC 6209 has no vectors. The node provider's GCM is OpenSSL's; shorter messages: providers-equal.test.ts.
  it('GCM of a whole record is that of OpenSSL', () => {
    const random = new Random(14);
    const [nonce, aad, record] = [random.bytes(12), random.bytes(13), random.bytes(16_384)];
    for (const length of [16, 32]) {
      const key = random.bytes(length);
      const sealed = nobleProvider.aeadSeal('aria-gcm', key, nonce, aad, record);
      assert.deepEqual(nodeProvider.aeadSeal('aria-gcm', key, nonce, aad, record), sealed);
      assert.deepEqual(nobleProvider.aeadOpen('aria-gcm', key, nonce, aad, sealed), record);
    }
  });

  const openssl = (args: readonly string[], input: Uint8Array) =>
    spawnSync('openssl', ['enc', ...args], { input, maxBuffer: 1 << 20 });
  const skip = openssl(['-aria-128-cbc', '-K', '00', '-iv', '00'], new Uint8Array(1)).status !== 0;

  it('CBC is that of openssl enc', { skip: skip && 'no openssl with ARIA' }, () => {
    const random = new Random(12);
    for (const bits of [128, 192, 256]) {
      const [key, iv, data] = [random.bytes(bits / 8), random.bytes(16), random.bytes(16 * 40)];
      const args = [`-aria-${bits}-cbc`, '-nopad', '-K', toHex(key), '-iv', toHex(iv)];
      const theirs = new Uint8Array(openssl(args, data).stdout);
      for (const provider of providers) {
        assert.deepEqual(provider.cbcEncrypt('aria', key, iv, data), theirs);
        assert.deepEqual(provider.cbcDecrypt('aria', key, iv, theirs), data);
      }
    }
  });
});
