import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dtlsClient, dtlsServer, Network } from './support.ts';

describe('smoke', () => {
  for (const profile of ['modern', 'mbedtls'] as const) {
    it(profile, () => {
      const net = new Network(
        (o) => dtlsClient({ profile }, o),
        (o) => dtlsServer({ profile }, o),
      );
      net.converse();
      console.log(
        net.client.tls.error,
        net.server.tls.error,
        net.client.messages('sent'),
        net.client.messages('received'),
        net.sizes,
        net.client.tls.session,
      );
      assert.equal(net.client.tls.state, 'established');
      assert.equal(net.server.tls.state, 'established');
    });
  }
});
