/** Sessions of TLS 1.3 that are taken up again (RFC 8446 sections 2.2, 4.2.11 and 4.6.1). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clientHello } from '../../../emulator/tls/messages/client-hello.ts';
import { findExtension } from '../../../emulator/tls/messages/extensions.ts';
import { decodeMessage } from '../../../emulator/tls/messages/handshake.ts';
import { ServerSessions } from '../../../emulator/tls/server-sessions.ts';
import type { ClientSession } from '../../../emulator/tls/session.ts';
import { TLS12, TLS13, versionName } from '../../../emulator/tls/versions.ts';
import { CERTIFICATES } from '../certificates.ts';
import { carry, converse, type End, NOW, type Tamper } from '../support.ts';
import { assertTalks, type Configs, ends, established } from './ends.ts';

function freshSessions(): ServerSessions {
  return new ServerSessions({ ticketKey: new Uint8Array(32).fill(3) });
}

/** A session from a whole handshake, and where its server keeps what it needs. */
function kept(configs: Configs = {}): { session: ClientSession; sessions: ServerSessions } {
  const sessions = freshSessions();
  const got: ClientSession[] = [];
  established({
    ...configs,
    client: { ...configs.client, onSession: (session) => got.push(session) },
    server: { ...configs.server, sessions },
  });
  assert.equal(got.length, 1);
  return { session: got[0]!, sessions };
}

function again(
  { session, sessions }: { session: ClientSession; sessions: ServerSessions },
  configs: Configs = {},
): { client: End; server: End } {
  return established({
    ...configs,
    client: { session, ...configs.client },
    server: { sessions, ...configs.server },
  });
}

describe('a session that is taken up again', () => {
  it('needs no certificate, and remembers who the peer was', () => {
    const { client, server } = again(kept());
    assert.deepEqual(server.messages('sent'), [
      'ServerHello',
      'ChangeCipherSpec',
      'EncryptedExtensions',
      'Finished',
      'NewSessionTicket',
    ]);
    for (const { tls } of [client, server]) assert.equal(tls.session!.resumed, true);
    assert.deepEqual(client.tls.session!.peerCertificates, CERTIFICATES.p256.chain);
    assert.equal(client.tls.session!.peerAuthenticated, true);
    assert.equal(client.all('tls.established')[0]!.resumed, true);
    assertTalks(client, server);
  });

  it('has keys of its own', () => {
    const first = kept();
    const one = again(first);
    const other = again(first, { clientHost: { seed: 2 } });
    assert.notDeepEqual(one.client.all('tls.secret'), other.client.all('tls.secret'));
  });

  it('keeps the client authenticated', () => {
    const configs: Configs = {
      client: { credentials: CERTIFICATES.rsa },
      server: { clientAuth: 'require' },
    };
    const { server } = again(kept(configs), configs);
    assert.equal(server.tls.session!.resumed, true);
    assert.deepEqual(server.tls.session!.peerCertificates, CERTIFICATES.rsa.chain);
    assert.equal(server.tls.session!.peerAuthenticated, true);
  });

  it('survives a HelloRetryRequest, with a new binder', () => {
    const { client, server } = again(kept(), { server: { groups: [24] } });
    assert.equal(server.messages('sent')[0], 'HelloRetryRequest');
    assert.equal(client.tls.session!.resumed, true);
    assertTalks(client, server);
  });

  it('survives another suite with the same hash', () => {
    const { client } = again(kept(), { server: { suites: [0x1303] } });
    assert.equal(client.tls.session!.resumed, true);
    assert.equal(client.tls.session!.suite, 'TLS_CHACHA20_POLY1305_SHA256');
  });

  it('can be taken up by a second ticket, and a third', () => {
    const { session, sessions } = kept();
    const got = [session];
    for (let i = 0; i < 3; i++) {
      const { client } = again(
        { session: got.at(-1)!, sessions },
        {
          client: { onSession: (next) => got.push(next) },
        },
      );
      assert.equal(client.tls.session!.resumed, true);
    }
    assert.equal(got.length, 4);
  });
});

describe('a server that keeps sessions without a ticket key', () => {
  it('gives none: TLS 1.3 has no other way', () => {
    const { client, server } = established({ server: { sessions: new ServerSessions({}) } });
    assert.ok(!server.messages('sent').includes('NewSessionTicket'));
    assertTalks(client, server);
  });
});

describe('a whole handshake takes place', () => {
  const later = (seconds: number): Configs => ({
    clientHost: { now: NOW + seconds },
    serverHost: { now: NOW + seconds },
  });
  const cases: readonly [string, Configs][] = [
    [
      'where the server has lost its ticket key',
      { server: { sessions: new ServerSessions({ ticketKey: new Uint8Array(32) }) } },
    ],
    ['where the server keeps no sessions', { server: { sessions: undefined } as never }],
    ['for another server name', { client: { serverName: 'other.example.com' } }],
    ['where only a suite of another hash is left', { server: { suites: [0x1302] } }],
    [
      'where the client must show a certificate and has shown none',
      { client: { credentials: CERTIFICATES.rsa }, server: { clientAuth: 'require' } },
    ],
    ['where the version is another', { server: { versions: [TLS12] } }],
    ['when the ticket is too old', later(7_201)],
  ];
  for (const [where, configs] of cases) {
    it(where, () => {
      const { client, server } = again(kept(), configs);
      assert.equal(client.tls.session!.resumed, false);
      assert.equal(server.tls.session!.resumed, false);
      assert.ok(server.messages('sent').includes('Certificate'));
    });
  }

  it('when a HelloRetryRequest chooses a suite of another hash: the session is offered no more', () => {
    const { client } = again(kept(), { server: { suites: [0x1302], groups: [24] } });
    assert.equal(client.tls.session!.resumed, false);
  });
});

describe('a ticket', () => {
  it('is shown to no server of another name, and not when it is too old', () => {
    const { session } = kept();
    const shown = (configs: Configs): boolean => {
      const { client } = ends({ ...configs, client: { session, ...configs.client } });
      client.tls.start();
      const { bytes } = client.all('tls.message')[0]!;
      const { extensions } = decodeMessage(clientHello, bytes).message!;
      return findExtension(extensions, 'pre_shared_key') !== undefined;
    };
    assert.equal(shown({}), true);
    assert.equal(shown({ client: { serverName: 'other.example.com' } }), false);
    assert.equal(shown({ clientHost: { now: NOW + 7201 } }), false);
    assert.equal(shown({ client: { suites: [0x1302] } }), false);
  });

  it('is given to a client that can use it only', () => {
    const sessions = freshSessions();
    const { server } = established({ client: { versions: [TLS13] }, server: { sessions } });
    assert.ok(server.messages('sent').includes('NewSessionTicket'));
    const older = established({ client: { versions: [TLS12] }, server: { sessions } });
    assert.ok(!older.server.messages('sent').includes('NewSessionTicket'));
  });

  for (const version of [TLS13, TLS12]) {
    it(`is not given for a session that no ticket has room for, ${versionName(version)}`, () => {
      const { chain, key } = CERTIFICATES.rsa;
      const credentials = { chain: [...chain, ...Array.from({ length: 90 }, () => chain[0]!)], key };
      const got: ClientSession[] = [];
      const { client, server } = established({
        client: { versions: [version], credentials, onSession: (session) => got.push(session) },
        server: { clientAuth: 'require', sessions: freshSessions() },
      });
      assert.equal(server.tls.session!.peerCertificates.length, 91);
      assertTalks(client, server);
      assert.deepEqual(got, []);
    });
  }

  it('says how long it is good for, and hides its age', () => {
    const { session } = kept();
    assert.equal(session.lifetime, 7200);
    assert.notEqual(session.ageAdd, 0);
    assert.equal(session.version, 'TLSv1.3');
  });

  it('is of no use to one who does not have its key', () => {
    const first = kept();
    const stolen = { ...first.session, secret: new Uint8Array(32) };
    const { client, server } = ends({ client: { session: stolen }, server: { sessions: first.sessions } });
    converse(client, server);
    assert.equal(server.error?.reason, 'bad-psk-binder');
    assert.deepEqual(server.alerts('sent'), ['fatal decrypt_error']);
    assert.equal(client.error?.peerAlert, 'decrypt_error');
  });

  it('binds the whole ClientHello', () => {
    const first = kept();
    const { client, server } = ends({
      client: { session: first.session },
      server: { sessions: first.sessions },
    });
    const flipRandom: Tamper = (bytes, to) => {
      if (to === 'client') return bytes;
      const changed = bytes.slice();
      changed[11]! ^= 1;
      return changed;
    };
    server.tls.start();
    client.tls.start();
    carry(client, server, flipRandom);
    assert.equal(server.error?.reason, 'bad-psk-binder');
  });
});
