import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import { hex, providers, toHex } from './support.ts';

/** RFC 8032 section 7.1, tests 1 to 3. */
const VECTORS: readonly [
  name: string,
  seed: string,
  publicKey: string,
  message: string,
  signature: string,
][] = [
  [
    'TEST 1',
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b' +
      'd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    'TEST 2',
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c' +
      '387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'TEST 3',
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659' +
      '4a7c15e9716ed28dc027beceea1ec40a',
  ],
];

describe('Ed25519', () => {
  for (const [name, seed, point, message, signature] of VECTORS) {
    it(`RFC 8032 section 7.1, ${name}`, () => {
      const publicKey = { kind: 'ed25519', point: hex(point) } as const;
      const key = { kind: 'ed25519', seed: hex(seed), publicKey } as const;
      for (const provider of providers) {
        assert.equal(toHex(provider.ed25519Sign(key, hex(message))), signature);
        assert.equal(provider.ed25519Verify(publicKey, hex(message), hex(signature)), true);
        assert.equal(provider.ed25519Verify(publicKey, hex(`${message}00`), hex(signature)), false);
        assert.equal(provider.ed25519Verify(publicKey, hex(message), hex(signature).subarray(1)), false);
      }
    });
  }

  it('both refuse keys and R of small order, however they are written', () => {
    // With S = 0 a signature would verify whenever R = -[k]A, which is one message in at most eight.
    const encodings = smallOrderEncodings();
    for (const point of encodings) {
      const publicKey = { kind: 'ed25519', point } as const;
      for (const r of encodings) {
        for (const message of [Uint8Array.of(1), Uint8Array.of(2)]) {
          const signature = Uint8Array.of(...r, ...new Uint8Array(32));
          for (const provider of providers) {
            assert.equal(provider.ed25519Verify(publicKey, message, signature), false);
          }
        }
      }
    }
  });

  it('both refuse an S that is not less than the order', () => {
    const [, seed, point, message, signature] = VECTORS[0]!;
    const publicKey = { kind: 'ed25519', point: hex(point) } as const;
    const raised = hex(signature);
    addOrder(raised.subarray(32));
    assert.notEqual(toHex(raised), signature, seed);
    for (const provider of providers) {
      assert.equal(provider.ed25519Verify(publicKey, hex(message), raised), false);
    }
  });
});

/** The eight points whose order divides 8, with either sign bit and with y also as y + p where that fits. */
function smallOrderEncodings(): Uint8Array[] {
  const { Point } = ed25519;
  const p = Point.Fp.ORDER;
  // A point of order 8; its multiples are all eight.
  const generator = Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05');
  const ys = new Set(
    Array.from({ length: 8 }, (_, i) => (i === 0 ? Point.ZERO : generator.multiplyUnsafe(BigInt(i))).y),
  );
  const encodings: Uint8Array[] = [];
  for (const y of ys) {
    for (const written of [y, y + p]) {
      if (written >= 1n << 255n) continue;
      for (const sign of [0n, 1n]) encodings.push(littleEndian(written | (sign << 255n)));
    }
  }
  return encodings;
}

function littleEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}

/** Adds the order of the group to a little-endian scalar, in place. */
function addOrder(scalar: Uint8Array): void {
  const sum =
    scalar.reduceRight((value, octet) => (value << 8n) | BigInt(octet), 0n) + ed25519.Point.Fn.ORDER;
  scalar.set(littleEndian(sum));
}
