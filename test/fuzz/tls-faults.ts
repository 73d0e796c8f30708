/** Two live ends of which one misbehaves: so what is encrypted can be wrong too. */
import { ALERT_CODES, type AlertName } from '../../emulator/tls/engine.ts';
import type { Fault, FaultPoint } from '../../emulator/tls/faults.ts';
import { EXTENSION_NAMES } from '../../emulator/tls/messages/extensions.ts';
import type { HandshakeName } from '../../emulator/tls/messages/handshake.ts';
import { Random } from '../../emulator/world/random.ts';
import { carry, type End, ignoringTlsErrors } from '../tls/support.ts';
import { pick } from './mutate.ts';
import type { Outcome, Target } from './outcome.ts';
import type { Side } from './recorded.ts';
import { outcomeOf } from './tls-records.ts';

/** Makes a pair of which `side` has these faults. */
export type MakeFaulty = (side: Side, faults: readonly Fault[]) => Readonly<Record<Side, End>>;

/** `said`: what each side says in a handshake that goes well. */
export function faultTarget(
  name: string,
  weight: number,
  seed: number,
  make: MakeFaulty,
  said: Readonly<Record<Side, readonly string[]>>,
): Target {
  return {
    name: `${name}, misbehaving`,
    weight,
    run(index) {
      const random = new Random(seed, `${name}/faults/${index}`);
      const side: Side = random.unit() < 0.5 ? 'client' : 'server';
      const faults = Array.from({ length: 1 + random.below(2) }, () => makeFault(random, said[side]));
      return converseFaulty(make(side, faults), side, random);
    },
  };
}

function makeFault(random: Random, said: readonly string[]): Fault {
  const names = [...said, 'ChangeCipherSpec', 'Alert', 'ApplicationData'] as FaultPoint[];
  const at = pick(random, names);
  return { ...pick(random, ACTIONS)(random, said as HandshakeName[]), at, nth: 1 + random.below(1.2) };
}

type Make = (random: Random, said: readonly HandshakeName[]) => DistributedOmit<Fault, 'at' | 'nth'>;
type DistributedOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

const ACTIONS: readonly Make[] = [
  () => ({ fault: 'drop' }),
  () => ({ fault: 'duplicate' }),
  () => ({ fault: 'reorder' }),
  (random) => ({ fault: 'flip-byte', offset: random.below(4), mask: 1 + random.below(255) }),
  (random) => ({ fault: 'flip-byte', offset: -1 - random.below(12), mask: 1 + random.below(255) }),
  (random) => ({ fault: 'corrupt-record', offset: random.below(2) - 1, mask: 1 + random.below(255) }),
  (random) => ({ fault: 'truncate', length: random.below(200), keepHeader: random.unit() < 0.2 }),
  (random) => ({ fault: 'wrong-length', by: random.below(9) - 4 }),
  (random, said) => ({ fault: 'replay', message: pick(random, said) }),
  (random) => ({ fault: 'substitute-certificate', chain: [random.bytes(random.below(60))] }),
  (random) => ({ fault: 'strip-extension', extension: pick(random, EXTENSION_NAMES) }),
  (random) => ({ fault: 'downgrade-version', version: 0x0300 + random.below(6) }),
  (random) => ({
    fault: 'send-alert',
    level: random.unit() < 0.5 ? 'warning' : 'fatal',
    alert: pick(random, Object.keys(ALERT_CODES) as AlertName[]),
  }),
];

/** The outcome at the side that meets the misbehaviour. */
function converseFaulty(ends: Readonly<Record<Side, End>>, culprit: Side, random: Random): Outcome {
  const { client, server } = ends;
  // A fault that does not fit its message is a TlsError of the culprit's own, and no finding.
  for (const end of [server, client]) ignoringTlsErrors(() => end.tls.start());
  carry(client, server);
  for (const end of [client, server]) if (end.tls.state === 'established') say(end, random);
  carry(client, server);
  for (const end of [client, server]) ignoringTlsErrors(() => end.tls.close());
  carry(client, server);
  return outcomeOf(ends[culprit === 'client' ? 'server' : 'client']);
}

/** A fault that does not fit (byte 9 of 5) is a TlsError here too. */
function say(end: End, random: Random): void {
  ignoringTlsErrors(() => end.tls.send(random.bytes(1 + random.below(2_000))));
}
