/** Hundreds of handshakes over bad networks: each ends as RFC 6347 section 4.2.4 says, and the same way again. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Random } from '../../../emulator/world/random.ts';
import { CERTIFICATES } from '../certificates.ts';
import { type Channel, type DtlsEnd, dtlsClient, dtlsServer, Network } from './support.ts';

const HANDSHAKES = 100;
/** Milliseconds of all waits for one answer: 1 s, doubled up to 60 s. */
const WHOLE_WAIT = 123_000;

const CHANNELS: Readonly<Record<string, Channel>> = {
  'loses 30 %': { loss: 0.3 },
  'loses 10 %, doubles 30 %, mixes': { loss: 0.1, duplication: 0.3, delay: 3_000 },
  'loses 60 %': { loss: 0.6, delay: 50 },
};

/** Profiles, client authentication, cookies and MTU vary with the seed. */
function handshake(channel: Channel, seed: number): Network {
  const dice = new Random(seed, 'variant');
  const profile = (): 'mbedtls' | 'modern' => (dice.unit() < 0.5 ? 'mbedtls' : 'modern');
  const clientConfig = { profile: profile(), credentials: CERTIFICATES.p256, mtu: 512 };
  const serverConfig = {
    profile: profile(),
    clientAuth: dice.unit() < 0.5 ? 'require' : 'none',
    mtu: dice.unit() < 0.5 ? 300 : 1400,
    ...(dice.unit() < 0.5 ? {} : { cookies: undefined }),
  } as const;
  const network = new Network(
    (options) => dtlsClient(clientConfig, options),
    (options) => dtlsServer(serverConfig, options),
    channel,
    seed,
  );
  network.converse();
  return network;
}

/** The first handshake that both sides complete. */
function completed(channel: Channel): Network {
  for (let seed = 1; ; seed++) {
    const network = handshake(channel, seed);
    if ([network.client, network.server].every(({ tls }) => tls.state === 'established')) return network;
  }
}

/** Either it is there, or this side has waited as long as it should: nothing else may end it. */
function checkEnd(end: DtlsEnd, network: Network): void {
  const { error } = end.tls;
  if (error === undefined) return;
  assert.equal(error.reason, 'timeout', error.message);
  assert.equal(end.wait, undefined);
  assert.ok(network.now >= WHOLE_WAIT);
}

for (const [name, channel] of Object.entries(CHANNELS)) {
  describe(`a network that ${name}`, () => {
    it('lets handshakes end well, or by time-out', () => {
      let complete = 0;
      for (let seed = 1; seed <= HANDSHAKES; seed++) {
        const network = handshake(channel, seed);
        checkEnd(network.client, network);
        checkEnd(network.server, network);
        if (network.client.tls.state !== 'established') continue;
        complete++;
        assert.equal(network.server.tls.session!.suite, network.client.tls.session!.suite);
      }
      const hoped = (channel.loss ?? 0) > 0.5 ? 0.3 : 0.98;
      assert.ok(complete >= hoped * HANDSHAKES, `${complete} of ${HANDSHAKES}`);
    });

    it('loses data, but gives none twice and none changed', () => {
      const network = completed(channel);
      const { client, server } = network;
      const sent = Array.from({ length: 50 }, (_, i) => Uint8Array.of(i, i, i));
      for (const bytes of sent) {
        client.tls.send(bytes);
        server.tls.send(bytes);
      }
      network.run();
      for (const end of [client, server]) {
        const numbers = end.readAll().map((bytes) => {
          assert.deepEqual(bytes, sent[bytes[0]!]);
          return bytes[0];
        });
        assert.ok(numbers.length > 0 && numbers.length < 50);
        assert.equal(new Set(numbers).size, numbers.length);
      }
    });
  });
}

it('the same seed gives the same run, to the last event', () => {
  const channel = CHANNELS['loses 10 %, doubles 30 %, mixes']!;
  const runs = [1, 2].map(() => {
    const { client, server, now, sizes } = handshake(channel, 5);
    return { client: client.events, server: server.events, now, sizes };
  });
  assert.deepEqual(runs[0], runs[1]);
});
