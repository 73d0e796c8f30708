/** A scenario as the page hands it over. */
import { type LoadedScenario, parseScenario } from '../../../src/scenario/parse.ts';
import { ScenarioError } from '../../../src/scenario/problem.ts';
import type { ScenarioSource } from './protocol.ts';
import { applySettings, applyToFile, type Settings } from './settings.ts';

export const SCENARIO_FILE = 'scenario.yaml';

/** As the catalogue is written: no line is broken, no blanks within braces. */
export const YAML_STYLE = { lineWidth: 0, flowCollectionPadding: false } as const;

const utf8 = new TextEncoder();
const decoder = new TextDecoder();

/** Throws ScenarioError with all that is wrong. */
export function loadSource(source: ScenarioSource, settings: Settings): LoadedScenario {
  const { name, files } = source;
  const text = textOf(source, SCENARIO_FILE);
  if (text === undefined) throw new ScenarioError([`${name}: there is no ${SCENARIO_FILE}`]);
  return parseScenario({
    name,
    file: SCENARIO_FILE,
    text,
    find: (file) => {
      const contents = Object.hasOwn(files, file) ? files[file] : undefined;
      if (contents === undefined) return undefined;
      return typeof contents === 'string' ? utf8.encode(applyToFile(file, contents, settings)) : contents;
    },
    change: (data) => applySettings(data, settings),
  });
}

/** Undefined where there is no such file. */
export function textOf({ files }: ScenarioSource, name: string): string | undefined {
  const contents = Object.hasOwn(files, name) ? files[name] : undefined;
  return contents === undefined || typeof contents === 'string' ? contents : decoder.decode(contents);
}
