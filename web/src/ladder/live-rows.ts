/** The ladder of the world on the page, drawn at most once a frame, however many events come. */
import { effect, signal } from '@preact/signals';
import { LiveLadder } from '../../../src/report/ladder/live.ts';
import type { Ladder } from '../../../src/report/ladder/model.ts';
import { eventCount, traceEvents, worldNumber, worldState } from '../state/run.ts';
import type { ExpectedActor } from '../world/protocol.ts';
import { lanesOf } from './lanes.tsx';

export interface ShownLadder extends Ladder {
  /** Of the same world as the rows. */
  readonly expected: readonly ExpectedActor[];
}

export const ladder = signal<ShownLadder>({ lanes: [], rows: [], expected: [] });

/**
 * Milliseconds that a lane nobody has expected waits for. An end is called by its address until it speaks, which it mostly
 * does at once: then it has a lane already, and no other has to make room.
 */
const STRANGER = 150;

let live: { world: number; ladder: LiveLadder } | undefined;
let asked = false;
/** Since when, by the page's clock, somebody waits for a lane. */
let waitsSince: number | undefined;

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

function refresh(time: number): void {
  asked = false;
  const world = worldNumber.peek();
  if (live?.world !== world) {
    live = { world, ladder: new LiveLadder(traceEvents()) };
    waitsSince = undefined;
  }
  const { phase, actors } = worldState.peek();
  const running = phase === 'starting' || phase === 'running';
  const now = live.ladder.update(running ? 'running' : phase === 'paused' ? 'paused' : 'over');
  const { value: shown } = ladder;
  if (now.rows === shown.rows && actors === shown.expected) return;
  if (running && now.rows.length > 0 && addsLane(now, shown, actors)) {
    waitsSince ??= time;
    if (time - waitsSince < STRANGER) {
      ask();
      return;
    }
  }
  waitsSince = undefined;
  ladder.value = { ...now, expected: actors };
}

function addsLane(now: Ladder, shown: ShownLadder, expected: readonly ExpectedActor[]): boolean {
  return (
    lanesOf(now.lanes, expected).all.length >
    Math.max(expected.length, lanesOf(shown.lanes, expected).all.length)
  );
}
