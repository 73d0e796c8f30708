import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CERTIFICATE_SUITES, isImplemented } from '../../emulator/tls/suites.ts';
import { CERTIFICATES } from './certificates.ts';
import { ascii, carry, clientEnd, converse, serverEnd } from './support.ts';

const SUITES = CERTIFICATE_SUITES.filter(isImplemented);
const EC_KEYS = ['p256', 'p384', 'p521'] as const;

describe('a handshake in memory', () => {
  for (const suite of SUITES) {
    const keys = suite.keyExchange.endsWith('ECDSA') ? EC_KEYS : (['rsa'] as const);
    for (const key of keys) {
      for (const clientKey of [undefined, 'p256', 'rsa'] as const) {
        for (const profile of ['mbedtls', 'modern'] as const) {
          const shown = clientKey === undefined ? 'no client certificate' : `client certificate ${clientKey}`;
          it(`${suite.name}, ${key}, ${shown}, ${profile} client`, () => {
            const client = clientEnd({
              profile,
              serverName: 'api.example.com',
              suites: [suite.id],
              ...(clientKey === undefined ? {} : { credentials: CERTIFICATES[clientKey] }),
            });
            const server = serverEnd({
              profile: profile === 'mbedtls' ? 'modern' : 'mbedtls',
              suites: [suite.id],
              credentials: [CERTIFICATES[key]],
              clientAuth: clientKey === undefined ? 'none' : 'require',
            });
            converse(client, server);
            assert.equal(client.error, undefined);
            assert.equal(server.error, undefined);
            assert.equal(client.tls.session?.suite, suite.name);
            assert.equal(server.tls.session?.suite, suite.name);
            assert.deepEqual(client.tls.session.peerCertificates, CERTIFICATES[key].chain);
            const shownChain = clientKey === undefined ? [] : CERTIFICATES[clientKey].chain;
            assert.deepEqual(server.tls.session.peerCertificates, shownChain);

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
