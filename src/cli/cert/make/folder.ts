/** A folder of new files: nothing that is there is lost unless that was asked for. */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sameBytes } from '../../../../emulator/world/bytes.ts';
import { UsageError } from '../../exit-codes.ts';
import { writing } from '../../files.ts';

export interface OutputFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Readable by its owner alone. */
  readonly secret: boolean;
}

/** All files or, when one would replace another one's contents without `force`, none. Throws UsageError. */
export function writeFolder(folder: string, files: readonly OutputFile[], force: boolean): void {
  const changed = files.filter(({ name, bytes }) => !holds(join(folder, name), bytes));
  if (!force) refuseToReplace(folder, changed);
  writing(folder, () => mkdirSync(folder, { recursive: true }));
  for (const file of changed) writing(join(folder, file.name), () => write(join(folder, file.name), file));
}

function refuseToReplace(folder: string, files: readonly OutputFile[]): void {
  const there = files.map(({ name }) => name).filter((name) => existsSync(join(folder, name)));
  if (there.length === 0) return;
  const are = there.length === 1 ? 'is' : 'are';
  const advice = 'choose another folder with --out, or replace with --force';
  throw new UsageError(`${folder}: ${there.join(', ')} ${are} there already; ${advice}`);
}

function holds(path: string, bytes: Uint8Array): boolean {
  return existsSync(path) && writing(path, () => sameBytes(new Uint8Array(readFileSync(path)), bytes));
}

/** Removed first: a new file has the right mode from its first byte, and a link is not followed. */
function write(path: string, { bytes, secret }: OutputFile): void {
  rmSync(path, { force: true });
  const file = openSync(path, 'wx', secret ? 0o600 : 0o644);
  writeFileSync(file, bytes);
  closeSync(file);
}
