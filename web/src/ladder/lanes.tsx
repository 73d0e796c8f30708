/** Where the lanes stand: each at its share of the width beside the times. The style sheet makes lengths of it. */
import type { Lane } from '../../../src/report/ladder/model.ts';

export interface Lanes {
  readonly all: readonly Lane[];
  /** From 0 at the first lane to 1 at the last. */
  readonly place: ReadonlyMap<string, number>;
}

export function lanesOf(all: readonly Lane[]): Lanes {
  const last = Math.max(1, all.length - 1);
  return { all, place: new Map(all.map(({ actor }, i) => [actor, i / last])) };
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
          style={{ '--at': lanes.place.get(actor) }}
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
        <i key={actor} class={roleOf(lanes, actor)} style={{ '--at': lanes.place.get(actor) }} />
      ))}
    </div>
  );
}
