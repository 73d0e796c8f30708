/** A scenario in TypeScript: the shape of scenario.yaml, checked just as strictly, with its files beside it or inline. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkScenario } from './check.ts';
import { readBytes } from './disk.ts';
import type { LoadedScenario } from './parse.ts';
import { ScenarioError } from './problem.ts';
import type { ScenarioInput } from './schema.ts';

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
  const checked = checkScenario(input, (path) => {
    const contents = inline.get(path);
    return contents ?? (file === undefined ? undefined : readBytes(join(dirname(file), path)));
  });
  if ('problems' in checked) throw new ScenarioError(checked.problems.map(({ message }) => message));
  return { ...checked, name: options.name ?? input.title, ...(file !== undefined && { file }) };
}

function pathOf(from: string | URL): string {
  return String(from).startsWith('file:') ? fileURLToPath(from) : String(from);
}
