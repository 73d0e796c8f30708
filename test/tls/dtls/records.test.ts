import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeFragment } from '../../../emulator/tls/dtls/handshake-header.ts';
import {
  type DtlsRecord,
  decodeDatagram,
  encodeRecord,
  epochAndSequence,
} from '../../../emulator/tls/dtls/records.ts';
import { ReplayWindow } from '../../../emulator/tls/dtls/replay-window.ts';
import { mbedtlsError } from '../../../emulator/tls/mbedtls-errors.ts';
import { Random } from '../../../emulator/world/random.ts';
import { CERTIFICATES } from '../certificates.ts';
import { ascii } from '../support.ts';
import { type DtlsEnd, dtlsClient, dtlsServer, Network } from './support.ts';

type Profile = 'mbedtls' | 'modern';

function established(profile: Profile = 'modern', suites?: readonly number[]): Network {
  const chosen = suites === undefined ? {} : { suites };
  const credentials = [CERTIFICATES.p256, CERTIFICATES.rsa];
  const network = new Network(
    (options) => dtlsClient({ profile, ...chosen }, options),
    (options) => dtlsServer({ credentials, ...chosen }, options),
  );
  network.converse();
  assert.equal(network.client.tls.error, undefined);
  assert.equal(network.server.tls.state, 'established');
  return network;
}

/** The datagram in which the client says this. */
function saying({ client }: Network, text: string): Uint8Array {
  client.tls.send(ascii(text));
  return client.take()[0]!;
}

function heard(end: DtlsEnd): string[] {
  return end.readAll().map((bytes) => Buffer.from(bytes).toString());
}

function edited(datagram: Uint8Array, edit: (record: DtlsRecord) => DtlsRecord): Uint8Array {
  return Buffer.concat(decodeDatagram(datagram).map((record) => encodeRecord(edit(record))));
}

describe('the replay window of RFC 6347 section 4.1.2.6', () => {
  it('takes each number once, in any order', () => {
    const window = new ReplayWindow();
    for (const sequence of [5, 0, 63, 7, 64, 70]) {
      assert.ok(window.accepts(sequence), `${sequence}`);
      window.mark(sequence);
      assert.ok(!window.accepts(sequence), `${sequence} again`);
    }
  });

  it('takes what is up to 63 numbers behind the highest, and nothing older', () => {
    const window = new ReplayWindow();
    window.mark(1000);
    assert.ok(window.accepts(1000 - 63));
    assert.ok(!window.accepts(1000 - 64));
  });

  it('remembers what was seen when it moves, and forgets it when it leaps', () => {
    const window = new ReplayWindow();
    window.mark(10);
    window.mark(73);
    assert.ok(!window.accepts(10));
    assert.ok(window.accepts(11));
    window.mark(2 ** 48 - 1);
    assert.ok(!window.accepts(73));
    assert.ok(window.accepts(2 ** 48 - 64));
  });
});

describe('a record that was protected', () => {
  it('carries epoch and sequence number as its explicit nonce (RFC 5288 section 3)', () => {
    const network = established();
    saying(network, 'one');
    const [record] = decodeDatagram(saying(network, 'two'));
    assert.deepEqual([record!.epoch, record!.sequence], [1, 2]);
    assert.deepEqual(record!.fragment.subarray(0, 8), epochAndSequence(1, 2));
  });

  it('is read in any order, and once', () => {
    const network = established();
    const [a, b, c] = ['a', 'b', 'c'].map((text) => saying(network, text));
    for (const datagram of [c!, a!, b!, a!, c!]) network.server.receive(datagram);
    assert.deepEqual(heard(network.server), ['c', 'a', 'b']);
  });

  it('may share a datagram with others', () => {
    const network = established();
    network.server.receive(Buffer.concat([saying(network, 'a'), saying(network, 'b')]));
    assert.deepEqual(heard(network.server), ['a', 'b']);
  });

  for (const suite of [0xc02c, 0xc0ae, 0xc009, 0xc027, 0x9d]) {
    it(`is dropped without a word when it was changed, suite ${suite.toString(16)}`, () => {
      const network = established('mbedtls', [suite]);
      const { server } = network;
      const datagram = saying(network, 'as it was');
      const changes: ((record: DtlsRecord) => DtlsRecord)[] = [
        (record) => ({ ...record, fragment: record.fragment.map((byte, i) => (i === 20 ? byte ^ 1 : byte)) }),
        (record) => ({ ...record, fragment: record.fragment.subarray(1) }),
        (record) => ({ ...record, fragment: record.fragment.subarray(0, 7) }),
        (record) => ({ ...record, sequence: record.sequence + 1000 }),
        (record) => ({ ...record, epoch: 0 }),
        (record) => ({ ...record, epoch: 2 }),
        (record) => ({ ...record, version: 0xfeff }),
        (record) => ({ ...record, type: 'alert' }),
        (record) => ({ ...record, type: 'handshake' }),
      ];
      for (const change of changes) server.receive(edited(datagram, change));
      assert.deepEqual(server.take(), []);
      assert.equal(server.tls.error, undefined);
      server.receive(datagram);
      assert.deepEqual(heard(server), ['as it was']);
    });
  }
});

describe('a record that makes no sense', () => {
  it('is dropped, in a handshake and after it', () => {
    const noise = new Random(1, 'noise');
    const fresh = dtlsServer();
    fresh.tls.start();
    for (const server of [fresh, established().server]) {
      const before = server.events.length;
      for (let i = 0; i < 300; i++) server.receive(noise.bytes(i));
      for (const type of [0, 19, 24, 255]) {
        server.receive(Uint8Array.of(type, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 9, 0, 1, 0));
      }
      assert.equal(server.tls.error, undefined);
      assert.equal(server.events.length, before);
      assert.deepEqual(server.take(), []);
    }
  });

  it('does not take with it those that stood before it in the datagram', () => {
    const network = established();
    const whole = saying(network, 'whole');
    const cut = saying(network, 'cut').slice(0, -1);
    network.server.receive(Buffer.concat([whole, cut]));
    assert.deepEqual(heard(network.server), ['whole']);
  });
});

describe('what comes in the clear while a handshake goes on', () => {
  /** A client that waits for the server's last flight, and that flight. */
  function nearlyDone(): { client: DtlsEnd; last: Uint8Array } {
    const flights: Uint8Array[] = [];
    const network = new Network(
      (options) => dtlsClient({}, options),
      (options) => dtlsServer({}, options),
      {
        tamper: (datagram, to) => {
          if (to === 'client') flights.push(datagram);
          return flights.length < 3 ? datagram : undefined;
        },
      },
    );
    network.server.tls.start();
    network.client.tls.start();
    while (flights.length < 3) network.step();
    return { client: network.client, last: flights[2]! };
  }

  function forged(type: DtlsRecord['type'], fragment: Uint8Array): Uint8Array {
    return encodeRecord({ type, version: 0xfefd, epoch: 0, sequence: 50 + fragment.length, fragment });
  }

  it('is no application data', () => {
    const { client, last } = nearlyDone();
    client.receive(forged('application_data', ascii('forged')));
    client.receive(last);
    assert.equal(client.tls.state, 'established');
    assert.equal(client.tls.read(), undefined);
  });

  it('does not become part of the Finished that must be protected', () => {
    const { client, last } = nearlyDone();
    const bytes = new Uint8Array(6);
    client.receive(
      forged('handshake', encodeFragment({ type: 20, length: 13, messageSeq: 5, offset: 0, bytes })),
    );
    client.receive(last);
    assert.equal(client.tls.state, 'established');
  });

  it('is dropped when it is cut short', () => {
    const { client } = nearlyDone();
    client.receive(forged('alert', Uint8Array.of(2, 40, 0)).subarray(0, -1));
    assert.equal(client.tls.error, undefined);
    client.receive(forged('alert', Uint8Array.of(2, 40)));
    assert.deepEqual(client.alerts('received'), ['fatal handshake_failure']);
  });
});

describe('a Finished that overtakes its ChangeCipherSpec', () => {
  for (const profile of ['mbedtls', 'modern'] as const) {
    it(`is kept until its keys are there, ${profile}`, () => {
      const network = new Network(
        (options) => dtlsClient({}, options),
        (options) => dtlsServer({ profile }, options),
        { tamper: (datagram) => Buffer.concat([...decodeDatagram(datagram)].reverse().map(encodeRecord)) },
      );
      network.converse();
      assert.equal(network.server.tls.state, 'established');
      assert.equal(network.client.tls.state, 'established');
      assert.deepEqual(network.client.all('tls.retransmit'), []);
    });
  }
});

describe('a Finished that does not decrypt', () => {
  function outcome(profile: Profile): DtlsEnd {
    const network = new Network(
      (options) => dtlsClient({ handshakeTimeout: { first: 100, longest: 100 } }, options),
      (options) => dtlsServer({ profile, handshakeTimeout: { first: 100, longest: 100 } }, options),
      {
        tamper: (datagram) =>
          edited(datagram, (record) =>
            record.epoch === 0 ? record : { ...record, fragment: record.fragment.map((byte) => byte ^ 1) },
          ),
      },
    );
    network.converse();
    return network.server;
  }

  it('is dropped like any other record', () => {
    assert.equal(outcome('modern').tls.error?.reason, 'timeout');
  });

  it('ends the handshake in mbedTLS, which takes it for a sign of different keys', () => {
    const { tls } = outcome('mbedtls');
    assert.deepEqual(mbedtlsError(tls.error!), { code: -0x7180, name: 'MBEDTLS_ERR_SSL_INVALID_MAC' });
    assert.equal(tls.error!.alert, 'bad_record_mac');
  });
});

describe('the connection after the handshake', () => {
  it('gives each record by itself', () => {
    const network = established();
    network.server.receive(saying(network, 'first'));
    network.server.receive(saying(network, 'second'));
    assert.deepEqual(heard(network.server), ['first', 'second']);
    assert.equal(network.server.tls.read(), undefined);
  });

  it('refuses to send what one datagram does not hold, and goes on', () => {
    const network = established();
    const room = 1400 - 13 - 8 - 16;
    assert.throws(() => network.client.tls.send(new Uint8Array(room + 1)), { reason: 'message-too-long' });
    assert.equal(network.client.tls.send(new Uint8Array(room)), room);
    network.server.receive(network.client.take()[0]!);
    assert.equal(network.server.tls.read()!.length, room);
  });

  it('lets a device send 4096 bytes at once, and no more', () => {
    const network = established('mbedtls');
    assert.equal(network.client.tls.send(new Uint8Array(4096)), 4096);
    try {
      network.client.tls.send(new Uint8Array(4097));
      assert.fail('sent');
    } catch (error) {
      const { code } = mbedtlsError(error as Parameters<typeof mbedtlsError>[0]);
      assert.equal(code, -0x7100);
    }
    assert.equal(network.client.tls.state, 'established');
  });

  it('says close_notify and hears it', () => {
    const network = established();
    network.client.tls.close();
    network.run();
    assert.ok(network.server.tls.peerClosed);
    assert.ok(network.client.tls.peerClosed);
    assert.deepEqual(network.server.alerts('sent'), ['warning close_notify']);
    assert.equal(network.client.tls.send(ascii('more')), 0);
  });

  it('ends with a fatal alert', () => {
    const refused = { accepted: false, authenticated: false, checks: [], alert: 'unknown_ca' } as const;
    const network = new Network(
      (options) => dtlsClient({}, { ...options, verdict: () => refused }),
      (options) => dtlsServer({}, options),
    );
    network.converse();
    assert.equal(network.client.tls.error?.reason, 'certificate-refused');
    assert.equal(network.server.tls.error?.peerAlert, 'unknown_ca');
    assert.equal(network.client.wait, undefined);
    assert.equal(network.server.wait, undefined);
  });
});
