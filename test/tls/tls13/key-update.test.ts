import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nodeProvider } from '../../../emulator/crypto/node.node.ts';
import { Tls13Protection } from '../../../emulator/tls/record/tls13-protection.ts';
import { TLS13_SUITES } from '../../../emulator/tls/tls13/suites.ts';
import { TLS12 } from '../../../emulator/tls/versions.ts';
import { ascii, carry } from '../support.ts';
import { assertTalks, ends, established } from './ends.ts';
import { assertFailed, EMPTY, HandmadeServer } from './handmade.ts';

describe('KeyUpdate', () => {
  it('gives new keys to what this side sends', () => {
    const { client, server } = established();
    client.tls.updateKeys(false);
    assertTalks(client, server);
    assert.deepEqual(server.messages('received').slice(-1), ['KeyUpdate']);
    assert.deepEqual(server.all('tls.secret').at(-1), client.all('tls.secret').at(-1));
    assert.equal(client.all('tls.secret').at(-1)!.label, 'CLIENT_TRAFFIC_SECRET_1');
    assert.deepEqual(server.messages('sent').slice(-1), ['Finished']);
  });

  it('asks the other side to do the same, as often as wanted', () => {
    const { client, server } = established();
    for (let round = 1; round <= 3; round++) {
      server.tls.updateKeys(true);
      carry(client, server);
      assertTalks(client, server);
      const labels = client.all('tls.secret').map(({ label }) => label);
      assert.ok(labels.includes(`CLIENT_TRAFFIC_SECRET_${round}`));
      assert.ok(labels.includes(`SERVER_TRAFFIC_SECRET_${round}`));
    }
    assert.deepEqual(client.all('tls.secret'), server.all('tls.secret'));
  });

  it('comes by itself when a key has protected as many records as it may (RFC 8446 section 5.5)', () => {
    const { client, server } = established({ client: { recordsPerKey: 4 } });
    for (let i = 0; i < 7; i++) client.tls.send(ascii('data'));
    client.tls.send(new Uint8Array(2 * 16_384));
    carry(client, server);
    assert.equal(server.tls.read(100_000).length, 7 * 4 + 2 * 16_384);
    const sent = client.all('tls.message').filter(({ message }) => message === 'KeyUpdate');
    assert.equal(sent.length, 2);
    assertTalks(client, server);
    assert.deepEqual(server.messages('sent').includes('KeyUpdate'), false);
  });

  it('does not come by itself in TLS 1.2', () => {
    const { client, server } = established({ client: { recordsPerKey: 4, versions: [TLS12] } });
    for (let i = 0; i < 7; i++) client.tls.send(ascii('data'));
    carry(client, server);
    assert.equal(server.tls.read(100).length, 28);
    assertTalks(client, server);
  });

  it('needs a record itself', () => {
    assert.throws(() => ends({ client: { recordsPerKey: 1 } }), RangeError);
  });

  for (const [suite, records] of [
    ['TLS_AES_128_GCM_SHA256', 23_726_566],
    ['TLS_AES_256_GCM_SHA384', 23_726_566],
    ['TLS_AES_128_CCM_SHA256', 8_388_608],
    ['TLS_CHACHA20_POLY1305_SHA256', Number.MAX_SAFE_INTEGER],
  ] as const) {
    it(`is due after ${records} records with ${suite}`, () => {
      const { aead, tagLength } = TLS13_SUITES.find(({ name }) => name === suite)!;
      const keys = { key: EMPTY, iv: EMPTY };
      const protection = new Tls13Protection({ crypto: nodeProvider, aead, tagLength, keys });
      assert.equal(protection.maxRecords, records);
    });
  }

  it('is refused when it comes again and again without data', () => {
    const { client, server } = established();
    for (let i = 0; i < 32; i++) client.tls.updateKeys(false);
    carry(client, server);
    assert.equal(server.error, undefined);
    client.tls.updateKeys(false);
    carry(client, server);
    assert.deepEqual(server.alerts('sent'), ['fatal unexpected_message']);
  });

  it('has the bound that tickets have', () => {
    const server = new HandmadeServer().sayAll();
    server.end.take();
    const ticket = Uint8Array.of(0, 0, 14, 16, 0, 0, 0, 0, 1, 0, 0, 1, 7, 0, 0);
    for (let i = 0; i < 32; i++) server.sayRaw(4, ticket);
    assert.equal(server.end.error, undefined);
    server.end.receive(server.sealed('application_data', ascii('data')));
    for (let i = 0; i < 33; i++) server.sayRaw(4, ticket);
    assertFailed(server.end, 'unexpected_message', 'unexpected-message');
  });

  it('does not exist before the end of the handshake, nor in TLS 1.2', () => {
    const { client } = ends();
    assert.throws(() => client.tls.updateKeys(false), /no keys to update/);
    const older = established({ client: { versions: [TLS12] } });
    assert.throws(() => older.client.tls.updateKeys(false), /no keys to update: TLSv1\.2/);
  });
});
