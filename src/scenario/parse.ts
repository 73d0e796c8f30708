/** Reads a scenario from its text, and refuses it whole, before anything runs, with all that is wrong. */
import { type CheckedScenario, checkScenario } from './check.ts';
import { type Problem, ScenarioError } from './problem.ts';
import type { FindFile } from './read-files.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

export interface LoadedScenario extends CheckedScenario {
  /** What reports call it: the folder's name. */
  readonly name: string;
  /** Path of scenario.yaml, or of the program that defines the scenario. */
  readonly file?: string;
  /** The line of `file` in which a value stands, or what would hold it; undefined where there are no lines. */
  lineOf?(at: readonly PropertyKey[]): number | undefined;
}

/** Something wrong with a scenario.yaml, and where: lines and columns count from 1. */
export interface PlacedProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A text that is not a scenario. */
export class ScenarioTextError extends ScenarioError {
  /** In the order of the text. */
  readonly placed: readonly PlacedProblem[];

  constructor(file: string, problems: readonly PlacedProblem[]) {
    const placed = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
    super(placed.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`));
    this.placed = placed;
  }
}

export interface ScenarioText {
  readonly name: string;
  /** What messages call the file. */
  readonly file: string;
  readonly text: string;
  /** The files beside it. */
  readonly find: FindFile;
  /** Changes what the text says before it is looked at; problems are told of what comes out. */
  readonly change?: (data: unknown) => unknown;
}

/** Throws ScenarioTextError with all problems of the text and of what it names. */
export function parseScenario({ name, file, text, find, change }: ScenarioText): LoadedScenario {
  const source = readYaml(text);
  if (source.errors.length > 0) throw new ScenarioTextError(file, source.errors);

  const checked = checkScenario(change === undefined ? source.data : change(source.data), find);
  if ('problems' in checked) throw new ScenarioTextError(file, placed(source, checked.problems));
  return { ...checked, name, file, lineOf: (at) => source.locate({ at, message: '' }).line };
}

function placed(source: YamlSource, problems: readonly Problem[]): PlacedProblem[] {
  return problems.map((problem) => ({ ...source.locate(problem), message: problem.message }));
}
