/** A scenario on its way to a real board: what somebody has turned is written into its text, for others to read. */
import { promotionOf } from '../../../src/mirror/run/promotable.ts';
import { loadSource, type ScenarioSource } from '../../../src/scenario/source.ts';
import { asTurned } from './as-turned.ts';
import type { Settings } from './settings.ts';

export interface PromotedSource {
  readonly title: string;
  /** Why it cannot run on a board at all. */
  readonly obstacles: readonly string[];
  /** What will be otherwise than in the emulator. */
  readonly remarks: readonly string[];
  /** The scenario with the settings in it, but for seed and board. */
  readonly source: ScenarioSource;
}

/** Throws ScenarioError with all that is wrong. */
export function promoted(given: ScenarioSource, settings: Settings): PromotedSource {
  // The board is its own, and so is what it draws at random.
  const { seed: _, board: __, ...turned } = settings;
  const source = asTurned(given, turned);
  const loaded = loadSource(source);
  const { obstacles, remarks } = promotionOf(loaded);
  return { title: loaded.scenario.title, obstacles, remarks, source };
}
