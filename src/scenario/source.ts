/** A scenario as its folder holds it, wherever that is: in a page, on its way to a server. */
import { type LoadedScenario, parseScenario } from './parse.ts';
import { ScenarioError } from './problem.ts';
import { SCENARIO_FILE } from './scenario-file.ts';

/** `scenario.yaml` is one of the files. */
export interface ScenarioSource {
  readonly name: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
}

/** How it is changed on the way: the data of scenario.yaml, and the text of other files. */
export interface SourceChanges {
  readonly data?: (data: unknown) => unknown;
  readonly text?: (file: string, text: string) => string;
}

const utf8 = new TextEncoder();
const decoder = new TextDecoder();

/** Throws ScenarioError with all that is wrong. No file is read but those of the source. */
export function loadSource(source: ScenarioSource, changes: SourceChanges = {}): LoadedScenario {
  const { name, files } = source;
  const { data, text: changeText = (_, text) => text } = changes;
  const text = textOf(source, SCENARIO_FILE);
  if (text === undefined) throw new ScenarioError([`${name}: there is no ${SCENARIO_FILE}`]);
  return parseScenario({
    name,
    file: SCENARIO_FILE,
    text,
    find: (file) => {
      const contents = Object.hasOwn(files, file) ? files[file] : undefined;
      return typeof contents === 'string' ? utf8.encode(changeText(file, contents)) : contents;
    },
    ...(data && { change: data }),
  });
}

/** Undefined where there is no such file. */
export function textOf({ files }: ScenarioSource, name: string): string | undefined {
  const contents = Object.hasOwn(files, name) ? files[name] : undefined;
  return contents === undefined || typeof contents === 'string' ? contents : decoder.decode(contents);
}
