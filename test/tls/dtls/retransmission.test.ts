import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeDatagram } from '../../../emulator/tls/dtls/records.ts';
import { mbedtlsError } from '../../../emulator/tls/mbedtls-errors.ts';
import { CERTIFICATES } from '../certificates.ts';
import { type Channel, dtlsClient, dtlsServer, Network, protectedAs } from './support.ts';

/** Loses those datagrams, counted from 0 over both directions. */
function losing(...numbers: number[]): Channel {
  let count = 0;
  return { tamper: (datagram) => (numbers.includes(count++) ? undefined : datagram) };
}

function conversation(channel: Channel): Network {
  const network = new Network(
    (options) => dtlsClient({}, options),
    (options) => dtlsServer({}, options),
    channel,
  );
  network.converse();
  return network;
}

describe('the timer of RFC 6347 section 4.2.4.1', () => {
  it('begins with a second and doubles up to sixty; then the peer is given up', () => {
    const network = conversation({ loss: 1 });
    const { client } = network;
    assert.equal(network.now, 1000 * (1 + 2 + 4 + 8 + 16 + 32 + 60));
    assert.deepEqual(
      client.all('tls.retransmit').map(({ flight, attempt, cause }) => `${flight} ${attempt} ${cause}`),
      [1, 2, 3, 4, 5, 6].map((attempt) => `ClientHello ${attempt} timeout`),
    );
    assert.deepEqual(mbedtlsError(client.tls.error!), { code: -0x6800, name: 'MBEDTLS_ERR_SSL_TIMEOUT' });
    assert.deepEqual(client.alerts('sent'), []);
  });

  it("is the host's to choose", () => {
    const network = new Network(
      (options) => dtlsClient({ handshakeTimeout: { first: 100, longest: 300 } }, options),
      (options) => dtlsServer({}, options),
      { loss: 1 },
    );
    network.converse();
    assert.equal(network.now, 100 + 200 + 300);
  });

  it('begins anew with each flight', () => {
    const { client, now } = conversation(losing(0, 3, 4, 6));
    assert.equal(client.tls.state, 'established');
    assert.ok(now > 2000 && now < 7000, `${now}`);
  });

  it('does not run for a server that has said nothing, nor after a HelloVerifyRequest', () => {
    const server = dtlsServer();
    server.tls.start();
    server.timeout();
    assert.equal(server.wait, undefined);
    assert.equal(server.tls.error, undefined);
  });

  it('stops when the host closes in the middle of a handshake', () => {
    const client = dtlsClient();
    client.tls.start();
    assert.equal(client.wait, 1000);
    client.tls.close();
    assert.equal(client.wait, undefined);
    assert.deepEqual(client.alerts('sent'), ['warning close_notify']);
  });
});

describe('a lost datagram', () => {
  const FLIGHTS = ['hello', 'cookie request', 'second hello', 'server', 'client', 'last'];

  FLIGHTS.forEach((what, number) => {
    it(`is made good: ${what}`, () => {
      const { client, server } = conversation(losing(number));
      assert.equal(client.tls.state, 'established');
      assert.equal(server.tls.state, 'established');
      const repeated = [...client.all('tls.retransmit'), ...server.all('tls.retransmit')];
      assert.ok(repeated.length > 0);
    });
  });

  it('of the last flight is sent again when the peer repeats the end of its own', () => {
    const { client, server } = conversation(losing(5));
    assert.deepEqual(
      client.all('tls.retransmit').map(({ flight, cause }) => `${flight.join()} ${cause}`),
      ['ClientKeyExchange,ChangeCipherSpec,Finished timeout'],
    );
    assert.deepEqual(
      server.all('tls.retransmit').map(({ flight, cause }) => `${flight.join()} ${cause}`),
      ['ChangeCipherSpec,Finished peer'],
    );
  });

  it('is no longer repeated once the peer speaks of other things', () => {
    const network = conversation({});
    const { client, server } = network;
    const finished = client.all('tls.message').find((event) => event.message === 'Finished')!.bytes;
    server.receive(protectedAs(network, server, finished));
    assert.equal(server.all('tls.retransmit').length, 1);
    client.tls.send(Uint8Array.of(1));
    network.run();
    assert.deepEqual(server.readAll(), [Uint8Array.of(1)]);
    server.receive(protectedAs(network, server, finished, 41));
    assert.equal(server.all('tls.retransmit').length, 1);
  });

  it('goes out again under new record numbers, but as the same messages', () => {
    const client = dtlsClient();
    client.tls.start();
    const [first] = client.take().flatMap(decodeDatagram);
    client.timeout();
    const [second] = client.take().flatMap(decodeDatagram);
    assert.deepEqual([first!.sequence, second!.sequence], [0, 1]);
    assert.deepEqual(second!.fragment, first!.fragment);
  });
});

describe('datagrams', () => {
  const chain = [...CERTIFICATES.rsa.chain, ...CERTIFICATES.p521.chain, ...CERTIFICATES.p384.chain];
  const credentials = { ...CERTIFICATES.rsa, chain };

  function sizesFor(profile: 'mbedtls' | 'modern', mtu?: number, channel: Channel = {}): Network {
    const network = new Network(
      (options) => dtlsClient({ profile: 'modern', suites: [0xc02f] }, options),
      (options) =>
        dtlsServer({ profile, credentials: [credentials], ...(mtu === undefined ? {} : { mtu }) }, options),
      channel,
    );
    network.converse();
    assert.equal(network.client.tls.state, 'established');
    return network;
  }

  for (const mtu of [256, 257, 300, 512, 1400, 9000]) {
    it(`are never longer than an MTU of ${mtu}, and nearly filled`, () => {
      const { sizes } = sizesFor('modern', mtu);
      assert.ok(Math.max(...sizes) <= mtu);
      const flight = sizes.slice(3, -2);
      // What is left at the end of each is less than a header and a byte could use.
      for (const size of flight.slice(0, -1)) assert.ok(size > mtu - 26, `${size} of ${mtu}`);
    });
  }

  it('are never longer than the MTU, wherever in them a Finished comes to stand', () => {
    for (let mtu = 256; mtu < 400; mtu += 4) {
      const network = new Network(
        (options) => dtlsClient({ mtu, credentials: CERTIFICATES.p256 }, options),
        (options) => dtlsServer({ mtu, clientAuth: 'require' }, options),
      );
      network.converse();
      assert.equal(network.server.tls.state, 'established');
      assert.ok(Math.max(...network.sizes) <= mtu);
    }
  });

  it('hold a whole flight of a device, which was never told of an MTU', () => {
    const { sizes } = sizesFor('mbedtls');
    assert.equal(sizes.length, 6);
    assert.ok(Math.max(...sizes) > 1500);
  });

  it('become small from the second repetition on: perhaps the network takes no larger ones', () => {
    const { sizes, server } = sizesFor('mbedtls', undefined, {
      tamper: (datagram) => (datagram.length > 600 ? undefined : datagram),
    });
    assert.equal(server.tls.state, 'established');
    assert.ok(sizes.includes(508));
  });

  it('of less than 256 octets are refused', () => {
    assert.throws(() => dtlsClient({ mtu: 255 }), new RangeError('an MTU of 255, at least 256 needed'));
  });
});
