import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { meter } from '../../emulator/crypto/metered.ts';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { CryptoOperation, CryptoProvider } from '../../emulator/crypto/provider.ts';
import { rsaPoolKey } from '../../emulator/crypto/rsa-key-pool.ts';
import { prf12 } from '../../emulator/crypto/tls-prf.ts';
import { ascii } from './support.ts';

const zeros = (length: number) => new Uint8Array(length);

/** What a piece of work costs, one "operation algorithm size" each. */
function costOf(work: (provider: CryptoProvider) => unknown): string[] {
  const seen: CryptoOperation[] = [];
  work(meter(nodeProvider, (operation) => seen.push(operation)));
  return seen.map(({ operation, algorithm, size }) => `${operation} ${algorithm} ${size}`);
}

describe('a metered provider', () => {
  it('counts the bytes of a running hash as they come, in clones too', () => {
    const cost = costOf((provider) => {
      const hash = provider.createHash('sha384').update(zeros(100));
      hash.clone().update(zeros(7)).digest();
      hash.digest();
    });
    assert.deepEqual(cost, ['hash sha384 100', 'hash sha384 7']);
  });

  it('counts associated data, tag and key size of symmetric ciphers', () => {
    const cost = costOf((provider) => {
      const sealed = provider.aeadSeal('aes-gcm', zeros(16), zeros(12), zeros(13), zeros(100));
      provider.aeadOpen('aes-gcm', zeros(16), zeros(12), zeros(13), sealed);
      provider.aeadSeal('aes-ccm-8', zeros(32), zeros(12), zeros(0), zeros(100));
      provider.aeadSeal('chacha20-poly1305', zeros(32), zeros(12), zeros(5), zeros(100));
      provider.aeadSeal('aria-gcm', zeros(32), zeros(12), zeros(13), zeros(100));
      provider.cbcEncrypt('aes', zeros(16), zeros(16), zeros(32));
      provider.cbcDecrypt('aria', zeros(32), zeros(16), zeros(48));
    });
    assert.deepEqual(cost, [
      'aes aes-128-gcm 113',
      'aes aes-128-gcm 129',
      'aes aes-256-ccm-8 100',
      'chacha chacha20-poly1305 105',
      'aria aria-256-gcm 113',
      'aes aes-128-cbc 32',
      'aria aria-256-cbc 48',
    ]);
  });

  it('counts a signature as its hash and its arithmetic', () => {
    const rsa = rsaPoolKey(2048, 0);
    const ec = nodeProvider.generateEcKey('secp521r1', zeros(74));
    const cost = costOf((provider) => {
      const signature = provider.ecdsaSign(ec, 'sha512', ascii('message'));
      provider.ecdsaVerify(ec.publicKey, 'sha512', ascii('message'), signature);
      provider.rsaPssSign(rsa, 'sha256', ascii('message'), zeros(32));
      provider.rsaPkcs1Verify(rsa.publicKey, 'sha256', ascii('message'), zeros(256));
    });
    assert.deepEqual(cost, [
      'hash sha512 7',
      'ecdsa-sign secp521r1 521',
      'hash sha512 7',
      'ecdsa-verify secp521r1 521',
      'hash sha256 7',
      'rsa-private rsa 2048',
      'hash sha256 7',
      'rsa-public rsa 2048',
    ]);
  });

  it('counts key agreement by group', () => {
    const cost = costOf((provider) => {
      for (const group of ['secp256r1', 'x25519'] as const) {
        const share = provider.generateKeyShare(group, zeros(40).fill(3));
        provider.deriveSharedSecret(share, share.publicKey);
      }
      provider.generateEcKey('secp384r1', zeros(56));
    });
    assert.deepEqual(cost, [
      'ec-keygen secp256r1 256',
      'ecdh secp256r1 256',
      'ec-keygen x25519 255',
      'ecdh x25519 255',
      'ec-keygen secp384r1 384',
    ]);
  });

  it('counts encryption with RSA, also of what fails', () => {
    const key = rsaPoolKey(1024, 0);
    const cost = costOf((provider) => {
      provider.rsaPkcs1Encrypt(key.publicKey, zeros(48), zeros(128).fill(1));
      assert.equal(provider.rsaPkcs1Decrypt(key, zeros(128)), undefined);
      provider.rsaOaepEncrypt(key.publicKey, 'sha1', zeros(16), zeros(20));
      assert.equal(provider.rsaOaepDecrypt(key, 'sha1', zeros(128)), undefined);
    });
    const each = ['rsa-public rsa 1024', 'rsa-private rsa 1024'];
    assert.deepEqual(cost, [...each, ...each]);
  });

  it('sees through to each HMAC of the PRF', () => {
    const cost = costOf((provider) => prf12(provider, 'sha256', zeros(32), 'key expansion', zeros(64), 40));
    // A(1), output, A(2), output; label and seed are 77 bytes.
    assert.deepEqual(cost, ['hmac sha256 77', 'hmac sha256 109', 'hmac sha256 32', 'hmac sha256 109']);
  });

  it('gives the results of the provider beneath', () => {
    const metered = meter(nodeProvider, () => {});
    assert.equal(metered.name, 'node');
    assert.deepEqual(metered.hash('sha256', ascii('x')), nodeProvider.hash('sha256', ascii('x')));
  });
});
