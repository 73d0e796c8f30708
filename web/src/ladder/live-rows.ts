/** The ladder of the world on the page, drawn at most once a frame, however many events come. */
import { effect, signal } from '@preact/signals';
import { LiveLadder } from '../../../src/report/ladder/live.ts';
import type { Ladder } from '../../../src/report/ladder/model.ts';
import { eventCount, traceEvents, worldNumber, worldState } from '../state/run.ts';
import type { ExpectedActor } from '../world/protocol.ts';

export interface ShownLadder extends Ladder {
  /** Of the same world as the rows. */
  readonly expected: readonly ExpectedActor[];
}

export const ladder = signal<ShownLadder>({ lanes: [], rows: [], expected: [] });

let live: { world: number; ladder: LiveLadder } | undefined;
let asked = false;

effect(() => {
  void worldNumber.value;
  void eventCount.value;
  void worldState.value.phase;
  if (asked) return;
  asked = true;
  requestAnimationFrame(refresh);
});

function refresh(): void {
  asked = false;
  const world = worldNumber.peek();
  if (live?.world !== world) live = { world, ladder: new LiveLadder(traceEvents()) };
  const { phase, actors } = worldState.peek();
  const running = phase === 'starting' || phase === 'running';
  const now = live.ladder.update(running ? 'running' : phase === 'paused' ? 'paused' : 'over');
  const { value: shown } = ladder;
  if (now.rows !== shown.rows || actors !== shown.expected) ladder.value = { ...now, expected: actors };
}
