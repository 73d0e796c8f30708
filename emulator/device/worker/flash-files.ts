/**
 * The flash's file system in the interpreter: Emscripten's files in memory, made to behave like a small flash.
 * A write that does not fit fails with ENOSPC, times come from the device's clock, and all of it can be taken
 * out again when the program is gone.
 */
import type { UnixSeconds } from '../../world/time.ts';
import type { DeviceFile } from '../flash.ts';
import { FlashAccount } from '../flash-account.ts';
import { withoutCodeEmitters } from './code-emitters.ts';
import type { EmscriptenFs, FsNode, FsStream } from './micropython.ts';

/** The interpreter's own, beside the flash's contents in the root. */
const INTERNAL = new Set(['dev', 'proc', 'rom', 'tmp', 'home']);

/**
 * Numbers of ENOSPC: what a write fails with reaches the program as it is, so that is the port's; os.py
 * translates what its own functions fail with from Emscripten's.
 */
const PORT_ENOSPC = 28;
const EMSCRIPTEN_ENOSPC = 51;

export class FlashFiles {
  private readonly fs: EmscriptenFs;
  private readonly account: FlashAccount;
  private readonly clock: () => UnixSeconds;
  /** A program opens a file; else the interpreter does, to import it. */
  opensData = false;
  /** What the interpreter reads of a file instead of its contents. */
  private readonly programs = new WeakMap<FsStream, Uint8Array>();

  /** `size`: bytes of the partition that holds the file system. */
  constructor(fs: EmscriptenFs, size: number, clock: () => UnixSeconds) {
    this.fs = fs;
    this.account = new FlashAccount(size);
    this.clock = clock;
  }

  /** Puts a board's files there, whatever room they take, and watches over the flash from then on. */
  load(files: readonly DeviceFile[], folders: readonly string[]): void {
    for (const folder of folders) this.fs.mkdirTree(folder);
    for (const { path, bytes } of files) {
      const absolute = path.startsWith('/') ? path : `/${path}`;
      this.fs.mkdirTree(absolute.slice(0, absolute.lastIndexOf('/')) || '/');
      this.fs.writeFile(absolute, bytes);
      this.stamp(this.fs.lookupPath(absolute).node);
    }
    this.watch();
  }

  /** What lies there now. */
  contents(): { files: DeviceFile[]; folders: string[] } {
    const files: DeviceFile[] = [];
    const folders: string[] = [];
    this.walk((path, node) => {
      if (this.fs.isDir(node.mode)) folders.push(path);
      else files.push({ path, bytes: contentsOf(node) });
    });
    return { files, folders };
  }

  /** Blocks of the file system: all, and those that are free. */
  blocks(): { total: number; free: number } {
    const { total } = this.account;
    return { total, free: Math.max(0, total - this.usedBlocks()) };
  }

  private usedBlocks(): number {
    let used = this.account.empty;
    this.walk((_path, node) => {
      used += this.fs.isDir(node.mode) ? this.account.folder : this.account.file(node.usedBytes ?? 0);
    });
    return used;
  }

  private walk(visit: (path: string, node: FsNode) => void, folder = '/'): void {
    for (const name of this.fs.readdir(folder).sort()) {
      if (name === '.' || name === '..' || (folder === '/' && INTERNAL.has(name))) continue;
      const path = folder === '/' ? `/${name}` : `${folder}/${name}`;
      const { node } = this.fs.lookupPath(path);
      // The computer's folders, mounted for the command `micropython`, are no part of it.
      if (node.mount !== this.fs.root.mount) continue;
      visit(path, node);
      if (this.fs.isDir(node.mode)) this.walk(visit, path);
    }
  }

  private watch(): void {
    const { file, dir } = this.fs.root.mount.type.ops_table;
    const { read, write } = file.stream;
    file.stream.open = (stream) => {
      const { node } = stream;
      if (this.opensData || node.mount !== this.fs.root.mount || !node.name.endsWith('.py')) return;
      this.programs.set(stream, withoutCodeEmitters(contentsOf(node)));
    };
    file.stream.read = (stream, buffer, offset, length, position) => {
      const program = this.programs.get(stream);
      if (program === undefined) return read(stream, buffer, offset, length, position);
      const bytes = program.subarray(position, position + length);
      buffer.set(bytes, offset);
      return bytes.length;
    };
    file.stream.write = (stream, source, offset, length, position, canOwn) => {
      const end = (position ?? stream.position) + length;
      this.makeSure(stream.node, end);
      const written = write(stream, source, offset, length, position, canOwn);
      this.stamp(stream.node);
      return written;
    };
    const { mknod } = dir.node;
    dir.node.mknod = (parent, name, mode, device) => {
      if (this.fs.isDir(mode)) this.need(this.account.folder, EMSCRIPTEN_ENOSPC);
      const node = mknod(parent, name, mode, device);
      this.stamp(node);
      return node;
    };
  }

  /** A file that grows by a block needs one. */
  private makeSure(node: FsNode, size: number): void {
    const before = node.usedBytes ?? 0;
    if (size > before) this.need(this.account.file(size) - this.account.file(before), PORT_ENOSPC);
  }

  private need(blocks: number, errno: number): void {
    if (blocks > 0 && blocks > this.blocks().free) throw new this.fs.ErrnoError(errno);
  }

  private stamp(node: FsNode): void {
    node.atime = node.mtime = node.ctime = Math.floor(this.clock()) * 1000;
  }
}

/** Of a file. */
function contentsOf({ contents, usedBytes }: FsNode): Uint8Array {
  return Uint8Array.from((contents ?? []) as ArrayLike<number>).subarray(0, usedBytes ?? 0);
}
