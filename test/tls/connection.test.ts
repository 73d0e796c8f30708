import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clientHello } from '../../emulator/tls/messages/client-hello.ts';
import { encodeMessage } from '../../emulator/tls/messages/handshake.ts';
import { CERTIFICATES } from './certificates.ts';
import { record, sealed, TYPES } from './scripted.ts';
import { ascii, carry, clientEnd, converse, type End, hex, records, serverEnd } from './support.ts';

type Profile = 'mbedtls' | 'modern';

function established(client: Profile = 'mbedtls', server: Profile = 'modern'): { client: End; server: End } {
  const ends = {
    client: clientEnd({ profile: client, serverName: 'api.example.com' }),
    server: serverEnd({ profile: server, credentials: [CERTIFICATES.p256], clientAuth: 'none' }),
  };
  converse(ends.client, ends.server);
  assert.equal(ends.client.tls.state, 'established');
  assert.equal(ends.server.tls.state, 'established');
  return ends;
}

describe('what the trace tells of a handshake', () => {
  it('names the messages of both directions in order', () => {
    const { client, server } = established();
    const fromClient = ['ClientHello', 'ClientKeyExchange', 'ChangeCipherSpec', 'Finished'];
    const fromServer = [
      'ServerHello',
      'Certificate',
      'ServerKeyExchange',
      'ServerHelloDone',
      'ChangeCipherSpec',
      'Finished',
    ];
    assert.deepEqual(client.messages('sent'), fromClient);
    assert.deepEqual(client.messages('received'), fromServer);
    assert.deepEqual(server.messages('sent'), fromServer);
    assert.deepEqual(server.messages('received'), fromClient);
  });

  it('shows the same bytes and fields at both ends', () => {
    const { client, server } = established();
    const sent = client.all('tls.message').filter((event) => event.direction === 'sent');
    const received = server.all('tls.message').filter((event) => event.direction === 'received');
    assert.deepEqual(
      received.map(({ message, bytes, fields, encrypted, summary }) => {
        return { message, bytes: hex(bytes), fields, encrypted, summary };
      }),
      sent.map(({ message, bytes, fields, encrypted, summary }) => {
        return { message, bytes: hex(bytes), fields, encrypted, summary };
      }),
    );
  });

  it('marks as encrypted the Finished and nothing before it', () => {
    const { client } = established();
    const encrypted = client.all('tls.message').filter((event) => event.encrypted);
    assert.deepEqual(
      encrypted.map((event) => `${event.direction} ${event.message}`),
      ['sent Finished', 'received Finished'],
    );
  });

  it('gives the same key log line at both ends, for the random of the hello', () => {
    const { client, server } = established();
    const [ours] = client.all('tls.secret');
    const [theirs] = server.all('tls.secret');
    assert.deepEqual(ours, theirs);
    assert.equal(ours!.label, 'CLIENT_RANDOM');
    assert.equal(ours!.secret.length, 48);
    assert.deepEqual(ours!.clientRandom, client.all('tls.message')[0]!.bytes.slice(6, 38));
  });

  it('says what was agreed, and whether the peer was authenticated', () => {
    const { client, server } = established();
    assert.deepEqual(client.all('tls.established')[0], {
      type: 'tls.established',
      connection: '192.168.4.2:49152>192.0.2.10:443',
      role: 'client',
      version: 'TLSv1.2',
      suite: 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
      group: 'secp256r1',
      peerAuthenticated: true,
      peer: 'CN=the peer',
      resumed: false,
    });
    assert.equal(server.all('tls.established')[0]!.peerAuthenticated, false);
  });

  it('lists each record with its length on the wire', () => {
    const { client } = established();
    const lengthOf = (name: string): number =>
      client.all('tls.message').find((event) => event.message === name)!.bytes.length;
    assert.deepEqual(
      client.all('tls.record').map((event) => `${event.direction} ${event.contentType} ${event.length}`),
      [
        'sent handshake 235',
        `received handshake ${lengthOf('ServerHello')}`,
        `received handshake ${4 + 3 + 3 + CERTIFICATES.p256.chain[0]!.length}`,
        `received handshake ${lengthOf('ServerKeyExchange')}`,
        'received handshake 4',
        'sent handshake 70',
        'sent change_cipher_spec 1',
        'sent handshake 40',
        'received change_cipher_spec 1',
        'received handshake 40',
      ],
    );
  });
});

describe('how a profile flushes', () => {
  it('a modern server says its whole flight at once', () => {
    const client = clientEnd({ profile: 'mbedtls' });
    const server = serverEnd({ profile: 'modern', credentials: [CERTIFICATES.p256], clientAuth: 'none' });
    server.tls.start();
    client.tls.start();
    server.receive(client.take());
    assert.equal(server.messages('sent').length, 4);
    assert.equal(records(server.take()).length, 4);
  });

  it('mbedTLS makes each message only when the record before it was taken', () => {
    const client = clientEnd({ profile: 'mbedtls', credentials: CERTIFICATES.p256 });
    const server = serverEnd({ profile: 'modern', credentials: [CERTIFICATES.p256], clientAuth: 'require' });
    server.tls.start();
    client.tls.start();
    server.receive(client.tls.takeRecord()!);
    client.receive(server.take());
    const made: number[] = [];
    while (client.tls.takeRecord() !== undefined) made.push(client.messages('sent').length - 1);
    assert.deepEqual(made, [1, 2, 3, 4, 5]);
    assert.deepEqual(client.messages('sent').slice(1), [
      'Certificate',
      'ClientKeyExchange',
      'CertificateVerify',
      'ChangeCipherSpec',
      'Finished',
    ]);
  });

  it('bytes that arrive while mbedTLS has something to say wait for it', () => {
    const client = clientEnd({ profile: 'mbedtls' });
    const server = serverEnd({ profile: 'mbedtls', credentials: [CERTIFICATES.p256], clientAuth: 'none' });
    server.tls.start();
    client.tls.start();
    server.receive(Buffer.concat([client.take(), record(TYPES.alert, Uint8Array.of(1, 90))]));
    assert.deepEqual(server.alerts('received'), []);
    server.take();
    assert.deepEqual(server.alerts('received'), ['warning user_canceled']);
  });
});

describe('bytes that are handed in', () => {
  it('may be overwritten at once, wherever the transport cut them', () => {
    const client = clientEnd({ profile: 'mbedtls', serverName: 'api.example.com' });
    const server = serverEnd({ profile: 'modern', credentials: [CERTIFICATES.p256], clientAuth: 'none' });
    const buffer = new Uint8Array(700);
    const deliver = (bytes: Uint8Array, to: End): void => {
      for (let at = 0; at < bytes.length; at += buffer.length) {
        const piece = bytes.subarray(at, at + buffer.length);
        buffer.set(piece);
        to.receive(buffer.subarray(0, piece.length));
        buffer.fill(0xee);
      }
    };
    const relay = (): void => {
      for (let round = 0; round < 20; round++) {
        deliver(client.take(), server);
        deliver(server.take(), client);
      }
    };
    server.tls.start();
    client.tls.start();
    relay();
    server.tls.send(new Uint8Array(5_000).fill(7));
    relay();
    assert.deepEqual(client.tls.read(9_999), new Uint8Array(5_000).fill(7));
    const bytesOf = (end: End, sought: string): string[] =>
      end
        .all('tls.message')
        .filter(({ direction }) => direction === sought)
        .map(({ bytes }) => hex(bytes));
    assert.deepEqual(bytesOf(client, 'received'), bytesOf(server, 'sent'));
    assert.deepEqual(bytesOf(server, 'received'), bytesOf(client, 'sent'));
  });
});

describe('application data', () => {
  it('goes both ways, and is read in the portions asked for', () => {
    const { client, server } = established();
    assert.equal(client.tls.send(ascii('hello ')), 6);
    assert.equal(client.tls.send(ascii('world')), 5);
    carry(client, server);
    assert.deepEqual(server.tls.read(4), ascii('hell'));
    assert.deepEqual(server.tls.read(4), ascii('o wo'));
    assert.deepEqual(server.tls.read(100), ascii('rld'));
    assert.equal(server.tls.read(100).length, 0);
  });

  it('is cut into records of 4096 by the device and of 16384 by a modern peer', () => {
    const { client, server } = established();
    const lengths = (end: End): number[] => records(end.take()).map((bytes) => bytes.length - 5 - 8 - 16);
    client.tls.send(new Uint8Array(10_000));
    assert.deepEqual(lengths(client), [4096, 4096, 1808]);
    server.tls.send(new Uint8Array(40_000));
    assert.deepEqual(lengths(server), [16_384, 16_384, 7232]);
  });

  it('is not accepted before the handshake is complete, nor after close', () => {
    const client = clientEnd({ profile: 'mbedtls' });
    client.tls.start();
    assert.equal(client.tls.send(ascii('early')), 0);
    const { server } = established();
    server.tls.close();
    assert.equal(server.tls.send(ascii('late')), 0);
  });
});

describe('the end of a connection', () => {
  it('a modern peer answers close_notify with its own, and the trace tells a clean end', () => {
    const { client, server } = established('modern', 'modern');
    client.tls.close();
    carry(client, server);
    assert.deepEqual(server.alerts('received'), ['warning close_notify']);
    assert.deepEqual(server.alerts('sent'), ['warning close_notify']);
    assert.equal(server.tls.peerClosed, true);
    assert.equal(server.tls.state, 'closed');
    assert.deepEqual(server.all('tls.closed'), [
      { type: 'tls.closed', connection: '192.168.4.2:49152>192.0.2.10:443', closeNotify: true },
    ]);
  });

  it('data sent before close_notify is still read', () => {
    const { client, server } = established();
    server.tls.send(ascii('last words'));
    server.tls.close();
    carry(client, server);
    assert.equal(client.tls.peerClosed, true);
    assert.deepEqual(client.tls.read(100), ascii('last words'));
  });

  it('the device sends no close_notify unless its host says so', () => {
    const { client, server } = established();
    server.tls.close();
    carry(client, server);
    assert.deepEqual(client.alerts('sent'), []);
    client.tls.close();
    assert.deepEqual(client.alerts('sent'), ['warning close_notify']);
  });

  it('a transport that ends without close_notify is told as such, and is no error', () => {
    const { client } = established();
    client.tls.receiveEnd();
    assert.equal(client.tls.peerClosed, false);
    assert.equal(client.all('tls.closed')[0]!.closeNotify, false);
  });

  it('what follows close_notify is ignored', () => {
    const { client, server } = established();
    server.tls.close();
    client.receive(Buffer.concat([server.take(), ascii('not a record')]));
    client.receive(ascii('nor is this one, which comes later'));
    assert.equal(client.error, undefined);
  });
});

describe('a handshake that the host breaks off', () => {
  for (const profile of ['mbedtls', 'modern'] as const) {
    it(`goes no further, ${profile}`, () => {
      const client = clientEnd({ profile: 'mbedtls' });
      const server = serverEnd({ profile, credentials: [CERTIFICATES.p256], clientAuth: 'none' });
      server.tls.start();
      client.tls.start();
      server.tls.close();
      server.receive(client.take());
      assert.equal(hex(server.take()), '15030300020100');
      assert.deepEqual(server.messages('sent'), []);
    });
  }
});

describe('renegotiation', () => {
  const HELLO_REQUEST = Uint8Array.of(0, 0, 0, 0);

  for (const profile of ['mbedtls', 'modern'] as const) {
    it(`a HelloRequest gets the warning no_renegotiation from a ${profile} client, and data goes on`, () => {
      const { client, server } = established(profile, 'modern');
      client.receive(sealed('server', client, 'handshake', HELLO_REQUEST));
      assert.deepEqual(client.alerts('sent'), ['warning no_renegotiation']);
      client.tls.send(ascii('still here'));
      carry(client, server);
      assert.deepEqual(server.tls.read(100), ascii('still here'));
    });
  }

  it('a ClientHello on an established connection gets the same from a server', () => {
    const { server } = established('modern', 'modern');
    const hello = encodeMessage(clientHello, {
      version: 0x0303,
      random: new Uint8Array(32),
      sessionId: new Uint8Array(0),
      suites: [0xc02b],
      compressionMethods: [0],
      extensions: [],
    });
    server.receive(sealed('client', server, 'handshake', hello.bytes));
    assert.deepEqual(server.alerts('sent'), ['warning no_renegotiation']);
    assert.equal(server.tls.state, 'established');
  });

  it('any other handshake message is an unexpected_message', () => {
    const { client } = established('modern', 'modern');
    client.receive(sealed('server', client, 'handshake', Uint8Array.of(20, 0, 0, 0)));
    assert.equal(client.error!.reason, 'unexpected-message');
    assert.equal(client.error!.state, 'CONNECTED');
  });
});

describe('extended master secret (RFC 7627)', () => {
  it('is agreed when both know it', () => {
    const { server } = established();
    const hello = server.all('tls.message').find((event) => event.message === 'ServerHello')!;
    assert.ok(hello.summary.includes('extended master secret'));
  });
});

describe('the certificate a server shows', () => {
  const credentials = [CERTIFICATES.rsa, CERTIFICATES.p256, CERTIFICATES.other];
  const cases: readonly [string, string | undefined, number[] | undefined, keyof typeof CERTIFICATES][] = [
    ['the one for the name asked for', 'www.example.org', undefined, 'other'],
    ['one that fits the first suite, when no name is asked for', undefined, undefined, 'p256'],
    ['one that fits the suites offered', 'api.example.com', [0xc02f], 'rsa'],
    ['any that fits, when the name is unknown', 'unknown.example', [0xc02f], 'rsa'],
    ['not a wildcard for the domain itself', 'example.org', undefined, 'p256'],
  ];

  for (const [what, serverName, suites, expected] of cases) {
    it(`is ${what}`, () => {
      const client = clientEnd({
        profile: 'mbedtls',
        ...(serverName === undefined ? {} : { serverName }),
        ...(suites === undefined ? {} : { suites }),
      });
      const server = serverEnd({ profile: 'modern', credentials, clientAuth: 'none' });
      converse(client, server);
      assert.deepEqual(client.tls.session!.peerCertificates, CERTIFICATES[expected].chain);
    });
  }
});
