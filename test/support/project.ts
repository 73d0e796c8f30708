import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json, found upwards from the built test. */
export const projectRoot = findUp(dirname(fileURLToPath(import.meta.url)));

/** Recorded behaviour and others' vectors, which stand beside a checkout but are no part of it. */
export const sharedFolder = join(projectRoot, '../shared');

/** For a test's `skip` option: false when the file is there, else the reason that is printed. */
export function skipUnless(path: string): string | false {
  return existsSync(path) ? false : `not here: ${path}`;
}

function findUp(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('no package.json above the tests');
  return findUp(parent);
}
