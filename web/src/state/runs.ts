/** The last runs that came to their end, with what they cost: to be held against each other. */
import { effect, signal } from '@preact/signals';
import type { Figures } from '../../../src/report/figures.ts';
import type { Verdict } from '../world/protocol.ts';
import type { Settings } from '../world/settings.ts';
import { traceEvents, worldNumber, worldState } from './run.ts';

/** So many are kept. */
const KEPT = 20;

export interface KeptRun {
  /** Of its world; no two runs have the same. */
  readonly number: number;
  /** Of the scenario. */
  readonly name: string;
  readonly settings: Settings;
  readonly figures: Figures;
  readonly outcome: RunOutcome;
}

export interface RunOutcome {
  readonly passed: boolean;
  readonly failures: Verdict['failures'];
  readonly handshakes: Verdict['summary'];
  /** What ended a program, in the order of the run. */
  readonly exceptions: readonly { readonly device: string; readonly text: string }[];
}

/** The oldest first. */
export const runs = signal<readonly KeptRun[]>([]);

effect(() => {
  const { phase, verdict, figures, name, settings } = worldState.value;
  if (phase !== 'over' || verdict === undefined || figures === undefined) return;
  const number = worldNumber.peek();
  const before = runs.peek();
  if (before.at(-1)?.number === number) return;
  const exceptions = traceEvents().flatMap((event) =>
    event.type === 'device.exception'
      ? [{ device: event.actor, text: `${event.name}: ${event.message}` }]
      : [],
  );
  const { passed, failures, summary: handshakes } = verdict;
  const outcome = { passed, failures, handshakes, exceptions };
  runs.value = [...before, { number, name, settings, figures, outcome }].slice(-KEPT);
});
