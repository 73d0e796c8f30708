/** `tls-sandbox run FILE.py`: a program of a folder, in the world of program-world.ts. */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readBytes } from './disk.ts';
import type { LoadedScenario } from './parse.ts';
import { programScenario } from './program-world.ts';

export { PROGRAM_WORLD } from './program-world.ts';

export function loadProgram(file: string): LoadedScenario {
  const folder = dirname(file);
  const main = basename(file);
  const modules = readdirSync(folder).filter((name) => name.endsWith('.py') && name !== main);
  const files = new Map([main, ...modules].map((name) => [name, readBytes(join(folder, name))]));
  return { ...programScenario(main, files), file };
}
