/** A run from its beginning to its end, for who needs what came of it. */
import { effect } from '@preact/signals';
import { type WorldState, worldNumber, worldState } from './run.ts';

/**
 * `begin` begins the run. Rejected with a sentence when the scenario cannot run, or when something else took the world's
 * place.
 */
export function wholeRun(begin: () => void): Promise<WorldState> {
  begin();
  const mine = worldNumber.peek();
  return new Promise((resolve, reject) => {
    const end = effect(() => {
      const state = worldState.value;
      const { phase, message, verdict } = state;
      const answer = () => {
        if (worldNumber.value !== mine) reject(new Error('another run took its place'));
        else if (phase === 'refused' || phase === 'broken') reject(new Error(message));
        else if (phase === 'over' && verdict === undefined) reject(new Error('it was stopped'));
        else if (phase === 'over') resolve(state);
        else return false;
        return true;
      };
      if (answer()) queueMicrotask(() => end());
    });
  });
}
