/** A scenario on its way to a real board: what somebody has turned is written into its text, for others to read. */
import { parse, stringify } from 'yaml';
import { promotionOf } from '../../../src/mirror/run/promotable.ts';
import { repair } from '../../../src/scenario/defect.ts';
import { loadSource, SCENARIO_FILE, type ScenarioSource, textOf } from '../../../src/scenario/source.ts';
import { applySettings, applyToFile, type Settings } from './settings.ts';

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
  const source = written(given, settings);
  const loaded = loadSource(source);
  const { obstacles, remarks } = promotionOf(loaded);
  return { title: loaded.scenario.title, obstacles, remarks, source };
}

function written(source: ScenarioSource, settings: Settings): ScenarioSource {
  const { seed: _, board: __, ...turned } = settings;
  if (Object.keys(turned).length === 0) return source;
  const data = applySettings(parse(textOf(source, SCENARIO_FILE) ?? ''), settings);
  const mended = settings.withoutDefect === true ? repair(data)?.data : undefined;
  const files = Object.entries(source.files).map(([name, contents]) => [
    name,
    typeof contents === 'string' ? applyToFile(name, contents, settings) : contents,
  ]);
  return { ...source, files: { ...Object.fromEntries(files), [SCENARIO_FILE]: stringify(mended ?? data) } };
}
