/** Whatever arrives, the engine throws nothing but TlsError, says so in the trace, and comes to rest. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DtlsRecord, decodeDatagram, encodeRecord } from '../../../emulator/tls/dtls/records.ts';
import { Random } from '../../../emulator/world/random.ts';
import { CERTIFICATES } from '../certificates.ts';
import { type DtlsEnd, dtlsClient, dtlsServer, Network } from './support.ts';

const ROUNDS = 300;

/** Changes one record of the datagram, its numbers or its contents, or cuts the datagram short. */
function mutated(datagram: Uint8Array, random: Random): Uint8Array {
  if (random.unit() < 0.1) return datagram.slice(0, random.below(datagram.length));
  const records = [...decodeDatagram(datagram)];
  const index = random.below(records.length);
  records[index] = mutatedRecord(records[index]!, random);
  return Buffer.concat(records.map(encodeRecord));
}

function mutatedRecord(record: DtlsRecord, random: Random): DtlsRecord {
  if (random.unit() < 0.1) return { ...record, epoch: random.below(3), sequence: random.below(100) };
  const fragment = record.fragment.slice();
  // Half of the time within the twelve bytes of a handshake header.
  const reach = random.unit() < 0.5 ? Math.min(12, fragment.length) : fragment.length;
  for (let count = 1 + random.below(3); count > 0; count--) {
    const at = random.below(reach);
    fragment[at] = random.unit() < 0.5 ? random.below(256) : fragment[at]! ^ 1;
  }
  return { ...record, fragment };
}

function check(end: DtlsEnd, states: Map<string, number>): void {
  const { error } = end.tls;
  if (error?.reason === 'internal') assert.fail(`internal error: ${(error.cause as Error).stack}`);
  assert.equal(end.all('tls.failed').length, error === undefined ? 0 : 1);
  const state = error === undefined ? end.tls.state : `${error.state} ${error.reason}`;
  states.set(state, (states.get(state) ?? 0) + 1);
}

for (const profile of ['mbedtls', 'modern'] as const) {
  describe(`handshakes of ${profile} over a network that changes datagrams`, () => {
    it(`end with TlsError or well, ${ROUNDS} of them`, (context) => {
      const states = new Map<string, number>();
      for (let seed = 1; seed <= ROUNDS; seed++) {
        const random = new Random(seed, 'mutation');
        // One datagram in eight, or only the first few would ever be seen.
        const tamper = (datagram: Uint8Array): Uint8Array =>
          random.unit() < 0.125 ? mutated(datagram, random) : datagram;
        const network = new Network(
          (options) => dtlsClient({ profile, credentials: CERTIFICATES.p256, mtu: 400 }, options),
          (options) => dtlsServer({ profile, clientAuth: 'request', mtu: 400 }, options),
          { tamper },
          seed,
        );
        network.converse();
        check(network.client, states);
        check(network.server, states);
      }
      context.diagnostic([...states].map(([state, count]) => `${state} ${count}`).join(', '));
      assert.ok(states.get('established')! > ROUNDS / 2);
      assert.ok(states.size >= 8, `only ${[...states.keys()].join(', ')} were reached`);
    });
  });
}
