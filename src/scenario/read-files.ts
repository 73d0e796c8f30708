/** The contents of the files beside scenario.yaml, wherever they are kept: in a folder, in a page. */
import { whyUnreadable } from './file-errors.ts';
import { namedFiles } from './named-files.ts';
import { type Problem, pathText } from './problem.ts';

/** Gives the contents of a named file, undefined when there is none; throws as Node's file system does. */
export type FindFile = (name: string) => Uint8Array | undefined;

/** Reads the files that the data names. */
export function readFiles(
  data: unknown,
  find: FindFile,
): { files: Map<string, Uint8Array>; problems: Problem[] } {
  const files = new Map<string, Uint8Array>();
  const problems: Problem[] = [];
  for (const { at, path } of namedFiles(data)) {
    try {
      const found = find(path);
      if (found === undefined) throw Object.assign(new Error(), { code: 'ENOENT' });
      files.set(path, found);
    } catch (error) {
      problems.push({ at, message: `${pathText(at)}: cannot read ${path}: ${whyUnreadable(error)}` });
    }
  }
  return { files, problems };
}
