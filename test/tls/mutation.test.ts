/** Whatever arrives, the engine throws nothing but TlsError, says so in the trace, and comes to rest. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Random } from '../../emulator/world/random.ts';
import { CERTIFICATES } from './certificates.ts';
import { clientEnd, converse, type End, records, serverEnd } from './support.ts';

const ROUNDS = 1500;

type Side = 'client' | 'server';
type Profile = 'mbedtls' | 'modern';

function makeEnd(side: Side, profile: Profile): End {
  const end =
    side === 'client'
      ? clientEnd({ profile, credentials: CERTIFICATES.p256 })
      : serverEnd({ profile, credentials: [CERTIFICATES.p256], clientAuth: 'request' });
  end.tls.start();
  return end;
}

/** What each side receives in a good handshake; equal seeds make it fit a fresh end byte for byte. */
function flightsTo(side: Side, profile: Profile): Uint8Array[] {
  const flights: Uint8Array[] = [];
  converse(makeEnd('client', profile), makeEnd('server', profile), (bytes, to) => {
    if (to === side) flights.push(bytes.slice());
    return bytes;
  });
  return flights;
}

/** Changes the contents of one record and makes its lengths right again, or changes bytes at random. */
function mutate(stream: readonly Uint8Array[], random: Random): Uint8Array[] {
  const parts = stream.flatMap(records);
  const index = random.below(parts.length);
  const original = parts[index]!;
  const fragment = original.slice(5);
  const kinds = [flip, insert, remove, duplicate] as const;
  const changed = kinds[random.below(kinds.length)]!(fragment, random);
  // In a handshake message the length is mostly mended, so that its body is looked at, not only its header.
  if (original[0] === 22 && changed.length >= 4 && random.unit() < 0.8) {
    const length = changed.length - 4;
    changed.set([length >> 16, length >> 8, length & 0xff], 1);
  }
  const header = original.slice(0, 5);
  header.set([changed.length >> 8, changed.length & 0xff], 3);
  if (random.unit() < 0.05) header[random.below(3)] = random.below(256);
  parts[index] = Buffer.concat([header, changed]);
  return parts;
}

function flip(bytes: Uint8Array, random: Random): Uint8Array {
  const out = bytes.slice();
  for (let count = 1 + random.below(3); count > 0; count--) {
    out[random.below(Math.max(1, out.length))] = random.below(256);
  }
  return out;
}

function insert(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length + 1);
  return Buffer.concat([bytes.slice(0, at), random.bytes(1 + random.below(40)), bytes.slice(at)]);
}

function remove(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length);
  return Buffer.concat([bytes.slice(0, at), bytes.slice(at + 1 + random.below(40))]);
}

function duplicate(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length);
  return Buffer.concat([bytes, bytes.slice(at)]);
}

for (const side of ['client', 'server'] as const) {
  for (const profile of ['mbedtls', 'modern'] as const) {
    describe(`a ${profile} ${side} that receives mutated handshakes`, () => {
      it(`throws only TlsError, in ${ROUNDS} of them`, (context) => {
        const random = new Random(2026, `${side}/${profile}`);
        const flights = flightsTo(side, profile);
        const states = new Map<string, number>();
        for (let round = 0; round < ROUNDS; round++) {
          const end = makeEnd(side, profile);
          for (const part of mutate(flights, random)) {
            end.take();
            end.receive(part);
          }
          end.take();
          const { error } = end;
          if (error?.reason === 'internal') assert.fail(`internal error: ${(error.cause as Error).stack}`);
          assert.equal(end.all('tls.failed').length, error === undefined ? 0 : 1);
          const reached = error?.state ?? 'no error';
          states.set(reached, (states.get(reached) ?? 0) + 1);
        }
        context.diagnostic([...states].map(([state, count]) => `${state} ${count}`).join(', '));
        assert.ok(states.size >= 5, `only ${[...states.keys()].join(', ')} were reached`);
      });
    });
  }
}
