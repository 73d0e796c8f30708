/** Reads a scenario from its folder. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { readBytes } from './disk.ts';
import { whyUnreadable } from './file-errors.ts';
import { type LoadedScenario, parseScenario } from './parse.ts';
import { ScenarioError } from './problem.ts';
import { readYaml } from './yaml-source.ts';

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

/** A scenario on its way to another thread. */
export type SentScenario = Omit<LoadedScenario, 'lineOf'> & { readonly file: string };

export function toSend({ lineOf, ...plain }: LoadedScenario): SentScenario {
  return plain as SentScenario;
}

/** Lines are looked for in the file as it is now, and only when somebody asks: reading it takes longer than sending it. */
export function received(scenario: SentScenario): LoadedScenario {
  return {
    ...scenario,
    lineOf: (at) => readYaml(readText(scenario.file, scenario.file)).locate({ at, message: '' }).line,
  };
}

function readText(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ScenarioError([`${shown}: ${whyUnreadable(error)}`]);
  }
}
