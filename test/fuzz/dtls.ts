/** A DTLS end that hears an honest conversation in which datagrams were changed, lost, repeated or moved. */
import { TlsError } from '../../emulator/tls/engine.ts';
import { Random } from '../../emulator/world/random.ts';
import type { DtlsEnd } from '../tls/dtls/support.ts';
import { mutateBytes, pick } from './mutate.ts';
import type { Outcome, Target } from './outcome.ts';
import type { Side } from './recorded.ts';

export type MakeDtlsEnd = (side: Side) => DtlsEnd;

const RECORD_HEADER = 13;
const HANDSHAKE_HEADER = 12;

export function dtlsTarget(
  name: string,
  weight: number,
  seed: number,
  make: MakeDtlsEnd,
  side: Side,
): Target {
  const datagrams = recordDatagrams(make, side);
  return {
    name: `${name}, ${side}`,
    weight,
    run(index) {
      const random = new Random(seed, `${name}/${side}/${index}`);
      return hear(make(side), pick(random, CHANGES)(datagrams, random));
    },
  };
}

/** What `side` receives when nothing goes wrong. */
function recordDatagrams(make: MakeDtlsEnd, side: Side): readonly Uint8Array[] {
  const ends = { client: make('client'), server: make('server') };
  const received: Uint8Array[] = [];
  ends.server.tls.start();
  ends.client.tls.start();
  for (let round = 0; round < 10; round++) {
    for (const [from, to] of [
      ['client', 'server'],
      ['server', 'client'],
    ] as const) {
      for (const datagram of ends[from].take()) {
        if (to === side) received.push(datagram);
        ends[to].receive(datagram);
      }
    }
  }
  return received;
}

type Change = (datagrams: readonly Uint8Array[], random: Random) => readonly Uint8Array[];

const CHANGES: readonly Change[] = [
  (datagrams, random) => replaced(datagrams, random, (one) => mutateBytes(one, random)),
  (datagrams, random) => replaced(datagrams, random, (one) => flipAt(one, random, 0, RECORD_HEADER)),
  (datagrams, random) =>
    replaced(datagrams, random, (one) => flipAt(one, random, RECORD_HEADER, HANDSHAKE_HEADER)),
  (datagrams, random) =>
    replaced(datagrams, random, (one) => flipAt(one, random, RECORD_HEADER + HANDSHAKE_HEADER, one.length)),
  (datagrams, random) => datagrams.filter(() => random.unit() < 0.8),
  (datagrams, random) => datagrams.flatMap((one) => (random.unit() < 0.3 ? [one, one] : [one])),
  (datagrams, random) => {
    const moved = [...datagrams];
    moved.splice(random.below(moved.length), 0, ...moved.splice(random.below(moved.length), 1));
    return moved;
  },
];

function replaced(
  datagrams: readonly Uint8Array[],
  random: Random,
  change: (datagram: Uint8Array) => Uint8Array,
): readonly Uint8Array[] {
  const at = random.below(datagrams.length);
  return datagrams.map((datagram, i) => (i === at ? change(datagram) : datagram));
}

function flipAt(datagram: Uint8Array, random: Random, from: number, length: number): Uint8Array {
  const out = datagram.slice();
  const room = Math.min(length, out.length - from);
  if (room > 0) out[from + random.below(room)] = random.below(256);
  return out;
}

function hear(end: DtlsEnd, datagrams: readonly Uint8Array[]): Outcome {
  end.tls.start();
  for (const datagram of datagrams) {
    end.take();
    end.receive(datagram);
    if (end.tls.error !== undefined) break;
  }
  // Half of what is lost is asked for again.
  if (end.deadline !== undefined) end.timeout();
  end.take();
  const { error } = end.tls;
  if (error?.reason === 'internal' && !(error.cause instanceof TlsError)) throw error.cause ?? error;
  // Datagrams that are no records are dropped without a word: to have heard nothing is to be at the start.
  const heard = end.all('tls.record').some(({ direction }) => direction === 'received');
  return { state: error?.state ?? end.tls.state.toUpperCase(), deep: heard };
}
