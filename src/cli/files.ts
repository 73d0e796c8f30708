/** Files that a command line names. What the file system refuses is a UsageError: the path, and why. */
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { whyUnreadable, whyUnwritable } from '../scenario/file-errors.ts';
import { UsageError } from './exit-codes.ts';

export function readBytes(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    throw new UsageError(`${path}: ${whyUnreadable(error)}`);
  }
}

export function readText(path: string): string {
  return new TextDecoder().decode(readBytes(path));
}

/** Before the work whose result goes there, so that a path that cannot be written costs none. */
export function openForWriting(path: string): number {
  return writing(path, () => openSync(path, 'w'));
}

export function writeText(path: string, text: string): void {
  writing(path, () => writeFileSync(path, text));
}

/** Does what writes at `path`. */
export function writing<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${whyUnwritable(error)}`);
  }
}
