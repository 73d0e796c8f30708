/** A file of its own: the provider asks Node once for its ciphers. */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { it, mock } from 'node:test';
import { nobleProvider } from '../../emulator/crypto/noble.ts';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import { Random } from '../../emulator/world/random.ts';

it('ARIA is our own with the node provider too where Node has none', () => {
  mock.method(crypto, 'getCiphers', () => ['aes-128-gcm']);
  const native = mock.method(crypto, 'createCipheriv');
  const random = new Random(13);
  const [key, nonce, aad, data] = [random.bytes(32), random.bytes(12), random.bytes(13), random.bytes(100)];
  const [iv, blocks] = [random.bytes(16), random.bytes(160)];
  const sealed = nodeProvider.aeadSeal('aria-gcm', key, nonce, aad, data);
  const encrypted = nodeProvider.cbcEncrypt('aria', key, iv, blocks);
  assert.equal(native.mock.callCount(), 0);
  assert.deepEqual(nodeProvider.aeadOpen('aria-gcm', key, nonce, aad, sealed), data);
  assert.deepEqual(nodeProvider.cbcDecrypt('aria', key, iv, encrypted), blocks);
  assert.deepEqual(nobleProvider.aeadSeal('aria-gcm', key, nonce, aad, data), sealed);
  assert.deepEqual(nobleProvider.cbcEncrypt('aria', key, iv, blocks), encrypted);
});
