import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nobleProvider } from '../../emulator/crypto/noble.ts';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { OutgoingRecords } from '../../emulator/tls/record/outgoing.ts';
import { sequenceBytes } from '../../emulator/tls/record/protection.ts';
import { suiteById } from '../../emulator/tls/suites.ts';
import { type ConnectionKeys, Tls12KeySchedule } from '../../emulator/tls/tls12/key-schedule.ts';
import { Random } from '../../emulator/world/random.ts';
import { CERTIFICATES } from './certificates.ts';
import { ascii, carry, clientEnd, converse, hex, serverEnd } from './support.ts';

const VERSION = 0x0303;
const FIRST = sequenceBytes(0);
const SECOND = sequenceBytes(1);

/** Keys of a connection, the same each time. */
function keys(suite: number, encryptThenMac: boolean, crypto = nodeProvider): ConnectionKeys {
  const random = new Random(5);
  const host = { crypto, random: (length: number) => random.bytes(length) };
  const randoms = { client: new Uint8Array(32).fill(1), server: new Uint8Array(32).fill(2) };
  const schedule = new Tls12KeySchedule(host, suiteById(suite)!, randoms);
  return schedule.keys(new Uint8Array(48).fill(3), encryptThenMac);
}

const PROTECTIONS: readonly [name: string, suite: number, encryptThenMac: boolean][] = [
  ['AES-128-GCM', 0xc02b, false],
  ['AES-256-GCM', 0xc02c, false],
  ['AES-128-CCM', 0xc0ac, false],
  ['AES-256-CCM-8', 0xc0af, false],
  ['ARIA-256-GCM', 0xc05d, false],
  ['ChaCha20-Poly1305', 0xcca8, false],
  ['NULL-SHA256', 0x003b, false],
  ['ARIA-128-CBC-SHA256, encrypt then MAC', 0xc048, true],
  ['AES-128-CBC-SHA, MAC then encrypt', 0xc009, false],
  ['AES-128-CBC-SHA, encrypt then MAC', 0xc009, true],
  ['AES-256-CBC-SHA384, MAC then encrypt', 0xc024, false],
  ['AES-256-CBC-SHA384, encrypt then MAC', 0xc024, true],
];

for (const [name, suite, encryptThenMac] of PROTECTIONS) {
  describe(`records under ${name}`, () => {
    it('open to what was sealed, for lengths around the block', () => {
      const sealer = keys(suite, encryptThenMac).client;
      const opener = keys(suite, encryptThenMac).client;
      for (let length = 0; length < 50; length++) {
        const bytes = new Uint8Array(length).fill(length);
        const sequence = sequenceBytes(length);
        const { fragment } = sealer.seal(sequence, { type: 'application_data', bytes }, VERSION);
        assert.deepEqual(opener.open(sequence, 'application_data', VERSION, fragment).bytes, bytes);
      }
    });

    it('do not open with any byte changed, and every change is the same error', () => {
      const sealer = keys(suite, encryptThenMac).client;
      const plaintext = { type: 'application_data', bytes: ascii('to be or not to be') } as const;
      const { fragment } = sealer.seal(FIRST, plaintext, VERSION);
      const messages = new Set<string>();
      for (let at = 0; at < fragment.length; at++) {
        const changed = fragment.slice();
        changed[at]! ^= 0x10;
        const opener = keys(suite, encryptThenMac).client;
        assert.throws(
          () => opener.open(FIRST, 'application_data', VERSION, changed),
          (error: Error & { reason: string }) => {
            messages.add(error.message);
            return error.reason === 'bad-record-mac';
          },
          `byte ${at}`,
        );
      }
      assert.equal(messages.size, 1);
    });

    it('do not open cut short, as another type, or out of order', () => {
      const sealer = keys(suite, encryptThenMac).client;
      const plaintext = { type: 'application_data', bytes: ascii('first') } as const;
      const first = sealer.seal(FIRST, plaintext, VERSION).fragment;
      const second = sealer.seal(SECOND, plaintext, VERSION).fragment;
      const refused = { reason: 'bad-record-mac' };
      const opener = (): ConnectionKeys['client'] => keys(suite, encryptThenMac).client;
      for (let length = 0; length < first.length; length++) {
        assert.throws(
          () => opener().open(FIRST, 'application_data', VERSION, first.slice(0, length)),
          refused,
        );
      }
      assert.throws(() => opener().open(FIRST, 'handshake', VERSION, first), refused);
      assert.throws(() => opener().open(FIRST, 'application_data', VERSION, second), refused);
    });
  });
}

describe('either crypto provider', () => {
  it('gives the same trace, byte for byte', () => {
    const traces = [nodeProvider, nobleProvider].map((crypto) => {
      const client = clientEnd({ profile: 'mbedtls', credentials: CERTIFICATES.p256 }, { crypto });
      const server = serverEnd(
        { profile: 'modern', credentials: [CERTIFICATES.rsa], clientAuth: 'require' },
        { crypto },
      );
      converse(client, server);
      client.tls.send(ascii('data'));
      carry(client, server);
      assert.equal(server.tls.state, 'established');
      const asText = (_: string, value: unknown): unknown =>
        value instanceof Uint8Array ? hex(value) : value;
      return JSON.stringify([client.events, server.events], asText);
    });
    assert.equal(traces[0], traces[1]);
  });
});

describe('what waits to be taken', () => {
  it('may be more records than a call has arguments', () => {
    const outgoing = new OutgoingRecords(1);
    outgoing.send('application_data', VERSION, new Uint8Array(200_000));
    assert.equal(outgoing.takeAll().length, 6 * 200_000);
  });
});

describe('the nonces of records under an AEAD', () => {
  /** What the provider is given for the records of these numbers. */
  function nonces(suite: number, sequences: readonly number[]): string[] {
    const seen: string[] = [];
    const crypto: CryptoProvider = {
      ...nodeProvider,
      aeadSeal(algorithm, key, nonce, aad, plaintext) {
        seen.push(hex(nonce));
        return nodeProvider.aeadSeal(algorithm, key, nonce, aad, plaintext);
      },
    };
    const { client } = keys(suite, false, crypto);
    for (const each of sequences) {
      client.seal(sequenceBytes(each), { type: 'application_data', bytes: ascii('x') }, VERSION);
    }
    return seen;
  }

  it('are the IV, with the number mixed into its end, under ChaCha20-Poly1305 (RFC 7905 section 2)', () => {
    const [iv, ...others] = nonces(0xcca8, [0, 1, 0x0102_0304]);
    const mixed = (tail: bigint) => (BigInt(`0x${iv}`) ^ tail).toString(16).padStart(24, '0');
    assert.deepEqual(others, [mixed(1n), mixed(0x0102_0304n)]);
  });

  for (const suite of [0xc02b, 0xc0ac, 0xc05d]) {
    it(`are the salt and the number, each once (RFC 5288 section 3): ${suiteById(suite)!.name}`, () => {
      const [first, ...others] = nonces(suite, [0, 1, 0x0102_0304]);
      assert.match(first!, /^.{8}0{16}$/);
      const salt = first!.slice(0, 8);
      assert.deepEqual(others, [`${salt}0000000000000001`, `${salt}0000000001020304`]);
    });
  }
});
