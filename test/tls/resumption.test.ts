/** Sessions taken up again in TLS 1.2: RFC 5246 section 7.3, RFC 5077, RFC 7627 section 5.3. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TlsClientConfig, TlsServerConfig } from '../../emulator/tls/config.ts';
import { type ClientHello, clientHello } from '../../emulator/tls/messages/client-hello.ts';
import type { Extension } from '../../emulator/tls/messages/extensions.ts';
import { decodeMessage, encodeMessage } from '../../emulator/tls/messages/handshake.ts';
import { type ServerHello, serverHello } from '../../emulator/tls/messages/server-hello.ts';
import { ServerSessions } from '../../emulator/tls/server-sessions.ts';
import type { ClientSession } from '../../emulator/tls/session.ts';
import { CERTIFICATES } from './certificates.ts';
import { editing } from './scripted.ts';
import {
  ascii,
  carry,
  clientEnd,
  converse,
  type End,
  hex,
  NOW,
  PSK,
  serverEnd,
  serverPsk,
  type Tamper,
} from './support.ts';

const HOUR = 3_600;
const FULL_FROM_SERVER = [
  'ServerHello',
  'Certificate',
  'ServerKeyExchange',
  'ServerHelloDone',
  'ChangeCipherSpec',
  'Finished',
];
const ABBREVIATED_FROM_SERVER = ['ServerHello', 'ChangeCipherSpec', 'Finished'];
const ABBREVIATED_FROM_CLIENT = ['ClientHello', 'ChangeCipherSpec', 'Finished'];

function sessionStore(lifetime = 2 * HOUR): ServerSessions {
  return new ServerSessions({ ticketKey: new Uint8Array(32).fill(9), lifetime });
}

interface Meeting {
  readonly client?: Partial<TlsClientConfig>;
  readonly server?: Partial<TlsServerConfig>;
  /** What both clocks show. */
  readonly now?: number;
  readonly tamper?: Tamper;
  readonly seed?: number;
}

/** One connection; `kept` is what the client is told to keep of it. */
function meet({ client: ours, server: theirs, now = NOW, tamper, seed = 1 }: Meeting): {
  client: End;
  server: End;
  kept: ClientSession[];
} {
  const kept: ClientSession[] = [];
  const clientConfig: Omit<TlsClientConfig, 'connection'> = {
    profile: 'modern',
    serverName: 'api.example.com',
    onSession: (session) => kept.push(session),
    ...ours,
  };
  const serverConfig: Omit<TlsServerConfig, 'connection'> = {
    profile: 'modern',
    credentials: [CERTIFICATES.p256],
    clientAuth: 'none',
    ...theirs,
  };
  const client = clientEnd(clientConfig, { seed, now });
  const server = serverEnd(serverConfig, { seed: seed + 100, now });
  converse(client, server, tamper);
  return { client, server, kept };
}

function assertTalks(client: End, server: End): void {
  assert.equal(client.error, undefined);
  assert.equal(server.error, undefined);
  client.tls.send(ascii('ping'));
  server.tls.send(ascii('pong'));
  carry(client, server);
  assert.deepEqual(server.tls.read(100), ascii('ping'));
  assert.deepEqual(client.tls.read(100), ascii('pong'));
}

function assertResumed({ client, server }: { client: End; server: End }, expected: boolean): void {
  assert.equal(client.tls.session?.resumed, expected);
  assert.equal(server.tls.session?.resumed, expected);
  assertTalks(client, server);
}

describe('a session in a ticket (RFC 5077)', () => {
  it('is sent before ChangeCipherSpec and kept by the client', () => {
    const { server, kept } = meet({ server: { sessions: sessionStore() } });
    assert.deepEqual(server.messages('sent'), [
      ...FULL_FROM_SERVER.slice(0, 4),
      'NewSessionTicket',
      'ChangeCipherSpec',
      'Finished',
    ]);
    assert.equal(kept.length, 1);
    const [session] = kept;
    assert.deepEqual(
      [session!.version, session!.lifetime, session!.sessionId.length, session!.receivedAt],
      ['TLSv1.2', 2 * HOUR, 0, NOW],
    );
    assert.deepEqual(session!.peerCertificates, CERTIFICATES.p256.chain);
  });

  it('is taken up without certificates, under new keys from the old master secret', () => {
    const sessions = sessionStore();
    const first = meet({ server: { sessions } });
    const again = meet({ client: { session: first.kept[0]! }, server: { sessions }, seed: 2 });
    assert.deepEqual(again.server.messages('sent'), ABBREVIATED_FROM_SERVER);
    assert.deepEqual(again.client.messages('sent'), ABBREVIATED_FROM_CLIENT);
    assertResumed(again, true);
    const [before] = first.client.all('tls.secret');
    const [after] = again.client.all('tls.secret');
    assert.equal(hex(after!.secret), hex(before!.secret));
    assert.notEqual(hex(after!.clientRandom), hex(before!.clientRandom));
    const { peerCertificates, peerAuthenticated } = again.client.tls.session!;
    assert.deepEqual([peerCertificates, peerAuthenticated], [CERTIFICATES.p256.chain, true]);
    const [event] = again.client.all('tls.established');
    assert.deepEqual([event!.resumed, event!.peer], [true, 'CN=api.example.com']);
  });

  it('tells the server who the client was', () => {
    const sessions = sessionStore();
    const server = { sessions, clientAuth: 'require' } as const;
    const first = meet({ client: { credentials: CERTIFICATES.rsa }, server });
    const again = meet({ client: { session: first.kept[0]! }, server, seed: 2 });
    assertResumed(again, true);
    assert.deepEqual(again.server.tls.session!.peerCertificates, CERTIFICATES.rsa.chain);
    assert.equal(again.server.tls.session!.peerAuthenticated, true);
  });

  it('is replaced by a new one when more than half of its life is over', () => {
    const sessions = sessionStore();
    const first = meet({ server: { sessions } });
    const session = first.kept[0]!;
    const early = meet({ client: { session }, server: { sessions }, now: NOW + HOUR / 2 });
    assert.deepEqual(early.kept, []);
    const late = meet({ client: { session }, server: { sessions }, now: NOW + 1.5 * HOUR });
    assert.deepEqual(late.server.messages('sent'), [
      'ServerHello',
      'NewSessionTicket',
      'ChangeCipherSpec',
      'Finished',
    ]);
    assert.equal(late.kept.length, 1);
    const renewed = { client: { session: late.kept[0]! }, server: { sessions } };
    assertResumed(meet({ ...renewed, now: NOW + 3 * HOUR }), true);
  });

  it('is dropped by client and server when it is too old, each by its own clock', () => {
    const sessions = sessionStore();
    const [session] = meet({ server: { sessions } }).kept;
    const now = NOW + 3 * HOUR;
    const stale = meet({ client: { session: session! }, server: { sessions }, now });
    assertResumed(stale, false);
    const stubborn = { ...session!, receivedAt: now };
    assertResumed(meet({ client: { session: stubborn }, server: { sessions }, now }), false);
  });

  for (const [what, change] of [
    ['of another server', (ticket: Uint8Array) => ticket.map((byte) => byte ^ 1)],
    ['cut short', (ticket: Uint8Array) => ticket.slice(0, 7)],
  ] as const) {
    it(`leads to a full handshake when it is ${what}`, () => {
      const sessions = sessionStore();
      const [session] = meet({ server: { sessions } }).kept;
      const changed = { ...session!, ticket: change(session!.ticket!) };
      const again = meet({ client: { session: changed }, server: { sessions }, seed: 2 });
      assertResumed(again, false);
      assert.equal(again.kept.length, 1);
    });
  }

  it('of no bytes is none (section 3.3)', () => {
    class Withholding extends ServerSessions {
      override seal(): Uint8Array {
        return new Uint8Array(0);
      }
    }
    const sessions = new Withholding({ ticketKey: new Uint8Array(32) });
    const { client, server, kept } = meet({ server: { sessions } });
    assert.ok(client.messages('received').includes('NewSessionTicket'));
    assertTalks(client, server);
    assert.deepEqual(kept, []);
  });

  it('is taken by the device, which asks for one each time', () => {
    const sessions = sessionStore();
    for (let time = 0; time < 2; time++) {
      const { client, server } = meet({ client: { profile: 'mbedtls' }, server: { sessions } });
      assert.ok(client.messages('received').includes('NewSessionTicket'));
      assertResumed({ client, server }, false);
    }
  });

  it('is given by no device: MicroPython sets up neither tickets nor a cache', () => {
    const { client, server, kept } = meet({ server: { profile: 'mbedtls' } });
    assert.deepEqual(server.messages('sent'), FULL_FROM_SERVER);
    assert.equal(helloOf(client).sessionId.length, 32);
    const again = meet({ client: { session: kept[0]! }, server: { profile: 'mbedtls' }, seed: 2 });
    assertResumed(again, false);
  });

  it('may be of a handshake with a pre-shared key', () => {
    const sessions = sessionStore();
    const server = { sessions, credentials: [], preSharedKey: serverPsk };
    const first = meet({ client: { psk: PSK }, server });
    const again = meet({ client: { psk: PSK, session: first.kept[0]! }, server, seed: 2 });
    assertResumed(again, true);
    assert.equal(again.client.tls.session!.peerAuthenticated, true);
  });
});

/** The ServerHello that a client received. */
function helloOf(client: End): ServerHello {
  const { bytes } = client.all('tls.message').find(({ message }) => message === 'ServerHello')!;
  return decodeMessage(serverHello, bytes).message!;
}

/** A server that keeps sessions by their ID. */
function idStore(): ServerSessions {
  return new ServerSessions({ lifetime: 2 * HOUR });
}

describe('a session with an ID (RFC 5246 section 7.3)', () => {
  it('is named by the server, and taken up by that name', () => {
    const sessions = idStore();
    const first = meet({ server: { sessions } });
    const [session] = first.kept;
    assert.equal(session!.ticket, undefined);
    assert.equal(hex(session!.sessionId), hex(helloOf(first.client).sessionId));
    const again = meet({ client: { session: session! }, server: { sessions }, seed: 2 });
    assert.deepEqual(again.server.messages('sent'), ABBREVIATED_FROM_SERVER);
    assertResumed(again, true);
    assert.equal(hex(helloOf(again.client).sessionId), hex(session!.sessionId));
  });

  it('works for the profile of the device in either role', () => {
    const sessions = idStore();
    const client = { profile: 'mbedtls' } as const;
    const server = { sessions, profile: 'mbedtls' } as const;
    const [session] = meet({ client, server }).kept;
    assertResumed(meet({ client: { ...client, session: session! }, server, seed: 2 }), true);
  });

  it('is unknown to another server, which then starts anew', () => {
    const [session] = meet({ server: { sessions: idStore() } }).kept;
    const again = meet({ client: { session: session! }, server: { sessions: idStore() }, seed: 2 });
    assertResumed(again, false);
  });

  it('is forgotten when its connection fails (section 7.2.2)', () => {
    const sessions = idStore();
    const { client, server, kept } = meet({ server: { sessions } });
    client.tls.send(ascii('data'));
    const bytes = client.take();
    bytes[bytes.length - 1]! ^= 1;
    server.receive(bytes);
    assert.equal(server.error!.reason, 'bad-record-mac');
    assertResumed(meet({ client: { session: kept[0]! }, server: { sessions }, seed: 2 }), false);
  });

  it('is forgotten when a resumed connection fails', () => {
    const sessions = idStore();
    const [session] = meet({ server: { sessions } }).kept;
    const resuming = { client: { session: session! }, server: { sessions } };
    const { server } = meet({ ...resuming, seed: 2 });
    server.receive(Uint8Array.of(23, 3, 3, 0, 1, 0));
    assert.notEqual(server.error, undefined);
    assertResumed(meet({ ...resuming, seed: 3 }), false);
  });

  it('is not taken up when the client may not stay unknown any more', () => {
    const sessions = idStore();
    const [session] = meet({ server: { sessions } }).kept;
    const again = meet({
      client: { session: session!, credentials: CERTIFICATES.p256 },
      server: { sessions, clientAuth: 'require' },
      seed: 2,
    });
    assertResumed(again, false);
    assert.equal(again.server.tls.session!.peerAuthenticated, true);
  });

  it('is not taken up under another server name (RFC 6066 section 3), whatever the client believes', () => {
    const sessions = idStore();
    const [session] = meet({ server: { sessions } }).kept;
    const serverName = 'www.example.org';
    const client = { serverName, session: { ...session!, serverName } };
    assertResumed(meet({ client, server: { sessions }, seed: 2 }), false);
  });

  it('is not taken up with a suite that the server no longer has', () => {
    const sessions = idStore();
    const [session] = meet({ server: { sessions } }).kept;
    const again = meet({
      client: { session: session! },
      server: { sessions, suites: [0xc02b] },
      seed: 2,
    });
    assertResumed(again, false);
    assert.equal(again.client.tls.session!.suite, 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
  });
});

const PSK_CLIENT: Partial<TlsClientConfig> = { profile: 'mbedtls', psk: PSK };

describe('a session is not offered', () => {
  const cases: readonly [string, Partial<ClientSession>, Partial<TlsClientConfig>][] = [
    ['to a server of another name (RFC 6066 section 3)', {}, { serverName: 'www.example.org' }],
    ['with suites that leave out its own', {}, { suites: [0xc02b] }],
    ['with a pre-shared key, where the device offers no other suites', {}, PSK_CLIENT],
    ['without an extended master secret (RFC 7627 section 5.3)', { extendedMasterSecret: false }, {}],
    ['when it is one of another version', { version: 'TLSv1.3' }, {}],
    ['when its ticket is too old', { lifetime: 60, receivedAt: NOW - 60 }, {}],
  ];
  for (const [what, session, config] of cases) {
    it(what, () => {
      const sessions = idStore();
      const [kept] = meet({ server: { sessions } }).kept;
      const again = meet({
        client: { ...config, session: { ...kept!, ...session } },
        server: { profile: 'mbedtls', sessions, preSharedKey: serverPsk },
        seed: 2,
      });
      const { bytes } = again.client.all('tls.message')[0]!;
      assert.equal(decodeMessage(clientHello, bytes).message!.sessionId.length, 0);
      assertResumed(again, false);
    });
  }
});

/** Changes the first ServerHello on its way; Finished would not match, but the client fails before. */
function changingServerHello(change: (hello: ServerHello) => Partial<ServerHello>): Tamper {
  return editing('client', 2, (body) => {
    const header = Uint8Array.of(2, 0, body.length >> 8, body.length);
    const hello = decodeMessage(serverHello, Buffer.concat([header, body])).message!;
    return encodeMessage(serverHello, { ...hello, ...change(hello) }).bytes.slice(4);
  });
}

function changingClientHello(change: (hello: ClientHello) => Partial<ClientHello>): Tamper {
  return editing('server', 1, (body) => {
    const header = Uint8Array.of(1, 0, body.length >> 8, body.length);
    const hello = decodeMessage(clientHello, Buffer.concat([header, body])).message!;
    return encodeMessage(clientHello, { ...hello, ...change(hello) }).bytes.slice(4);
  });
}

const withoutExtendedMaster = ({ extensions }: ClientHello | ServerHello): { extensions: Extension[] } => ({
  extensions: extensions.filter(({ name }) => name !== 'extended_master_secret'),
});

describe('a session taken up otherwise than it was made', () => {
  /** A session of its own each time: a failure ends it. */
  const resuming = (): Meeting => {
    const sessions = idStore();
    const [session] = meet({ server: { sessions } }).kept;
    return { client: { session: session! }, server: { sessions }, seed: 2 };
  };

  it('without its extended master secret, by the server: handshake_failure', () => {
    const { client } = meet({ ...resuming(), tamper: changingServerHello(withoutExtendedMaster) });
    assert.deepEqual(client.alerts('sent'), ['fatal handshake_failure']);
    assert.equal(client.error!.reason, 'session-mismatch');
  });

  it('without its extended master secret, by the client: handshake_failure', () => {
    const { server } = meet({ ...resuming(), tamper: changingClientHello(withoutExtendedMaster) });
    assert.deepEqual(server.alerts('sent'), ['fatal handshake_failure']);
    assert.equal(server.error!.reason, 'session-mismatch');
  });

  it('with another suite: illegal_parameter', () => {
    const { client } = meet({ ...resuming(), tamper: changingServerHello(() => ({ suite: 0xc02b })) });
    assert.deepEqual(client.alerts('sent'), ['fatal illegal_parameter']);
  });
});
