/** Reads a scenario and everything it names, and refuses it whole, before anything runs, with all that is wrong. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { checkImported } from './imported.ts';
import { type Problem, pathText, ScenarioError } from './problem.ts';
import { checkReferences, namedFiles } from './references.ts';
import type { Scenario } from './schema.ts';
import { readScenario } from './schema-problems.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

export interface LoadedScenario {
  /** The folder's name. */
  readonly name: string;
  readonly scenario: Scenario;
  /** Contents of the files beside scenario.yaml that it names, by the names it gives them. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Reads a scenario.yaml. Throws ScenarioError with all problems of the file and of what it names. */
export function loadScenario(file: string): LoadedScenario {
  const path = resolve(file);
  const shown = relative('', path);
  const source = readYaml(readText(path, shown));
  if (source.errors.length > 0) throw listed(shown, source.errors);

  const result = readScenario(source.data);
  const { files, problems: unreadable } = readFiles(source.data, dirname(path));
  const problems = [
    ...('problems' in result ? result.problems : []),
    ...checkReferences(source.data),
    ...unreadable,
  ];
  if (problems.length > 0 || 'problems' in result) throw listed(shown, placed(source, problems));
  const unusable = checkImported(result.scenario, files);
  if (unusable.length > 0) throw listed(shown, placed(source, unusable));
  return { name: basename(dirname(path)), scenario: result.scenario, files };
}

function readText(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ScenarioError([`${shown}: ${whyUnreadable(error)}`]);
  }
}

function readFiles(data: unknown, folder: string): { files: Map<string, Uint8Array>; problems: Problem[] } {
  const files = new Map<string, Uint8Array>();
  const problems: Problem[] = [];
  for (const { at, path } of namedFiles(data)) {
    try {
      files.set(path, readBytes(join(folder, path)));
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
