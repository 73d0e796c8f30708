/** The ladder of the world on the page, drawn at most once a frame, however many events come. */
import { effect, signal } from '@preact/signals';
import { LiveLadder } from '../../../src/report/ladder/live.ts';
import type { Ladder, Row } from '../../../src/report/ladder/model.ts';
import { eventCount, traceEvents, worldNumber, worldState } from '../state/run.ts';
import type { ExpectedActor } from '../world/protocol.ts';

export interface ShownLadder extends Ladder {
  /** Of the same world as the rows. */
  readonly expected: readonly ExpectedActor[];
}

export const ladder = signal<ShownLadder>({ lanes: [], rows: [], expected: [] });

/**
 * Milliseconds that what an end does waits while it is known by its address alone. Mostly it speaks at once; then it is known
 * who it is, and the row need not be drawn anew to another lane.
 */
const STRANGER = 150;

interface Live {
  readonly world: number;
  readonly ladder: LiveLadder;
  /** Rows that are drawn. */
  drawn: number;
  /** Ends that are drawn by their address. */
  readonly strangers: Set<string>;
  /** Since when, by the page's clock, new ones have waited. */
  waitsSince: number | undefined;
}

let live: Live | undefined;
let asked = false;

effect(() => {
  void worldNumber.value;
  void eventCount.value;
  void worldState.value.phase;
  ask();
});

function ask(): void {
  if (asked) return;
  asked = true;
  requestAnimationFrame(refresh);
}

function begin(world: number): Live {
  return {
    world,
    ladder: new LiveLadder(traceEvents()),
    drawn: 0,
    strangers: new Set(),
    waitsSince: undefined,
  };
}

function refresh(time: number): void {
  asked = false;
  const world = worldNumber.peek();
  if (live?.world !== world) {
    live = begin(world);
  }
  const { phase, actors } = worldState.peek();
  const running = phase === 'starting' || phase === 'running';
  const now = live.ladder.update(running ? 'running' : phase === 'paused' ? 'paused' : 'over');
  const { value: shown } = ladder;
  if (now.rows === shown.rows && actors === shown.expected) return;
  const { strangers: known } = live;
  const strangers = strangersIn(now.rows.slice(live.drawn)).filter((end) => !known.has(end));
  if (running && strangers.length > 0) {
    live.waitsSince ??= time;
    if (time - live.waitsSince < STRANGER) {
      ask();
      return;
    }
  }
  live.waitsSince = undefined;
  live.drawn = now.rows.length;
  for (const end of strangers) known.add(end);
  ladder.value = { ...now, expected: actors };
}

const ADDRESS = /^[\d.]+:\d+$/;

function strangersIn(rows: readonly Row[]): string[] {
  return rows.flatMap((row) =>
    row.kind === 'arrow' ? [row.from, row.to].filter((end) => ADDRESS.test(end)) : [],
  );
}
