/** Static RSA at the server, where nothing may tell a client what is wrong with its secret (RFC 5246 section 7.4.7.1). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nobleProvider } from '../../emulator/crypto/noble.ts';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import { rsaPoolKey } from '../../emulator/crypto/rsa-key-pool.ts';
import { decryptPremaster, encryptPremaster } from '../../emulator/tls/tls12/rsa-key-exchange.ts';
import { TLS12 } from '../../emulator/tls/versions.ts';
import { concat } from '../../emulator/world/bytes.ts';
import { testHost } from './support.ts';

const TLS11 = 0x0302;
const key = rsaPoolKey(1024, 0);

describe('an encrypted premaster secret', () => {
  for (const [name, crypto] of Object.entries({ node: nodeProvider, noble: nobleProvider })) {
    const host = testHost('server', { crypto }, []);
    /** One whose first octet is 0, so that it is as large a number without it. */
    const sealed = () => {
      for (;;) {
        const made = encryptPremaster(host, TLS12, key.publicKey);
        if (made.encrypted[0] === 0) return made;
      }
    };

    it(`is found when all is well: ${name}`, () => {
      const { encrypted, premaster } = sealed();
      assert.deepEqual(decryptPremaster(host, TLS12, key, encrypted), premaster);
    });

    it(`is replaced by a random one of the version and length that were due: ${name}`, () => {
      const { encrypted, premaster } = sealed();
      const altered = encrypted.slice();
      altered[altered.length - 1]! ^= 1;

      const wrong: Readonly<Record<string, Uint8Array>> = {
        altered: altered,
        'without its first octet (RFC 8017 section 7.2.2)': encrypted.subarray(1),
        'with an octet more': concat(Uint8Array.of(0), encrypted),
        empty: new Uint8Array(),
        'of another version than the hello named': encryptPremaster(host, TLS11, key.publicKey).encrypted,
        'of three octets': crypto.rsaPkcs1Encrypt(
          key.publicKey,
          Uint8Array.of(3, 3, 1),
          new Uint8Array(128 - 6).fill(9),
        ),
      };
      for (const [what, bytes] of Object.entries(wrong)) {
        const secret = decryptPremaster(host, TLS12, key, bytes);
        assert.deepEqual([secret.length, secret[0], secret[1]], [48, 3, 3], what);
        assert.notDeepEqual(secret, premaster, what);
        assert.notDeepEqual(secret, decryptPremaster(host, TLS12, key, bytes), what);
      }
    });
  }
});
