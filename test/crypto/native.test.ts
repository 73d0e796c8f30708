/** What we make ourselves, judged by OpenSSL's own implementation of the same schemes, and the other way round. */
import assert from 'node:assert/strict';
import crypto, { type KeyObject } from 'node:crypto';
import { describe, it } from 'node:test';
import { HASH_BYTES } from '../../emulator/crypto/hashes.ts';
import type { CurveName, HashName, RsaPrivateKey } from '../../emulator/crypto/provider.ts';
import { rsaPoolKey } from '../../emulator/crypto/rsa-key-pool.ts';
import { Random } from '../../emulator/world/random.ts';
import { providers } from './support.ts';

const HASHES: readonly HashName[] = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512'];
const JWK_CURVES: Readonly<Record<CurveName, string>> = {
  secp256r1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};
const { RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING } = crypto.constants;

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

function nativeRsaKey(key: RsaPrivateKey): KeyObject {
  const { d, p, q, dP, dQ, qInv, publicKey } = key;
  const jwk = { kty: 'RSA', n: text(publicKey.n), e: text(publicKey.e), d: text(d), p: text(p), q: text(q) };
  return crypto.createPrivateKey({
    key: { ...jwk, dp: text(dP), dq: text(dQ), qi: text(qInv) },
    format: 'jwk',
  });
}

for (const provider of providers) {
  describe(`against OpenSSL, ${provider.name} provider`, () => {
    const random = new Random(11);

    it('RSA PKCS #1 signatures are the same bytes', () => {
      for (const bits of [1024, 3072]) {
        const key = rsaPoolKey(bits, 0);
        const native = nativeRsaKey(key);
        for (const hash of [...HASHES, 'md5'] as HashName[]) {
          const data = random.bytes(50);
          const expected = new Uint8Array(crypto.sign(hash, data, native));
          assert.deepEqual(provider.rsaPkcs1Sign(key, hash, data), expected);
        }
      }
    });

    it('RSA PSS signatures verify there, and theirs here, with salt lengths and MGF1 hashes', () => {
      const key = rsaPoolKey(2048, 2);
      const options = { key: nativeRsaKey(key), padding: RSA_PKCS1_PSS_PADDING };
      for (const hash of HASHES) {
        // TLS 1.3 has it as long as the hash (RFC 8446 section 4.2.3).
        for (const saltLength of [0, 20, HASH_BYTES[hash]]) {
          const data = random.bytes(50);
          const ours = provider.rsaPssSign(key, hash, data, random.bytes(saltLength));
          assert.equal(crypto.verify(hash, data, { ...options, saltLength }, ours), true);
          const theirs = crypto.sign(hash, data, { ...options, saltLength });
          const verify = (expected: number) =>
            provider.rsaPssVerify(key.publicKey, hash, data, theirs, { saltLength: expected });
          assert.equal(verify(saltLength), true);
          assert.equal(verify(saltLength + 1), false);
          const otherMgf = provider.rsaPssVerify(key.publicKey, hash, data, theirs, { mgfHash: 'md5' });
          assert.equal(otherMgf, false);
        }
      }
    });

    it('what they encrypt with RSA we decrypt', () => {
      const key = rsaPoolKey(2048, 3);
      const native = crypto.createPublicKey(nativeRsaKey(key));
      for (const length of [0, 1, 48, 245]) {
        const plaintext = random.bytes(length);
        const sealed = crypto.publicEncrypt({ key: native, padding: RSA_PKCS1_PADDING }, plaintext);
        assert.deepEqual(provider.rsaPkcs1Decrypt(key, sealed), plaintext);
      }
    });

    it('ECDSA signatures verify there, and theirs here', () => {
      for (const [curve, crv] of Object.entries(JWK_CURVES) as [CurveName, string][]) {
        const key = provider.generateEcKey(curve, random.bytes(74));
        const half = (key.publicKey.point.length + 1) / 2;
        const [x, y] = [key.publicKey.point.subarray(1, half), key.publicKey.point.subarray(half)];
        const jwk = { kty: 'EC', crv, d: text(key.d), x: text(x), y: text(y) };
        const native = crypto.createPrivateKey({ key: jwk, format: 'jwk' });
        for (const hash of HASHES) {
          const data = random.bytes(50);
          assert.equal(crypto.verify(hash, data, native, provider.ecdsaSign(key, hash, data)), true);
          const theirs = crypto.sign(hash, data, native);
          assert.equal(provider.ecdsaVerify(key.publicKey, hash, data, theirs), true);
        }
      }
    });
  });
}
