/** The certificates that a scenario describes, as a list: each by a name of its own. */
import type { Issued } from '../schema/pki.ts';
import type { Scenario } from '../schema.ts';

export type Rank = 'roots' | 'intermediates' | 'leaves';

export interface Entry {
  readonly name: string;
  readonly rank: Rank;
  /** Position in the file, from 1: a serial number that no two certificates of an issuer share. */
  readonly position: number;
  /** How many entries before it have a key of the same type: RSA keys come from a pool. */
  readonly poolIndex: number;
  readonly spec: Issued;
}

const RANKS: readonly Rank[] = ['roots', 'intermediates', 'leaves'];

export function listEntries({ pki }: Scenario): Entry[] {
  const all = RANKS.flatMap((rank) =>
    Object.entries(pki[rank] as Record<string, Issued>).flatMap(([name, spec]) =>
      membersOf(name, spec.count ?? 1).map((member, i) => ({
        name: member,
        rank,
        spec: i === 0 ? spec : { ...spec, subject: `${spec.subject ?? name} ${i + 1}` },
      })),
    ),
  );
  const seen = new Map<string, number>();
  return all.map((entry, index) => {
    const poolIndex = seen.get(entry.spec.key) ?? 0;
    seen.set(entry.spec.key, poolIndex + 1);
    return { ...entry, position: index + 1, poolIndex };
  });
}

/** The certificates that a name with a `count` stands for; the first has the name itself. */
export function membersOf(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => (i === 0 ? name : `${name}#${i + 1}`));
}
