/** A folder of files on a board: brought there, and taken away again. */
import { MirrorError } from '../problem.ts';
import { pythonString } from '../raw-repl/python-text.ts';
import { BoardError, type RawRepl } from '../raw-repl/raw-repl.ts';
import type { Capabilities } from './capabilities.ts';
import { FLASH_PATIENCE, makeFolders, pythonList, writeFile } from './write-file.ts';

export interface BoardFile {
  /** Relative to the folder, with "/". */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface CopyOptions {
  /** SHA-256 in hex. */
  readonly digest: (bytes: Uint8Array) => string;
  /** Bytes done and bytes in all; once more when it is over. */
  readonly onProgress?: (done: number, total: number, path: string) => void;
}

/** In every folder that is ours, so that nobody else's is ever taken away. */
const MARKER = '.tls-sandbox';

/** What a file takes in flash at least, bytes: a block of littlefs. */
const BLOCK = 4096;

const REMOVE = `
def _tls_sandbox_remove(p):
 import os
 for n in os.listdir(p):
  q=p+'/'+n
  if os.stat(q)[0]&0x4000: _tls_sandbox_remove(q)
  else: os.remove(q)
 os.rmdir(p)
`;

export class BoardFolder {
  private readonly repl: RawRepl;
  private readonly board: Capabilities;
  /** Absolute, on the board. */
  readonly path: string;
  private made = false;

  constructor(repl: RawRepl, board: Capabilities, name: string) {
    this.repl = repl;
    this.board = board;
    this.path = `${board.folder}/${name}`;
  }

  /**
   * Brings the files there; those that lie there already with the same SHA-256 are left. Throws MirrorError: the
   * folder is somebody else's, or there is no room.
   */
  async copy(files: readonly BoardFile[], { digest, onProgress }: CopyOptions): Promise<{ copied: number }> {
    const state = (await this.repl.ask(this.stateProgram())).trim();
    if (state === 'foreign')
      throw new MirrorError(`the board has a folder ${this.path} that is not ours: rename it, and try again`);
    const there = state === 'ours' ? await this.digests(files) : new Map<string, string>();
    const missing = files.filter((file) => there.get(file.path) !== digest(file.bytes));
    this.checkRoom(missing);
    const total = missing.reduce((sum, { bytes }) => sum + bytes.length, 0);
    let done = 0;
    this.made = true;
    try {
      await this.makeFolders(files);
      for (const file of missing) {
        const before = done;
        await writeFile(this.repl, `${this.path}/${file.path}`, file.bytes, (at) =>
          onProgress?.(before + at, total, file.path),
        );
        done += file.bytes.length;
      }
    } catch (error) {
      if (!(error instanceof BoardError)) throw error;
      throw new MirrorError(whyNotWritten(error, this.path));
    }
    onProgress?.(total, total, '');
    return { copied: missing.length };
  }

  /** Takes the folder away, if it is ours. */
  async remove(): Promise<void> {
    if (!this.made) return;
    const path = pythonString(this.path);
    await this.repl.ask(
      `${REMOVE}\nimport os\nos.chdir(${pythonString(this.board.folder || '/')})\n_tls_sandbox_remove(${path})`,
      {
        timeout: FLASH_PATIENCE,
      },
    );
    this.made = false;
  }

  private stateProgram(): string {
    return [
      'import os',
      'try:',
      ` l=os.listdir(${pythonString(this.path)})`,
      ` print('ours' if ${pythonString(MARKER)} in l or not l else 'foreign')`,
      'except OSError:',
      " print('none')",
    ].join('\n');
  }

  private async digests(files: readonly BoardFile[]): Promise<ReadonlyMap<string, string>> {
    if (!this.board.modules.has('hashlib')) return new Map();
    const program = [
      'import hashlib',
      `for p in ${pythonList(files.map(({ path }) => path))}:`,
      ' try:',
      '  h=hashlib.sha256()',
      `  with open(${pythonString(`${this.path}/`)}+p,'rb') as f:`,
      '   b=f.read(512)',
      '   while b:',
      '    h.update(b);b=f.read(512)',
      "  print(''.join(['%02x'%c for c in h.digest()]),p)",
      ' except OSError: pass',
    ].join('\n');
    const lines = (await this.repl.ask(program, { timeout: FLASH_PATIENCE })).trim().split('\n');
    return new Map(lines.map((line) => [line.slice(65).trim(), line.slice(0, 64)]));
  }

  private checkRoom(missing: readonly BoardFile[]): void {
    const { room } = this.board;
    if (room === undefined) return;
    const wanted = missing.reduce(
      (sum, { bytes }) => sum + Math.ceil((bytes.length + 1) / BLOCK) * BLOCK,
      BLOCK,
    );
    if (wanted <= room) return;
    throw new MirrorError(
      `the board's flash is full: the scenario's files take ${wanted / 1024} KiB and ${Math.floor(room / 1024)} KiB are free; remove files (mpremote fs ls, fs rm)`,
    );
  }

  private async makeFolders(files: readonly BoardFile[]): Promise<void> {
    const folders = new Set<string>(['']);
    for (const { path } of files)
      path
        .split('/')
        .slice(0, -1)
        .reduce((above, name) => {
          const folder = `${above}/${name}`;
          folders.add(folder);
          return folder;
        }, '');
    await makeFolders(
      this.repl,
      [...folders].map((folder) => this.path + folder),
    );
    await this.repl.ask(`open(${pythonString(`${this.path}/${MARKER}`)},'w').close()`, {
      timeout: FLASH_PATIENCE,
    });
  }
}

const ENOSPC = /\b28\b|ENOSPC/;
const EROFS = /\b30\b|EROFS/;

function whyNotWritten(error: BoardError, path: string): string {
  if (ENOSPC.test(error.exception))
    return `the board's flash is full: ${path} could not be written; remove files (mpremote fs ls, fs rm)`;
  if (EROFS.test(error.exception))
    return `the board's file system can only be read: ${path} could not be written`;
  return `${path} could not be written: ${error.exception}`;
}
