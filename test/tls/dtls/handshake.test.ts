import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeDatagram } from '../../../emulator/tls/dtls/records.ts';
import { mbedtlsError } from '../../../emulator/tls/mbedtls-errors.ts';
import { CERTIFICATES } from '../certificates.ts';
import { NOW } from '../support.ts';
import { COOKIES, dtlsClient, dtlsServer, Network } from './support.ts';

const PROFILES = ['mbedtls', 'modern'] as const;

/** Client's flights and the server's, as RFC 6347 figure 1 has them. */
const CLIENT_SAYS = ['ClientHello', 'ClientHello', 'ClientKeyExchange', 'ChangeCipherSpec', 'Finished'];
const SERVER_SAYS = [
  'HelloVerifyRequest',
  'ServerHello',
  'Certificate',
  'ServerKeyExchange',
  'ServerHelloDone',
  'ChangeCipherSpec',
  'Finished',
];

/** "ClientHello 1 …": type, message_seq and what else of the header in the first fragment of a record counts. */
function describeRecords(datagram: Uint8Array): string[] {
  return decodeDatagram(datagram).map(({ type, version, epoch, sequence, fragment }) => {
    const messageSeq = type === 'handshake' && epoch === 0 ? ` ${fragment[0]}#${fragment[5]}` : '';
    return `${version.toString(16)} ${epoch}:${sequence} ${type}${messageSeq}`;
  });
}

for (const clientProfile of PROFILES) {
  for (const serverProfile of PROFILES) {
    for (const key of ['p256', 'p384', 'rsa'] as const) {
      it(`a handshake of ${clientProfile} with ${serverProfile}, ${key}, both with certificates`, () => {
        const credentials = CERTIFICATES[key];
        const network = new Network(
          (options) => dtlsClient({ profile: clientProfile, credentials }, options),
          (options) =>
            dtlsServer(
              { profile: serverProfile, credentials: [credentials], clientAuth: 'require' },
              options,
            ),
        );
        network.converse();
        const { client, server } = network;
        assert.equal(client.tls.error, undefined);
        assert.equal(server.tls.error, undefined);
        for (const { tls } of [client, server]) {
          assert.equal(tls.session!.version, 'DTLSv1.2');
          assert.deepEqual(tls.session!.peerCertificates, credentials.chain);
        }
        assert.deepEqual(client.all('tls.retransmit'), []);
      });
    }
  }
}

describe('the flights of RFC 6347 section 4.2.4', () => {
  const datagrams: string[][] = [];
  const network = new Network(
    (options) => dtlsClient({}, options),
    (options) => dtlsServer({}, options),
    {
      tamper: (datagram) => {
        datagrams.push(describeRecords(datagram));
        return datagram;
      },
    },
  );
  network.converse();

  it('say each message once, in order', () => {
    assert.deepEqual(network.client.messages('sent'), CLIENT_SAYS);
    assert.deepEqual(network.server.messages('received'), CLIENT_SAYS);
    assert.deepEqual(network.server.messages('sent'), SERVER_SAYS);
    assert.deepEqual(network.client.messages('received'), SERVER_SAYS);
  });

  it('share a datagram where they can, and number records and messages as sections 4.2.1 and 4.2.2 ask', () => {
    assert.deepEqual(datagrams, [
      ['feff 0:0 handshake 1#0'],
      ['feff 0:0 handshake 3#0'],
      ['feff 0:1 handshake 1#1'],
      [
        'fefd 0:1 handshake 2#1',
        'fefd 0:2 handshake 11#2',
        'fefd 0:3 handshake 12#3',
        'fefd 0:4 handshake 14#4',
      ],
      ['fefd 0:2 handshake 16#2', 'fefd 0:3 change_cipher_spec', 'fefd 1:0 handshake'],
      ['fefd 0:5 change_cipher_spec', 'fefd 1:0 handshake'],
    ]);
  });

  it('are shown with the header of twelve bytes, as if each message had come in one piece', () => {
    const certificate = network.client.all('tls.message').find((event) => event.message === 'Certificate')!;
    assert.deepEqual(
      certificate.fields.map(({ name, offset, length }) => [name, offset, length]),
      [
        ['msg_type', 0, 1],
        ['length', 1, 3],
        ['message_seq', 4, 2],
        ['fragment_offset', 6, 3],
        ['fragment', 9, certificate.bytes.length - 9],
      ],
    );
  });

  it('leave no timer running', () => {
    assert.equal(network.client.deadline, undefined);
    assert.equal(network.server.deadline, undefined);
  });
});

it('an mbedTLS client says hello as over TLS, under another version and with room for a cookie', () => {
  const client = dtlsClient({ profile: 'mbedtls', serverName: 'api.example.com' });
  client.tls.start();
  const [datagram] = client.take();
  const [record] = decodeDatagram(datagram!);
  assert.equal(record!.version, 0xfefd);
  const body = record!.fragment.subarray(12);
  assert.equal((body[0]! << 8) | body[1]!, 0xfefd);
  assert.equal(new DataView(body.buffer, body.byteOffset).getUint32(2), NOW);
  // Empty session ID and cookie, then 59 suites and the signal of RFC 5746, as the device's hello over TLS.
  assert.deepEqual([...body.subarray(34, 38)], [0, 0, 0, 118]);
});

describe('the cookie exchange of RFC 6347 section 4.2.1', () => {
  it('can be left out', () => {
    const network = new Network(
      (options) => dtlsClient({}, options),
      (options) => dtlsServer({ cookies: undefined }, options),
    );
    network.converse();
    assert.equal(network.client.tls.state, 'established');
    assert.equal(network.sizes.length, 4);
  });

  it('costs the server no more than the client has sent', () => {
    const client = dtlsClient();
    const server = dtlsServer();
    server.tls.start();
    client.tls.start();
    const [hello] = client.take();
    server.receive(hello!);
    const [request, ...more] = server.take();
    assert.deepEqual(more, []);
    assert.ok(request!.length < hello!.length);
    assert.equal(server.deadline, undefined);
  });

  it('asks again, and again, when nobody sends the cookie back', () => {
    const client = dtlsClient();
    const server = dtlsServer();
    server.tls.start();
    client.tls.start();
    const [hello] = client.take();
    for (let time = 0; time < 3; time++) {
      server.receive(hello!);
      assert.equal(server.take().length, 1);
    }
    assert.equal(server.tls.error, undefined);
  });

  it('ends a connection of the mbedtls profile, as MicroPython sees it; a new one takes the second hello', () => {
    const server = dtlsServer({ profile: 'mbedtls' });
    const client = dtlsClient();
    server.tls.start();
    client.tls.start();
    for (const datagram of client.take()) server.receive(datagram);
    assert.deepEqual(mbedtlsError(server.tls.error!), {
      code: -0x6a80,
      name: 'MBEDTLS_ERR_SSL_HELLO_VERIFY_REQUIRED',
    });
    for (const datagram of server.take()) client.receive(datagram);

    const second = dtlsServer({ profile: 'mbedtls' });
    second.tls.start();
    for (const datagram of client.take()) second.receive(datagram);
    assert.equal(second.messages('sent')[0], 'ServerHello');
    assert.deepEqual(server.alerts('sent'), []);
  });

  /** Whether a server takes a cookie that another server made, and a hello that was changed on its way. */
  function cookieIsTaken(
    second: Parameters<typeof dtlsServer>[0],
    later = 0,
    edit: (hello: Uint8Array) => void = () => {},
  ): boolean {
    const client = dtlsClient();
    const first = dtlsServer();
    first.tls.start();
    client.tls.start();
    for (const datagram of client.take()) first.receive(datagram);
    for (const datagram of first.take()) client.receive(datagram);
    const server = dtlsServer(second, { clock: { now: later * 1000 } });
    server.tls.start();
    for (const datagram of client.take()) {
      edit(datagram);
      server.receive(datagram);
    }
    return server.messages('sent')[0] === 'ServerHello';
  }

  it('takes a cookie from every server that knows the secret', () => {
    assert.ok(cookieIsTaken({}));
  });

  it('does not take one made with another secret', () => {
    assert.ok(!cookieIsTaken({ cookies: { ...COOKIES, secret: new Uint8Array(32).fill(8) } }));
  });

  it('does not take one made for another client', () => {
    const clientTransportId = Uint8Array.of(192, 168, 4, 3, 0xc0, 0);
    assert.ok(!cookieIsTaken({ cookies: { ...COOKIES, clientTransportId } }));
  });

  it('does not take one that is older than a minute', () => {
    assert.ok(cookieIsTaken({}, 60));
    assert.ok(!cookieIsTaken({}, 61));
  });

  it('does not take one with a hello that has become another', () => {
    const randomOffset = 13 + 12 + 2;
    assert.ok(
      !cookieIsTaken({}, 0, (hello) => {
        hello[randomOffset]! ^= 1;
      }),
    );
  });

  it('does not put a hello together from pieces: they would have to be kept', () => {
    const withCookie = new Network(
      (options) => dtlsClient({ profile: 'mbedtls', mtu: 256, serverName: 'a.long.name.example' }, options),
      (options) => dtlsServer({}, options),
    );
    withCookie.converse();
    assert.deepEqual(withCookie.server.messages('received'), []);

    const without = new Network(
      (options) => dtlsClient({ profile: 'mbedtls', mtu: 256, serverName: 'a.long.name.example' }, options),
      (options) => dtlsServer({ cookies: undefined }, options),
    );
    without.converse();
    assert.equal(without.server.tls.state, 'established');
  });

  it('asks for a version of DTLS; anything else is refused', () => {
    const client = dtlsClient();
    const server = dtlsServer();
    server.tls.start();
    client.tls.start();
    for (const datagram of client.take()) server.receive(datagram);
    const [request] = server.take();
    request![13 + 12] = 3;
    client.receive(request!);
    assert.equal(client.tls.error?.reason, 'unsupported-version');
    assert.deepEqual(client.alerts('sent'), ['fatal protocol_version']);
  });
});

describe('versions', () => {
  /** The server's answer to a hello of that version. */
  function answerTo(version: number): string | undefined {
    const client = dtlsClient();
    const server = dtlsServer({ cookies: undefined });
    server.tls.start();
    client.tls.start();
    const [hello] = client.take();
    new DataView(hello!.buffer).setUint16(13 + 12, version);
    server.receive(hello!);
    return server.messages('sent')[0] ?? server.alerts('sent')[0];
  }

  it('count down: a client of DTLS 1.3 is answered, one of DTLS 1.0 is not', () => {
    assert.equal(answerTo(0xfefd), 'ServerHello');
    assert.equal(answerTo(0xfefc), 'ServerHello');
    assert.equal(answerTo(0xfeff), 'fatal protocol_version');
  });
});
