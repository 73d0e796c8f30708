/**
 * A folder of this computer as what lies in a board's flash: its files are there when the board starts, and what the
 * board writes, renames and removes happens to them, too. Names that begin with a dot stay the computer's.
 */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeviceFile, FlashImage } from '../../emulator/device/flash.ts';

export class FlashFolder {
  /** As they were when the folder was opened. */
  readonly files: readonly DeviceFile[];
  private readonly folder: string;
  /** What lies there by what is known here: bytes of files by path, `undefined` of folders. */
  private known = new Map<string, Uint8Array | undefined>();

  /** Throws what reading throws; makes the folder when there is none. */
  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    this.read('');
    this.files = [...this.known].flatMap(([path, bytes]) => (bytes === undefined ? [] : [{ path, bytes }]));
  }

  get size(): number {
    return this.files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  private read(path: string): void {
    for (const name of readdirSync(join(this.folder, path)).sort()) {
      if (name.startsWith('.')) continue;
      const child = `${path}/${name}`;
      const stat = statSync(join(this.folder, child));
      if (stat.isDirectory()) {
        this.known.set(child, undefined);
        this.read(child);
      } else if (stat.isFile()) this.known.set(child, readFileSync(join(this.folder, child)));
    }
  }

  /** Makes the folder what the flash has become. */
  save({ files, folders }: FlashImage): void {
    const next = new Map<string, Uint8Array | undefined>();
    for (const path of folders) next.set(path, undefined);
    for (const { path, bytes } of files) next.set(path.startsWith('/') ? path : `/${path}`, bytes);
    this.removeAllBut(next);
    for (const [path, bytes] of next) {
      const target = join(this.folder, path);
      if (bytes === undefined) mkdirSync(target, { recursive: true });
      else if (!sameBytes(bytes, this.known.get(path))) writeFileSync(target, bytes);
    }
    this.known = next;
  }

  private removeAllBut(next: ReadonlyMap<string, Uint8Array | undefined>): void {
    // What lies in a folder comes after it, and goes before it.
    for (const [path, bytes] of [...this.known].reverse()) {
      if (next.has(path) && (next.get(path) === undefined) === (bytes === undefined)) continue;
      const target = join(this.folder, path);
      if (bytes !== undefined) rmSync(target, { force: true });
      else if (isEmpty(target)) rmdirSync(target);
    }
  }
}

/** A folder in which something of the computer's lies stays. */
function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch {
    return false;
  }
}

function sameBytes(one: Uint8Array, other: Uint8Array | undefined): boolean {
  return other !== undefined && Buffer.compare(one, other) === 0;
}
