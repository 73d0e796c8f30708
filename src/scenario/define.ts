/** A scenario in TypeScript: the shape of scenario.yaml, checked just as strictly, with its files beside it or inline. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkImported } from './imported.ts';
import { type LoadedScenario, readFiles } from './load.ts';
import { ScenarioError } from './problem.ts';
import { checkReferences } from './references.ts';
import type { ScenarioInput } from './schema.ts';
import { readScenario } from './schema-problems.ts';

export interface DefineOptions {
  /** `import.meta.url` of the file that defines it: the files it names lie beside that one. */
  readonly from?: string | URL;
  /** Contents of files by name, before those of the folder: `{ 'main.py': 'print(1)' }`. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** What reports call it; by default its title. */
  readonly name?: string;
}

const utf8 = new TextEncoder();

/** Throws ScenarioError with everything that is wrong. */
export function defineScenario(input: ScenarioInput, options: DefineOptions = {}): LoadedScenario {
  const inline = new Map(
    Object.entries(options.files ?? {}).map(([name, text]) => [
      name,
      typeof text === 'string' ? utf8.encode(text) : text,
    ]),
  );
  const file = options.from === undefined ? undefined : pathOf(options.from);
  const { files, problems: unreadable } = readFiles(input, (path) => {
    const contents = inline.get(path);
    return contents ?? (file === undefined ? undefined : join(dirname(file), path));
  });
  const result = readScenario(input);
  const problems = [
    ...checkReferences(input),
    ...('problems' in result ? result.problems : []),
    ...unreadable,
  ];
  if (problems.length > 0 || 'problems' in result) throw new ScenarioError(messages(problems));
  const unusable = checkImported(result.scenario, files);
  if (unusable.length > 0) throw new ScenarioError(messages(unusable));
  return {
    name: options.name ?? input.title,
    scenario: result.scenario,
    files,
    ...(file !== undefined && { file }),
  };
}

function pathOf(from: string | URL): string {
  return String(from).startsWith('file:') ? fileURLToPath(from) : String(from);
}

function messages(problems: readonly { message: string }[]): string[] {
  return problems.map(({ message }) => message);
}
