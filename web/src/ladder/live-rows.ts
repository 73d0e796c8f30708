/** The ladder of the world on the page, drawn at most once a frame, however many events come. */
import { effect, signal } from '@preact/signals';
import { LiveLadder } from '../../../src/report/ladder/live.ts';
import type { Ladder } from '../../../src/report/ladder/model.ts';
import { eventCount, traceEvents, worldNumber, worldState } from '../state/run.ts';

export const ladder = signal<Ladder>({ lanes: [], rows: [] });

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
  const { phase } = worldState.peek();
  const ongoing = phase === 'starting' || phase === 'running' || phase === 'paused';
  ladder.value = live.ladder.update(ongoing ? 'ongoing' : 'over');
}
