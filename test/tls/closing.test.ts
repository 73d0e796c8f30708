/** What becomes of an end that has said close_notify: it says nothing more, and hears the other out. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sealed } from './scripted.ts';
import { meet } from './scripted-ends.ts';
import { ascii, carry } from './support.ts';
import { ends, established } from './tls13/ends.ts';

const CLOSED = ['warning close_notify'];

describe('after its close_notify an end', () => {
  it('says nothing of a record that is wrong (RFC 8446 section 6.1)', () => {
    const { client, server } = established();
    client.tls.close();
    client.take();
    server.tls.send(ascii('data'));
    const damaged = server.take();
    damaged[damaged.length - 1]! ^= 1;
    client.receive(damaged);
    assert.deepEqual([client.error?.reason, client.error?.alert], ['bad-record-mac', undefined]);
    assert.equal(client.take().length, 0);
    assert.deepEqual(client.alerts('sent'), CLOSED);
  });

  it('follows new keys of the other, and makes none of its own', () => {
    const { client, server } = established();
    client.tls.close();
    carry(client, server);
    server.tls.updateKeys(true);
    server.tls.send(ascii('last words'));
    server.tls.close();
    carry(client, server);
    assert.deepEqual(client.tls.read(100), ascii('last words'));
    assert.equal(client.tls.peerClosed, true);
    assert.equal(client.messages('sent').includes('KeyUpdate'), false);
    assert.deepEqual(client.alerts('sent'), CLOSED);
  });

  it('does not refuse to renegotiate (RFC 5246 section 7.2.1)', () => {
    const { client } = meet({});
    client.tls.close();
    client.take();
    client.receive(sealed('server', client, 'handshake', Uint8Array.of(0, 0, 0, 0)));
    assert.equal(client.error, undefined);
    assert.equal(client.take().length, 0);
    assert.deepEqual(client.alerts('sent'), CLOSED);
  });

  it('is not opened again by the end of the handshake', () => {
    const { client, server } = ends();
    server.tls.start();
    client.tls.start();
    server.receive(client.take());
    client.receive(server.take());
    server.tls.close();
    carry(client, server);
    assert.equal(server.error, undefined);
    assert.deepEqual([server.tls.state, server.tls.send(ascii('late'))], ['closed', 0]);
    assert.equal(client.tls.peerClosed, true);
    assert.deepEqual(server.alerts('sent'), CLOSED);
  });
});
