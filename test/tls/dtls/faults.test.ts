/** A DTLS peer that misbehaves: what is damaged under keys is dropped, what is missing is asked for again in vain. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fault } from '../../../emulator/tls/faults.ts';
import { CERTIFICATES } from '../certificates.ts';
import { dtlsClient, dtlsServer, Network } from './support.ts';

function handshake(side: 'client' | 'server', ...faults: Fault[]): Network {
  return side === 'client' ? handshakeOf({ faults }, {}) : handshakeOf({}, { faults });
}

function handshakeOf(
  client: Parameters<typeof dtlsClient>[0],
  server: Parameters<typeof dtlsServer>[0],
): Network {
  const network = new Network(
    (options) => dtlsClient(client, options),
    (options) => dtlsServer(server, options),
  );
  network.converse();
  return network;
}

describe('a DTLS server that misbehaves', () => {
  it('a wrong signature is refused as in TLS', () => {
    const { client } = handshake('server', {
      at: 'ServerKeyExchange',
      fault: 'flip-byte',
      field: 'signature_value',
      offset: -1,
    });
    assert.deepEqual(client.alerts('sent'), ['fatal decrypt_error']);
  });

  it('another certificate: its key did not sign', () => {
    const { chain } = CERTIFICATES.other;
    const { client } = handshake('server', { at: 'Certificate', fault: 'substitute-certificate', chain });
    assert.deepEqual(client.alerts('sent'), ['fatal decrypt_error']);
  });

  it('a message that never comes: the client asks again, then gives up', () => {
    const { client } = handshake('server', { at: 'ServerHelloDone', fault: 'drop' });
    assert.ok(client.all('tls.retransmit').length > 3);
    assert.equal(client.tls.error?.reason, 'timeout');
  });

  it('a length that is wrong: the message is never complete', () => {
    const { client } = handshake('server', { at: 'ServerKeyExchange', fault: 'wrong-length', by: 8 });
    assert.equal(client.tls.error?.reason, 'timeout');
  });

  it('messages that change places are put in order again: there the network may do as much', () => {
    const { client, server } = handshake('server', { at: 'Certificate', fault: 'reorder' });
    assert.deepEqual([client.tls.state, server.tls.state], ['established', 'established']);
  });

  it('a message that comes twice is heard once', () => {
    const { client, server } = handshake('server', { at: 'Certificate', fault: 'duplicate' });
    assert.deepEqual([client.tls.state, server.tls.state], ['established', 'established']);
  });
});

describe('a DTLS client that misbehaves', () => {
  it('a Finished that was damaged under its keys is no record at all', () => {
    const { server } = handshake('client', { at: 'Finished', fault: 'corrupt-record', offset: 12 });
    assert.deepEqual(server.alerts('sent'), []);
    assert.equal(server.tls.error?.reason, 'timeout');
  });

  it('an older version is refused', () => {
    const faults: Fault[] = [{ at: 'ClientHello', fault: 'downgrade-version', version: 0xfeff }];
    const { server } = handshakeOf({ faults }, { cookies: undefined });
    assert.deepEqual(server.alerts('sent'), ['fatal protocol_version']);
  });
});
