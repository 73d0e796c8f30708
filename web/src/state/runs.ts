/** The last runs that came to their end, kept to be compared: what they were, what they cost, and how they came out. */
import { effect, signal } from '@preact/signals';
import { computeFigures, type Figures } from '../../../src/report/figures.ts';
import type { Settings } from '../world/settings.ts';
import { traceEvents, worldState } from './run.ts';

export interface KeptRun {
  readonly id: number;
  /** Name of the scenario. */
  readonly name: string;
  readonly settings: Settings;
  readonly figures: Figures;
  readonly outcome: string;
}

/** The oldest first. */
export const runs = signal<readonly KeptRun[]>([]);

const MOST = 20;
let count = 0;

effect(() => {
  const { phase, name, settings, verdict } = worldState.value;
  if (phase !== 'over' || verdict === undefined) return;
  const outcome = verdict.passed ? 'as expected' : 'not as expected';
  const run = { id: ++count, name, settings, figures: computeFigures(traceEvents()), outcome };
  runs.value = [...runs.peek(), run].slice(-MOST);
});
