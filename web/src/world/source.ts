/** A scenario as the page hands it over, with what somebody has turned. */
import type { LoadedScenario } from '../../../src/scenario/parse.ts';
import * as plain from '../../../src/scenario/source.ts';
import { applySettings, applyToFile, type Settings } from './settings.ts';

export { SCENARIO_FILE } from '../../../src/scenario/scenario-file.ts';
export { textOf } from '../../../src/scenario/source.ts';

/** As the catalogue is written: no line is broken, no blanks within braces. */
export const YAML_STYLE = { lineWidth: 0, flowCollectionPadding: false } as const;

/** Throws ScenarioError with all that is wrong. */
export function loadSource(source: plain.ScenarioSource, settings: Settings): LoadedScenario {
  return plain.loadSource(source, {
    data: (data) => applySettings(data, settings),
    text: (file, text) => applyToFile(file, text, settings),
  });
}
