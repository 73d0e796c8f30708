/** A test for several devices: a Python file with a function for each, `instance0()`, `instance1()`, … */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface TestFile {
  /** As the command line names it. */
  readonly path: string;
  readonly source: string;
  /** How many devices it wants; 0 when it is no such test. */
  readonly instances: number;
  /** What lies beside it, by name: certificates and modules that it reads. */
  readonly beside: ReadonlyMap<string, Uint8Array>;
  /** The output that is right: the contents of the file `<path>.exp`. */
  readonly expected: string | undefined;
}

/** Bytes; what is larger is nothing that a board's flash has room for. */
const LARGEST_FILE = 262_144;

const INSTANCE = /^def instance(\d+)\(\):/gm;

export function readTestFile(path: string): TestFile {
  const source = readFileSync(path, 'utf8');
  const numbers = [...source.matchAll(INSTANCE)].map(([, number]) => Number(number));
  const expected = `${path}.exp`;
  return {
    path,
    source,
    instances: Math.max(-1, ...numbers) + 1,
    beside: filesBeside(path),
    expected: existsSync(expected) ? readFileSync(expected, 'utf8').replaceAll('\r\n', '\n') : undefined,
  };
}

function filesBeside(path: string): Map<string, Uint8Array> {
  const folder = dirname(path);
  const files = readdirSync(folder)
    .filter((name) => name !== basename(path) && !name.endsWith('.exp'))
    .map((name) => ({ name, stat: statSync(join(folder, name), { throwIfNoEntry: false }) }))
    .filter(({ stat }) => stat?.isFile() && stat.size <= LARGEST_FILE)
    .map(({ name }) => [name, new Uint8Array(readFileSync(join(folder, name)))] as const);
  return new Map(files);
}
