/** The contents of the files beside scenario.yaml. */
import { readFileSync } from 'node:fs';
import { namedFiles } from './named-files.ts';
import { type Problem, pathText } from './problem.ts';

/** Gives the contents of a named file, or its path, or undefined when there is nowhere to look. */
export type FindFile = (name: string) => Uint8Array | string | undefined;

/** Reads the files that the data names. */
export function readFiles(
  data: unknown,
  find: FindFile,
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

/** In words; throws what is no fault of the file. */
export function whyUnreadable(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'that is a folder';
  if (code === 'EACCES') return 'permission denied';
  throw error;
}
