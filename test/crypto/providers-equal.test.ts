/**
 * A run must be the same whichever provider it uses, so on any input both give the same bytes, or refuse it in
 * the same way: by `undefined`, by `false`, or by throwing CryptoError.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CURVES } from '../../emulator/crypto/curves.ts';
import { nobleProvider } from '../../emulator/crypto/noble.ts';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import {
  type AeadName,
  type BlockCipherName,
  CryptoError,
  type CryptoProvider,
  type CurveName,
  type GroupName,
  type HashName,
  type RsaPrivateKey,
} from '../../emulator/crypto/provider.ts';
import { rsaPoolKey } from '../../emulator/crypto/rsa-key-pool.ts';
import { Random } from '../../emulator/world/random.ts';

const HASHES: readonly HashName[] = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'];
const CURVE_NAMES = Object.keys(CURVES) as CurveName[];
const GROUPS: readonly GroupName[] = [...CURVE_NAMES, 'x25519'];
const AEADS: readonly AeadName[] = ['aes-gcm', 'aes-ccm', 'aes-ccm-8', 'aria-gcm', 'chacha20-poly1305'];
const BLOCK_CIPHERS: readonly BlockCipherName[] = ['aes', 'aria'];

const pick = <T>(random: Random, list: readonly T[]): T => list[random.below(list.length)]!;

/** Lengths around the blocks of hashes and ciphers. */
const someBytes = (random: Random): Uint8Array =>
  random.bytes(random.below(3) === 0 ? random.below(8) : random.below(300));

function flipped(random: Random, bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  if (copy.length > 0) copy[random.below(copy.length)]! ^= 1 << random.below(8);
  return copy;
}

/** Runs the work on both and returns what both made of it. */
function same<T>(work: (provider: CryptoProvider) => T): T | 'CryptoError' {
  const outcome = (provider: CryptoProvider): T | 'CryptoError' => {
    try {
      return work(provider);
    } catch (error) {
      if (error instanceof CryptoError) return 'CryptoError';
      throw error;
    }
  };
  const ofNode = outcome(nodeProvider);
  assert.deepEqual(outcome(nobleProvider), ofNode);
  return ofNode;
}

describe('both providers give the same', () => {
  it('hashes and HMACs', () => {
    const random = new Random(1);
    for (let i = 0; i < 120; i++) {
      const [hash, key, data] = [pick(random, HASHES), someBytes(random), someBytes(random)];
      same((provider) => provider.hash(hash, data));
      same((provider) => provider.hmac(hash, key, data));
      same((provider) => provider.createHash(hash).update(key).update(data).digest());
    }
  });

  it('sealed data, and the same verdict on what was altered', () => {
    const random = new Random(2);
    for (let i = 0; i < 250; i++) {
      const aead = pick(random, AEADS);
      const key = random.bytes(aead === 'chacha20-poly1305' ? 32 : pick(random, [16, 24, 32]));
      const nonce = random.bytes(aead.endsWith('-gcm') && random.below(2) === 0 ? 1 + random.below(140) : 12);
      const [aad, plaintext] = [someBytes(random), someBytes(random)];
      const sealed = same((provider) => provider.aeadSeal(aead, key, nonce, aad, plaintext)) as Uint8Array;
      assert.deepEqual(
        same((provider) => provider.aeadOpen(aead, key, nonce, aad, sealed)),
        plaintext,
      );
      const refused: readonly [nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array][] = [
        [nonce, aad, flipped(random, sealed)],
        [flipped(random, nonce), aad, sealed],
        [nonce, new Uint8Array(aad.length + 1), sealed],
        [nonce, aad, sealed.subarray(1)],
        [nonce, aad, sealed.subarray(0, random.below(sealed.length))],
      ];
      for (const input of refused) {
        assert.equal(
          same((provider) => provider.aeadOpen(aead, key, ...input)),
          undefined,
        );
      }
    }
  });

  it('CCM with associated data whose length needs the long form', () => {
    const random = new Random(3);
    for (const length of [0xfeff, 0xff00, 0x10001]) {
      const aad = random.bytes(length);
      const [key, nonce, data] = [random.bytes(16), random.bytes(12), random.bytes(20)];
      same((provider) => provider.aeadSeal('aes-ccm', key, nonce, aad, data));
    }
  });

  it('CBC, also over no block at all', () => {
    const random = new Random(4);
    for (const cipher of BLOCK_CIPHERS) {
      for (let blocks = 0; blocks < 20; blocks++) {
        const key = random.bytes(pick(random, [16, 24, 32]));
        const [iv, data] = [random.bytes(16), random.bytes(16 * blocks)];
        const encrypted = same((provider) => provider.cbcEncrypt(cipher, key, iv, data)) as Uint8Array;
        assert.deepEqual(
          same((provider) => provider.cbcDecrypt(cipher, key, iv, encrypted)),
          data,
        );
      }
    }
  });

  it('key shares and secrets, from any bytes as random or as the peer', () => {
    const random = new Random(5);
    for (const group of GROUPS) {
      for (let i = 0; i < 6; i++) {
        const [mine, theirs] = [random.bytes(80), random.bytes(74)];
        const share = nodeProvider.generateKeyShare(group, mine);
        const peer = nodeProvider.generateKeyShare(group, theirs);
        assert.deepEqual(nobleProvider.generateKeyShare(group, mine), share);
        const secret = same((provider) => provider.deriveSharedSecret(share, peer.publicKey));
        assert.deepEqual(
          same((provider) => provider.deriveSharedSecret(peer, share.publicKey)),
          secret,
        );
        const altered = flipped(random, peer.publicKey);
        same((provider) => provider.deriveSharedSecret(share, altered));
      }
    }
  });

  it('refusals of points', () => {
    const random = new Random(6);
    for (const curve of CURVE_NAMES) {
      const { bytes } = CURVES[curve];
      const share = nodeProvider.generateKeyShare(curve, random.bytes(80));
      const compressed = share.publicKey.slice(0, 1 + bytes);
      compressed[0] = 2 + (share.publicKey.at(-1)! & 1);
      const hybrid = share.publicKey.slice();
      hybrid[0] = 6 + (share.publicKey.at(-1)! & 1);
      const offCurve = share.publicKey.slice();
      offCurve[2 * bytes]! ^= 1;
      const aboveField = new Uint8Array(1 + 2 * bytes).fill(0xff);
      aboveField[0] = 4;
      const points = [Uint8Array.of(0), new Uint8Array(0), compressed, hybrid, offCurve, aboveField];
      for (const point of points) {
        assert.equal(
          same((provider) => provider.deriveSharedSecret(share, point)),
          'CryptoError',
        );
        const key = { kind: 'ec', curve, point } as const;
        assert.equal(
          same((provider) => provider.ecdsaVerify(key, 'sha256', point, new Uint8Array(8))),
          'CryptoError',
        );
      }
    }
  });

  it('ECDSA signatures with any hash, and the same verdict on what was altered', () => {
    const random = new Random(7);
    for (const curve of CURVE_NAMES) {
      for (const hash of HASHES) {
        const seed = random.bytes(80);
        const key = nodeProvider.generateEcKey(curve, seed);
        assert.deepEqual(nobleProvider.generateEcKey(curve, seed), key);
        const data = someBytes(random);
        const signature = same((provider) => provider.ecdsaSign(key, hash, data)) as Uint8Array;
        const verdict = (altered: Uint8Array, message = data) =>
          same((provider) => provider.ecdsaVerify(key.publicKey, hash, message, altered));
        assert.equal(verdict(signature), true);
        assert.equal(verdict(signature, random.bytes(9)), false);
        for (let i = 0; i < 3; i++) assert.equal(verdict(flipped(random, signature)), false);
      }
    }
  });

  it('refusals of private scalars out of range', () => {
    for (const curve of CURVE_NAMES) {
      const { bytes } = CURVES[curve];
      const good = nodeProvider.generateEcKey(curve, new Uint8Array(74).fill(1));
      const tooLarge = new Uint8Array(bytes).fill(0xff);
      for (const d of [new Uint8Array(bytes), tooLarge, good.d.subarray(1), new Uint8Array(0)]) {
        const share = { group: curve, privateKey: d, publicKey: good.publicKey.point };
        assert.equal(
          same((provider) => provider.ecdsaSign({ ...good, d }, 'sha256', d)),
          'CryptoError',
        );
        assert.equal(
          same((provider) => provider.deriveSharedSecret(share, good.publicKey.point)),
          'CryptoError',
        );
      }
    }
  });

  it('RSA signatures, PKCS #1 and PSS, and the same verdict on what was altered', () => {
    const random = new Random(8);
    for (const bits of [1024, 2048]) {
      for (const hash of HASHES) {
        const key = rsaPoolKey(bits, 1);
        const [data, salt] = [someBytes(random), random.bytes(random.below(40))];
        const pkcs1 = same((provider) => provider.rsaPkcs1Sign(key, hash, data)) as Uint8Array;
        const pss = same((provider) => provider.rsaPssSign(key, hash, data, salt)) as Uint8Array;
        const verdicts = (one: Uint8Array, other: Uint8Array) => [
          same((provider) => provider.rsaPkcs1Verify(key.publicKey, hash, data, one)),
          same((provider) => provider.rsaPssVerify(key.publicKey, hash, data, other)),
          same((provider) =>
            provider.rsaPssVerify(key.publicKey, hash, data, other, { saltLength: salt.length }),
          ),
        ];
        assert.deepEqual(verdicts(pkcs1, pss), [true, true, true]);
        assert.deepEqual(verdicts(pss, pkcs1), [false, false, false]);
        assert.deepEqual(verdicts(flipped(random, pkcs1), flipped(random, pss)), [false, false, false]);
        assert.deepEqual(verdicts(pkcs1.subarray(1), pss.subarray(1)), [false, false, false]);
        assert.deepEqual(verdicts(key.publicKey.n, key.publicKey.n), [false, false, false]);
      }
    }
  });

  it('RSA encryption, and silence about what is wrong with a ciphertext', () => {
    const random = new Random(9);
    const key = rsaPoolKey(1024, 0);
    for (let i = 0; i < 12; i++) {
      const [plaintext, padding] = [random.bytes(i * 10), random.bytes(128).map((byte) => byte || 1)];
      const sealed = same((provider) => provider.rsaPkcs1Encrypt(key.publicKey, plaintext, padding));
      if (sealed === 'CryptoError') {
        assert.ok(plaintext.length > 128 - 11);
        continue;
      }
      assert.deepEqual(
        same((provider) => provider.rsaPkcs1Decrypt(key, sealed)),
        plaintext,
      );
      assert.equal(
        same((provider) => provider.rsaPkcs1Decrypt(key, sealed.subarray(1))),
        undefined,
      );
      const altered = flipped(random, sealed);
      same((provider) => provider.rsaPkcs1Decrypt(key, altered));
    }
  });

  it('RSA-OAEP, to the longest text that fits, and silence about what is wrong with a ciphertext', () => {
    const random = new Random(10);
    const key = rsaPoolKey(1024, 0);
    for (const length of [0, 1, 61, 62, 63]) {
      const [plaintext, seed] = [random.bytes(length), random.bytes(32)];
      const sealed = same((provider) => provider.rsaOaepEncrypt(key.publicKey, 'sha256', plaintext, seed));
      if (sealed === 'CryptoError') {
        assert.equal(length, 63); // 128 - 2 * 32 - 2 is the most
        continue;
      }
      assert.deepEqual(
        same((provider) => provider.rsaOaepDecrypt(key, 'sha256', sealed)),
        plaintext,
      );
      for (const wrong of [sealed.subarray(1), flipped(random, sealed)]) {
        assert.equal(
          same((provider) => provider.rsaOaepDecrypt(key, 'sha256', wrong)),
          undefined,
        );
      }
      assert.equal(
        same((provider) => provider.rsaOaepDecrypt(key, 'sha1', sealed)),
        undefined,
      );
    }
  });

  it('the refusal of a private key whose parts do not agree', () => {
    const good = rsaPoolKey(1024, 0);
    for (const part of ['d', 'p', 'q', 'dP', 'dQ', 'qInv'] as const) {
      const wrong: RsaPrivateKey = {
        ...good,
        [part]: good[part].map((byte, i) => (i === 9 ? byte ^ 1 : byte)),
      };
      assert.equal(
        same((provider) => provider.rsaPkcs1Sign(wrong, 'sha256', Uint8Array.of(1, 2, 3))),
        'CryptoError',
        part,
      );
    }
  });

  it('refusals of RSA keys with which nothing can be computed', () => {
    const { n, e } = rsaPoolKey(1024, 0).publicKey;
    const even = n.slice();
    even[127]! ^= 1;
    const keys: readonly [n: Uint8Array, e: Uint8Array][] = [
      [even, e],
      [new Uint8Array(0), e],
      [n.subarray(0, 32), e],
      [n, Uint8Array.of(1)],
      [n, Uint8Array.of(2)],
      [n, new Uint8Array(0)],
      [Uint8Array.of(0, ...n), e],
      [rsaPoolKey(4096, 0).publicKey.n, new Uint8Array(9).fill(1)],
    ];
    for (const [modulus, exponent] of keys) {
      const key = { kind: 'rsa', n: modulus, e: exponent } as const;
      const signature = new Uint8Array(modulus.length).fill(1);
      assert.equal(
        same((provider) => provider.rsaPkcs1Verify(key, 'sha256', n, signature)),
        'CryptoError',
      );
    }
  });

  it('refusals of keys, nonces and blocks of the wrong length', () => {
    const data = new Uint8Array(16);
    for (const aead of AEADS) {
      for (const [keyBytes, nonceBytes] of [
        [15, 12],
        [0, 12],
        [32, 0],
        [32, aead.endsWith('-gcm') ? 0 : 14],
      ] as const) {
        const [key, nonce] = [new Uint8Array(keyBytes), new Uint8Array(nonceBytes)];
        const sealing = same((provider) => provider.aeadSeal(aead, key, nonce, data, data));
        const opening = same((provider) => provider.aeadOpen(aead, key, nonce, data, new Uint8Array(40)));
        assert.deepEqual([sealing, opening], ['CryptoError', 'CryptoError']);
      }
    }
    const key = new Uint8Array(16);
    const refusals = [
      ...BLOCK_CIPHERS.flatMap((cipher) => [
        same((provider) => provider.cbcEncrypt(cipher, key, data, new Uint8Array(17))),
        same((provider) => provider.cbcDecrypt(cipher, key, data.subarray(1), data)),
        same((provider) => provider.cbcDecrypt(cipher, key.subarray(2), data, data)),
      ]),
      same((provider) => provider.generateKeyShare('x25519', new Uint8Array(39))),
      same((provider) => provider.generateEcKey('secp256r1', new Uint8Array(39))),
    ];
    assert.deepEqual(new Set(refusals), new Set(['CryptoError']));
  });
});
