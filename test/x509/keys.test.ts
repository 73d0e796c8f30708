/** Private keys of elliptic curves in the forms that tools write, and broken ones. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { p256 } from '@noble/curves/nist.js';
import type { EcPrivateKey } from '../../emulator/crypto/provider.ts';
import { contextTag, DerError, Tag } from '../../emulator/x509/der.ts';
import { derOctetString, derOid, derSequence, derValue } from '../../emulator/x509/der-write.ts';
import { parsePrivateKey } from '../../emulator/x509/keys.ts';
import { ecKey } from './pki.ts';

const KEY = ecKey(1) as EcPrivateKey;
const { point } = KEY.publicKey;
const x = point.subarray(1, 33);
const compressed = Uint8Array.of(2 + (point[64]! & 1), ...x);

const CURVES = {
  secp256r1: '1.2.840.10045.3.1.7',
  secp384r1: '1.3.132.0.34',
  secp521r1: '1.3.132.0.35',
} as const;

/** ECPrivateKey (RFC 5915 section 3). */
function sec1(
  scalar: Uint8Array,
  publicPoint?: Uint8Array,
  curve: keyof typeof CURVES = 'secp256r1',
): Uint8Array {
  return derSequence(
    derValue(Tag.INTEGER, Uint8Array.of(1)),
    derOctetString(scalar),
    derValue(contextTag(0, true), derOid(CURVES[curve])),
    ...(publicPoint === undefined
      ? []
      : [derValue(contextTag(1, true), derValue(Tag.BIT_STRING, Uint8Array.of(0), publicPoint))]),
  );
}

describe('an EC private key', () => {
  it('is the same whether its point is compressed, and its number padded', () => {
    assert.deepEqual(parsePrivateKey(sec1(KEY.d, point)), KEY);
    assert.deepEqual(parsePrivateKey(sec1(Uint8Array.of(0, ...KEY.d), compressed)), KEY);
  });

  it('comes without its point, too, as mbedTLS takes it', () => {
    for (const curve of ['secp256r1', 'secp384r1', 'secp521r1'] as const) {
      const key = ecKey(2, curve) as EcPrivateKey;
      assert.deepEqual(parsePrivateKey(sec1(key.d, undefined, curve)), key);
    }
    for (const small of [1, 2, 3, 7])
      assert.deepEqual(parsePrivateKey(sec1(Uint8Array.of(small))).publicKey, {
        kind: 'ec',
        curve: 'secp256r1',
        point: p256.getPublicKey(new Uint8Array(32).fill(small, 31), false),
      });
  });

  const broken: Readonly<Record<string, Uint8Array>> = {
    'number longer than the curve': sec1(new Uint8Array(40).fill(1), point),
    'number of zero': sec1(new Uint8Array(32), point),
    'point that is not on the curve': sec1(KEY.d, Uint8Array.of(...point.subarray(0, 64), point[64]! ^ 1)),
    'point of no known form': sec1(KEY.d, Uint8Array.of(9, ...x)),
  };
  for (const [what, der] of Object.entries(broken)) {
    it(`with a ${what} is no key`, () => assert.throws(() => parsePrivateKey(der), DerError));
  }
});
