/** A scenario as the page hands it over. */
import { type LoadedScenario, parseScenario } from '../../../src/scenario/parse.ts';
import { ScenarioError } from '../../../src/scenario/problem.ts';
import type { ScenarioSource } from './protocol.ts';
import { applySettings, applyToFile, type Settings } from './settings.ts';

export const SCENARIO_FILE = 'scenario.yaml';

const utf8 = new TextEncoder();
const decoder = new TextDecoder();

/** Throws ScenarioError with all that is wrong. */
export function loadSource({ name, files }: ScenarioSource, settings: Settings): LoadedScenario {
  const text = files[SCENARIO_FILE];
  if (text === undefined) throw new ScenarioError([`${name}: there is no ${SCENARIO_FILE}`]);
  return parseScenario({
    name,
    file: SCENARIO_FILE,
    text: asText(text),
    find: (file) => {
      const contents = Object.hasOwn(files, file) ? files[file] : undefined;
      if (contents === undefined) return undefined;
      return typeof contents === 'string' ? utf8.encode(applyToFile(file, contents, settings)) : contents;
    },
    change: (data) => applySettings(data, settings),
  });
}

function asText(contents: string | Uint8Array): string {
  return typeof contents === 'string' ? contents : decoder.decode(contents);
}
