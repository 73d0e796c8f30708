/** Reads a scenario and everything it names, and refuses it whole, before anything runs, with all that is wrong. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { checkImported } from './imported.ts';
import { namedFiles } from './named-files.ts';
import { type Problem, pathText, ScenarioError } from './problem.ts';
import { checkReferences } from './references.ts';
import type { Scenario } from './schema.ts';
import { readScenario } from './schema-problems.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

export interface LoadedScenario {
  /** What reports call it: the folder's name. */
  readonly name: string;
  /** Path of scenario.yaml, or of the program that defines the scenario. */
  readonly file?: string;
  readonly scenario: Scenario;
  /** Contents of the files beside scenario.yaml that it names, by the names it gives them. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The line of `file` in which a value stands, or what would hold it; undefined where there are no lines. */
  lineOf?(at: readonly PropertyKey[]): number | undefined;
}

/** Reads a scenario.yaml. Throws ScenarioError with all problems of the file and of what it names. */
export function loadScenario(file: string): LoadedScenario {
  const path = resolve(file);
  const shown = relative('', path);
  const source = readYaml(readText(path, shown));
  if (source.errors.length > 0) throw listed(shown, source.errors);

  const result = readScenario(source.data);
  const { files, problems: unreadable } = readFiles(source.data, (name) => join(dirname(path), name));
  const problems = [
    ...('problems' in result ? result.problems : []),
    ...checkReferences(source.data),
    ...unreadable,
  ];
  if (problems.length > 0 || 'problems' in result) throw listed(shown, placed(source, problems));
  const unusable = checkImported(result.scenario, files);
  if (unusable.length > 0) throw listed(shown, placed(source, unusable));
  return {
    name: basename(dirname(path)),
    file: shown,
    scenario: result.scenario,
    files,
    lineOf: (at) => source.locate({ at, message: '' }).line,
  };
}

function readText(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ScenarioError([`${shown}: ${whyUnreadable(error)}`]);
  }
}

/** Reads the files that the data names. `find` gives the contents, or a path, or undefined when there is nowhere to look. */
export function readFiles(
  data: unknown,
  find: (name: string) => Uint8Array | string | undefined,
): { files: Map<string, Uint8Array>; problems: Problem[] } {
  const files = new Map<string, Uint8Array>();
  const problems: Problem[] = [];
  for (const { at, path } of namedFiles(data)) {
    const found = find(path);
    try {
      if (found === undefined) throw Object.assign(new Error(), { code: 'ENOENT' });
      files.set(path, typeof found === 'string' ? readBytes(found) : found);
    } catch (error) {
      problems.push({ at, message: `${pathText(at)}: cannot read ${path}: ${whyUnreadable(error)}` });
    }
  }
  return { files, problems };
}

/** Plain bytes: a Node Buffer has a JSON form of its own, which does not survive the way to a worker. */
export function readBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(path));
}

function whyUnreadable(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'that is a folder';
  if (code === 'EACCES') return 'permission denied';
  throw error;
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
