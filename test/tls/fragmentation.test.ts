import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CERTIFICATES } from './certificates.ts';
import { record, TYPES } from './scripted.ts';
import { ascii, clientEnd, converse, type End, records, serverEnd, type Tamper } from './support.ts';

function pair(profile: 'mbedtls' | 'modern'): { client: End; server: End } {
  return {
    client: clientEnd({ profile, credentials: CERTIFICATES.p256 }),
    server: serverEnd({ profile, credentials: [CERTIFICATES.p256], clientAuth: 'require' }),
  };
}

/** Cleartext handshake messages are put into records of `size` bytes; the rest stays as it is. */
function refragmented(size: number): Tamper {
  let encrypted = { client: false, server: false };
  return (bytes, to) => {
    const out: Uint8Array[] = [];
    let run: Uint8Array = new Uint8Array(0);
    const flush = (): void => {
      for (let at = 0; at < run.length; at += size) {
        out.push(record(TYPES.handshake, run.subarray(at, at + size)));
      }
      run = new Uint8Array(0);
    };
    for (const original of records(bytes)) {
      if (original[0] === TYPES.handshake && !encrypted[to]) {
        run = Buffer.concat([run, original.subarray(5)]);
        continue;
      }
      flush();
      if (original[0] === TYPES.changeCipherSpec) encrypted = { ...encrypted, [to]: true };
      out.push(original);
    }
    flush();
    return Buffer.concat(out);
  };
}

for (const profile of ['mbedtls', 'modern'] as const) {
  describe(`a handshake in pieces, ${profile}`, () => {
    it('one byte at a time from the transport', () => {
      const { client, server } = pair(profile);
      server.tls.start();
      client.tls.start();
      for (let round = 0; round < 4; round++) {
        for (const byte of client.take()) server.receive(Uint8Array.of(byte));
        for (const byte of server.take()) client.receive(Uint8Array.of(byte));
      }
      assert.equal(client.tls.state, 'established');
      assert.equal(server.tls.state, 'established');
    });

    it('cut in two at every byte of each flight', () => {
      const reference = pair(profile);
      const flights: { to: 'client' | 'server'; bytes: Uint8Array }[] = [];
      converse(reference.client, reference.server, (bytes, to) => {
        flights.push({ to, bytes: bytes.slice() });
        return bytes;
      });
      const toServer = flights.filter(({ to }) => to === 'server').map(({ bytes }) => bytes);
      const [hello, second] = toServer as [Uint8Array, Uint8Array];
      const bothFlights = Buffer.concat([hello, second]);
      // Step 7 is coprime with all field sizes, so that over the flights every kind of boundary is met.
      for (let cut = 1; cut < bothFlights.length; cut += 7) {
        const { server } = pair(profile);
        server.tls.start();
        const first = bothFlights.subarray(0, cut);
        const rest = bothFlights.subarray(cut);
        server.receive(first);
        server.take();
        server.receive(rest);
        server.take();
        assert.equal(server.tls.state, 'established', `cut at ${cut}`);
      }
    });

    for (const size of [1, 3, 4, 5, 100, 16_384]) {
      it(`messages in records of ${size} bytes`, () => {
        const { client, server } = pair(profile);
        converse(client, server, refragmented(size));
        assert.equal(client.error, undefined);
        assert.equal(server.tls.state, 'established');
      });
    }

    it('asks for as many bytes as complete the header, then the record', () => {
      const { client, server } = pair(profile);
      server.tls.start();
      client.tls.start();
      server.receive(client.take());
      const flight = server.take();
      let at = 0;
      const wanted: number[] = [];
      while (at < flight.length) {
        wanted.push(client.tls.bytesWanted);
        client.receive(flight.slice(at, at + client.tls.bytesWanted));
        at += wanted[wanted.length - 1]!;
      }
      const expected = records(flight).flatMap((each) => [5, each.length - 5]);
      assert.deepEqual(wanted, expected);
    });
  });
}

describe('a long message', () => {
  it('a chain longer than a record is cut at 4096 by the device and put together again', () => {
    const chain = [
      ...CERTIFICATES.p256.chain,
      ...Array.from({ length: 20 }, () => CERTIFICATES.rsa.chain[0]!),
    ];
    const client = clientEnd({ profile: 'mbedtls' });
    const server = serverEnd({
      profile: 'mbedtls',
      credentials: [{ chain, key: CERTIFICATES.p256.key }],
      clientAuth: 'none',
    });
    converse(client, server);
    assert.equal(client.tls.session!.peerCertificates.length, 21);
    const lengths = server
      .all('tls.record')
      .filter((event) => event.direction === 'sent')
      .map((event) => event.length);
    assert.ok(lengths.includes(4096));
    assert.ok(Math.max(...lengths) <= 4096);
  });
});

describe('several messages in one record', () => {
  it('the whole flight of a server', () => {
    const { client, server } = pair('modern');
    converse(client, server, (bytes, to) => (to === 'client' ? refragmented(16_384)(bytes, to) : bytes));
    assert.equal(client.tls.state, 'established');
    client.tls.send(ascii('x'));
    assert.ok(client.take().length > 0);
  });
});
