/** Where the lanes stand: each at its share of the width beside the times. The style sheet makes lengths of it. */
import type { Lane } from '../../../src/report/ladder/model.ts';
import type { ExpectedActor } from '../world/protocol.ts';

export interface Lanes {
  readonly all: readonly Lane[];
  /** By actors, and by addresses of those that are expected: see `placeOf`. */
  readonly place: ReadonlyMap<string, number>;
}

/** Those that are expected have their places from the start, so that none moves another when it speaks up. */
export function lanesOf(known: readonly Lane[], expected: readonly ExpectedActor[]): Lanes {
  const isExpected = (actor: string) =>
    expected.some((each) => each.actor === actor || each.address === addressOf(actor));
  const first = expected.map(
    (each) => known.find(({ actor }) => actor === each.actor) ?? { ...each, subtitle: each.address ?? '' },
  );
  const all = [...first, ...known.filter(({ actor }) => !isExpected(actor))];
  const last = Math.max(1, all.length - 1);
  const place = new Map(all.map(({ actor }, i) => [actor, i / last]));
  for (const { actor, address } of expected) {
    if (address !== undefined) place.set(address, place.get(actor)!);
  }
  return { all, place };
}

/** Of an end that has not said yet who it is: "203.0.113.10:443". */
function addressOf(end: string): string {
  return end.replace(/:\d+$/, '');
}

/** From 0 at the first lane to 1 at the last. */
export function placeOf({ place }: Lanes, actor: string): number {
  return place.get(actor) ?? place.get(addressOf(actor)) ?? 0;
}

export function roleOf(lanes: Lanes, actor: string): 'device' | 'attacker' | 'peer' {
  const lane = lanes.all.find((each) => each.actor === actor);
  if (lane?.isAttacker) return 'attacker';
  return lane?.isDevice ? 'device' : 'peer';
}

/** Names over the lanes; on a narrow screen, beside one another. */
export function LaneHeads({ lanes }: { lanes: Lanes }) {
  return (
    <div class="lane-heads">
      {lanes.all.map(({ actor, subtitle }, i) => (
        <div
          key={actor}
          class={`lane-head ${roleOf(lanes, actor)} ${i > 0 && i === lanes.all.length - 1 ? 'last' : ''}`}
          style={{ '--at': placeOf(lanes, actor) }}
        >
          <b>{actor}</b> <small>{subtitle}</small>
        </div>
      ))}
    </div>
  );
}

/** The lines that go down below the names. */
export function LaneLines({ lanes }: { lanes: Lanes }) {
  return (
    <div class="lane-lines" aria-hidden="true">
      {lanes.all.map(({ actor }) => (
        <i key={actor} class={roleOf(lanes, actor)} style={{ '--at': placeOf(lanes, actor) }} />
      ))}
    </div>
  );
}
