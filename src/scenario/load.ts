/** Reads a scenario from its folder. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { readBytes } from './disk.ts';
import { type LoadedScenario, parseScenario } from './parse.ts';
import { ScenarioError } from './problem.ts';
import { whyUnreadable } from './read-files.ts';

export type { LoadedScenario } from './parse.ts';

/** Reads a scenario.yaml. Throws ScenarioError with all problems of the file and of what it names. */
export function loadScenario(file: string): LoadedScenario {
  const path = resolve(file);
  const shown = relative('', path);
  return parseScenario({
    name: basename(dirname(path)),
    file: shown,
    text: readText(path, shown),
    find: (name) => readBytes(join(dirname(path), name)),
  });
}

function readText(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ScenarioError([`${shown}: ${whyUnreadable(error)}`]);
  }
}
