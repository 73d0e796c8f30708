/** `tls-sandbox run FILE.py`: a program of a folder, in the world of program-world.ts. */
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readBytes } from './disk.ts';
import { whyUnreadable } from './file-errors.ts';
import type { LoadedScenario } from './parse.ts';
import { ScenarioError } from './problem.ts';
import { programScenario } from './program-world.ts';

export { PROGRAM_WORLD } from './program-world.ts';

export function loadProgram(file: string): LoadedScenario {
  const folder = dirname(file);
  const main = basename(file);
  const modules = readdirSync(folder).filter((name) => name.endsWith('.py') && name !== main);
  const isFile = (name: string) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile();
  const names = [main, ...modules.filter(isFile)];
  const files = new Map(names.map((name) => [name, readProgram(join(folder, name))]));
  return { ...programScenario(main, files), file };
}

function readProgram(path: string): Uint8Array {
  try {
    return readBytes(path);
  } catch (error) {
    throw new ScenarioError([`${path}: ${whyUnreadable(error)}`]);
  }
}
