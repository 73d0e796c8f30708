import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deriveSecret, hkdfExpand, hkdfExpandLabel, hkdfExtract } from '../../emulator/crypto/hkdf.ts';
import { CryptoError, type HashName } from '../../emulator/crypto/provider.ts';
import { prf12 } from '../../emulator/crypto/tls-prf.ts';
import { hex, providers, toHex } from './support.ts';

const NOTHING = new Uint8Array(0);

describe('the PRF of TLS 1.2', () => {
  // Published on the TLS working group's list, https://www.ietf.org/mail-archive/web/tls/current/msg03416.html
  const vectors: readonly [hash: HashName, secret: string, seed: string, output: string][] = [
    [
      'sha256',
      '9bbe436ba940f017b17652849a71db35',
      'a0ba9f936cda311827a6f796ffd5198c',
      'e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af' +
        '0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701' +
        '87347b66',
    ],
    [
      'sha384',
      'b80b733d6ceefcdc71566ea48e5567df',
      'cd665cf6a8447dd6ff8b27555edb7465',
      '7b0c18e9ced410ed1804f2cfa34a336a1c14dffb4900bb5fd7942107e81c83cde9ca0faa60be9fe34f82b1233c9146a0' +
        'e534cb400fed2700884f9dc236f80edd8bfa961144c9e8d792eca722a7b32fc3d416d473ebc2c5fd4abfdad05d918425' +
        '9b5bf8cd4d90fa0d31e2dec479e4f1a26066f2eea9a69236a3e52655c9e9aee691c8f3a26854308d5eaa3be85e099070' +
        '3d73e56f',
    ],
  ];
  for (const [hash, secret, seed, output] of vectors) {
    for (const provider of providers) {
      it(`${hash}, ${provider.name}, at every length`, () => {
        for (let length = 0; length <= output.length / 2; length++) {
          const made = prf12(provider, hash, hex(secret), 'test label', hex(seed), length);
          assert.equal(toHex(made), output.slice(0, 2 * length));
        }
      });
    }
  }
});

describe('HKDF', () => {
  // RFC 5869 appendix A: hash, IKM, salt, info, PRK, OKM
  const longInput = { ikm: run(0x00, 80), salt: run(0x60, 80), info: run(0xb0, 80) };
  const vectors: Readonly<Record<string, readonly [HashName, string, string, string, string, string]>> = {
    'A.1': [
      'sha256',
      '0b'.repeat(22),
      run(0x00, 13),
      run(0xf0, 10),
      '077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5',
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    ],
    'A.2': [
      'sha256',
      longInput.ikm,
      longInput.salt,
      longInput.info,
      '06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244',
      'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09' +
        'da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87',
    ],
    'A.3': [
      'sha256',
      '0b'.repeat(22),
      '',
      '',
      '19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04',
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    ],
    'A.4': [
      'sha1',
      '0b'.repeat(11),
      run(0x00, 13),
      run(0xf0, 10),
      '9b6c18c432a7bf8f0e71c8eb88f4b30baa2ba243',
      '085a01ea1b10f36933068b56efa5ad81a4f14b822f5b091568a9cdd4f155fda2c22e422478d305f3f896',
    ],
    'A.5': [
      'sha1',
      longInput.ikm,
      longInput.salt,
      longInput.info,
      '8adae09a2a307059478d309b26c4115a224cfaf6',
      '0bd770a74d1160f7c9f12cd5912a06ebff6adcae899d92191fe4305673ba2ffe8fa3f1a4e5ad79f3f334b3b202b2173c' +
        '486ea37ce3d397ed034c7f9dfeb15c5e927336d0441f4c4300e2cff0d0900b52d3b4',
    ],
    'A.6': [
      'sha1',
      '0b'.repeat(22),
      '',
      '',
      'da8c8a73c7fa77288ec6f5e7c297786aa0d32d01',
      '0ac1af7002b3d761d1e55298da9d0506b9ae52057220a306e07b6b87e8df21d0ea00033de03984d34918',
    ],
    'A.7': [
      'sha1',
      '0c'.repeat(22),
      '',
      '',
      '2adccada18779e7c2077ad2eb19d3f3e731385dd',
      '2c91117204d745f3500d636a62f64f0ab3bae548aa53d423b0d1f27ebba6f5e5673a081d70cce7acfc48',
    ],
  };
  for (const [section, [hash, ikm, salt, info, prk, okm]] of Object.entries(vectors)) {
    it(`RFC 5869 ${section}`, () => {
      for (const provider of providers) {
        const pseudorandomKey = hkdfExtract(provider, hash, hex(salt), hex(ikm));
        assert.equal(toHex(pseudorandomKey), prk);
        assert.equal(toHex(hkdfExpand(provider, hash, pseudorandomKey, hex(info), okm.length / 2)), okm);
      }
    });
  }

  it('gives at most 255 blocks', () => {
    for (const provider of providers) {
      const key = new Uint8Array(32);
      assert.equal(hkdfExpand(provider, 'sha256', key, NOTHING, 255 * 32).length, 8160);
      assert.throws(() => hkdfExpand(provider, 'sha256', key, NOTHING, 255 * 32 + 1), CryptoError);
    }
  });
});

describe('the key schedule of TLS 1.3', () => {
  // RFC 8448 section 3
  const EARLY_SECRET = '33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a';
  const DERIVED = '6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba';
  const SERVER_HANDSHAKE_TRAFFIC = 'b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38';
  const SERVER_KEY = '3fce516009c21727d0f2e4e86ee403bc';
  const SERVER_IV = '5d313eb2671276ee13000b30';

  for (const provider of providers) {
    it(`is that of RFC 8448, ${provider.name}`, () => {
      const early = hkdfExtract(provider, 'sha256', NOTHING, new Uint8Array(32));
      assert.equal(toHex(early), EARLY_SECRET);
      const derived = deriveSecret(provider, 'sha256', early, 'derived', provider.hash('sha256', NOTHING));
      assert.equal(toHex(derived), DERIVED);
      const traffic = hex(SERVER_HANDSHAKE_TRAFFIC);
      assert.equal(toHex(hkdfExpandLabel(provider, 'sha256', traffic, 'key', NOTHING, 16)), SERVER_KEY);
      assert.equal(toHex(hkdfExpandLabel(provider, 'sha256', traffic, 'iv', NOTHING, 12)), SERVER_IV);
    });
  }
});

/** Consecutive bytes in hexadecimal. */
function run(first: number, count: number): string {
  return toHex(Uint8Array.from({ length: count }, (_, i) => first + i));
}
