/**
 * The ladder of a run that goes on. Events are taken in as they come, and only those rows are made anew that they
 * can bear on; all others stay the same objects. At the end it is what `buildLadder` makes of the whole trace.
 */
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { CastKeeper } from './cast-keeper.ts';
import { type Build, Groups } from './groups.ts';
import type { Ladder, Moment, Row } from './model.ts';
import type { Cast } from './parties.ts';
import type { Placed } from './placed.ts';

interface Standing {
  readonly row: Row;
  /** Place among rows of one order. */
  readonly rank: number;
}

export class LiveLadder {
  private readonly cast = new CastKeeper();
  private readonly groups = new Groups();
  private readonly events: readonly TraceEvent[];
  private seen = 0;
  private moment: Moment = 'running';
  private standing: Standing[] = [];
  private ladder: Ladder = { lanes: [], rows: [] };

  /** `events`: the trace, which grows in place. */
  constructor(events: readonly TraceEvent[]) {
    this.events = events;
  }

  /** What the diagram says by now. `moment`: once over, a run does not go on. */
  update(moment: Moment): Ladder {
    const { events, groups } = this;
    const turns = moment !== this.moment;
    if (this.seen === events.length && !turns) return this.ladder;
    this.moment = moment;
    for (; this.seen < events.length; this.seen++) {
      const event = events[this.seen]!;
      this.cast.see(event);
      groups.take({ event, order: this.seen });
    }
    const { cast, changed } = this.cast.current();
    if (changed) groups.renewAll();
    else if (turns) groups.renewUnfinished();
    this.rebuild(cast);
    this.ladder = { lanes: cast.lanes, rows: this.standing.map(({ row }) => row) };
    return this.ladder;
  }

  private rebuild(cast: Cast): void {
    const gone = new Set<Row>();
    const come: Standing[] = [];
    for (const group of this.groups.takeStale()) {
      const before = new Map(group.rows.map((row) => [JSON.stringify(row), row]));
      const rows = this.build(group.build, group.events, cast).map(({ row, rank }) => ({
        row: before.get(JSON.stringify(row)) ?? row,
        rank,
      }));
      const kept = new Set(rows.map(({ row }) => row));
      for (const row of group.rows) if (!kept.has(row)) gone.add(row);
      const old = new Set(group.rows);
      for (const each of rows) if (!old.has(each.row)) come.push(each);
      group.rows = rows.map(({ row }) => row);
    }
    if (gone.size > 0) this.standing = this.standing.filter(({ row }) => !gone.has(row));
    this.standing.push(...come);
    if (come.length > 0) this.standing.sort((a, b) => a.row.order - b.row.order || a.rank - b.rank);
  }

  /** With orders that count in the whole trace. */
  private build(build: Build, placed: readonly Placed[], cast: Cast): Standing[] {
    const events = placed.map(({ event }) => event);
    const whole = { own: placed, trace: this.events };
    return build.rows(events, cast, this.moment, whole).map((row) => {
      // Rows stand at most 0.45 before their event.
      const index = Math.floor(row.order + 0.49);
      const order = placed[index]!.order + (row.order - index);
      return { row: { ...row, order }, rank: build.rank };
    });
  }
}
