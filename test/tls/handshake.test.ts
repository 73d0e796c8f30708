import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nobleProvider } from '../../emulator/crypto/noble.ts';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { type KeyExchangeTraits, mayAskForCertificate, traitsOf } from '../../emulator/tls/key-exchanges.ts';
import { PEER_SUITES } from '../../emulator/tls/peer-suites.ts';
import { SUITES, suiteById } from '../../emulator/tls/suites.ts';
import { CERTIFICATES } from './certificates.ts';
import { ascii, carry, clientEnd, converse, PSK, serverEnd, serverPsk } from './support.ts';

type KeyName = keyof typeof CERTIFICATES;

/** A key of each kind and curve that the suite can use; one try without a certificate for the others. */
function serverKeys({ certificate }: KeyExchangeTraits): readonly (KeyName | undefined)[] {
  if (certificate === undefined) return [undefined];
  if (certificate.keys.includes('rsa')) return ['rsa'];
  return ['p256', 'p384', 'p521'];
}

function clientKeys(traits: KeyExchangeTraits): readonly (KeyName | undefined)[] {
  return mayAskForCertificate(traits) ? [undefined, 'p256', 'rsa'] : [undefined];
}

describe('a handshake in memory', () => {
  for (const suite of [...SUITES, ...PEER_SUITES]) {
    const traits = traitsOf(suite);
    for (const key of serverKeys(traits)) {
      for (const clientKey of clientKeys(traits)) {
        for (const profile of ['mbedtls', 'modern'] as const) {
          const shown = clientKey === undefined ? 'no client certificate' : `client certificate ${clientKey}`;
          it(`${suite.name}, ${key ?? 'no certificate'}, ${shown}, ${profile} client`, () => {
            const client = clientEnd({
              profile,
              serverName: 'api.example.com',
              suites: [suite.id],
              ...(clientKey === undefined ? {} : { credentials: CERTIFICATES[clientKey] }),
              ...(traits.psk ? { psk: PSK } : {}),
            });
            const server = serverEnd({
              profile: profile === 'mbedtls' ? 'modern' : 'mbedtls',
              suites: [suite.id],
              credentials: key === undefined ? [] : [CERTIFICATES[key]],
              clientAuth: clientKey === undefined ? 'none' : 'require',
              ...(traits.psk ? { preSharedKey: serverPsk } : {}),
            });
            converse(client, server);
            assert.equal(client.error, undefined);
            assert.equal(server.error, undefined);
            assert.equal(client.tls.session?.suite, suite.name);
            assert.equal(server.tls.session?.suite, suite.name);
            assert.equal(client.tls.session.group, server.tls.session.group);
            const serverChain = key === undefined ? [] : CERTIFICATES[key].chain;
            assert.deepEqual(client.tls.session.peerCertificates, serverChain);
            const clientChain = clientKey === undefined ? [] : CERTIFICATES[clientKey].chain;
            assert.deepEqual(server.tls.session.peerCertificates, clientChain);

            client.tls.send(ascii('ping'));
            carry(client, server);
            assert.deepEqual(server.tls.read(100), ascii('ping'));
            server.tls.send(ascii('pong'));
            carry(client, server);
            assert.deepEqual(client.tls.read(100), ascii('pong'));
          });
        }
      }
    }
  }
});

describe('a trace', () => {
  /** All that both ends tell of a connection, to its end. */
  function traces(suite: number, crypto: CryptoProvider): unknown[] {
    const credentials = [CERTIFICATES.p256, CERTIFICATES.rsa];
    const common = { profile: 'modern', suites: [suite] } as const;
    const isPsk = traitsOf(suiteById(suite)!).psk;
    const options = { crypto };
    const ours = { credentials: CERTIFICATES.rsa, ...(isPsk ? { psk: PSK } : {}) };
    const theirs = { credentials, clientAuth: 'request', preSharedKey: serverPsk } as const;
    const client = clientEnd({ ...common, ...ours }, options);
    const server = serverEnd({ ...common, ...theirs }, options);
    converse(client, server);
    client.tls.send(ascii('ping'));
    client.tls.close();
    carry(client, server);
    assert.equal(server.tls.peerClosed, true);
    return [client.events, server.events];
  }

  for (const { id, name } of [...SUITES, ...PEER_SUITES]) {
    it(`is the same, byte for byte, with either provider: ${name}`, () => {
      assert.deepEqual(traces(id, nobleProvider), traces(id, nodeProvider));
    });
  }
});
