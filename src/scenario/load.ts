/** Reads a scenario and everything it names, and refuses it whole, before anything runs, with all that is wrong. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { type CheckedScenario, checkScenario } from './check.ts';
import { type Problem, ScenarioError } from './problem.ts';
import { whyUnreadable } from './read-files.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

export interface LoadedScenario extends CheckedScenario {
  /** What reports call it: the folder's name. */
  readonly name: string;
  /** Path of scenario.yaml, or of the program that defines the scenario. */
  readonly file?: string;
  /** The line of `file` in which a value stands, or what would hold it; undefined where there are no lines. */
  lineOf?(at: readonly PropertyKey[]): number | undefined;
}

/** Reads a scenario.yaml. Throws ScenarioError with all problems of the file and of what it names. */
export function loadScenario(file: string): LoadedScenario {
  const path = resolve(file);
  const shown = relative('', path);
  const source = readYaml(readText(path, shown));
  if (source.errors.length > 0) throw listed(shown, source.errors);

  const checked = checkScenario(source.data, (name) => join(dirname(path), name));
  if ('problems' in checked) throw listed(shown, placed(source, checked.problems));
  return {
    ...checked,
    name: basename(dirname(path)),
    file: shown,
    lineOf: (at) => source.locate({ at, message: '' }).line,
  };
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

interface PlacedProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

function placed(source: YamlSource, problems: readonly Problem[]): PlacedProblem[] {
  return problems.map((problem) => ({ ...source.locate(problem), message: problem.message }));
}

function listed(shown: string, problems: readonly PlacedProblem[]): ScenarioError {
  const ordered = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  return new ScenarioError(
    ordered.map(({ line, column, message }) => `${shown}:${line}:${column}: ${message}`),
  );
}
