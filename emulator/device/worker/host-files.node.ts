/**
 * The computer's files in the interpreter's file system: a file system type for Emscripten's `FS.mount`, each
 * operation passed on to node:fs. Folders of the root are mounted one by one, since the root itself holds the
 * firmware.
 */
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  renameSync,
  rmdirSync,
  type Stats,
  statSync,
  truncateSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { withoutCodeEmitters } from './code-emitters.ts';
import type { EmscriptenFs, FsNode, FsStream } from './micropython.ts';

/** Emscripten's errno numbers (WASI's) by the names that Node uses. */
const ERRNO: Readonly<Record<string, number>> = {
  EACCES: 2,
  EBADF: 8,
  EBUSY: 10,
  EEXIST: 20,
  EINVAL: 28,
  EIO: 29,
  EISDIR: 31,
  ELOOP: 32,
  EMFILE: 33,
  ENAMETOOLONG: 37,
  ENOENT: 44,
  ENOSPC: 51,
  ENOTDIR: 54,
  ENOTEMPTY: 55,
  EPERM: 63,
  EROFS: 69,
  EXDEV: 75,
};

/** Belong to the interpreter: its devices, the firmware, the modules that `mip` installs. */
const KEPT = new Set(['dev', 'proc', 'rom', 'lib']);

/** `whence` of a seek. */
const SEEK_CUR = 1;
const SEEK_END = 2;

const FOLDER_BITS = 0o040000;

export function mountHostFiles(fs: EmscriptenFs, folder: string, opensProgram: () => boolean): void {
  const type = hostFileSystem(fs, opensProgram);
  for (const name of readdirSync('/')) {
    const root = `/${name}`;
    if (KEPT.has(name) || !statSync(root, { throwIfNoEntry: false })?.isDirectory()) continue;
    fs.mkdirTree(root);
    fs.mount(type, { root }, root);
  }
  fs.chdir(folder);
}

/** What Emscripten expects of a file system; its names, hence the underscores. */
function hostFileSystem(fs: EmscriptenFs, opensProgram: () => boolean) {
  const guarded = <T>(operation: () => T): T => {
    try {
      return operation();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      throw new fs.ErrnoError(ERRNO[code] ?? ERRNO.EIO!);
    }
  };

  const node = (parent: FsNode | null, name: string, mode: number): FsNode => {
    const created = fs.createNode(parent, name, mode, 0);
    created.node_ops = node_ops;
    created.stream_ops = stream_ops;
    return created;
  };

  const node_ops = {
    getattr: (file: FsNode) => guarded(() => attributes(lstatSync(pathOf(file)))),
    setattr: (file: FsNode, changes: { size?: number }) =>
      guarded(() => {
        if (changes.size !== undefined) truncateSync(pathOf(file), changes.size);
      }),
    lookup: (parent: FsNode, name: string) =>
      node(
        parent,
        name,
        guarded(() => lstatSync(join(pathOf(parent), name)).mode),
      ),
    mknod(parent: FsNode, name: string, mode: number) {
      const path = join(pathOf(parent), name);
      guarded(() => ((mode & FOLDER_BITS) !== 0 ? mkdirSync(path) : closeSync(openSync(path, 'wx'))));
      return node(parent, name, mode);
    },
    rename(file: FsNode, parent: FsNode, name: string) {
      guarded(() => renameSync(pathOf(file), join(pathOf(parent), name)));
      (file as { name: string }).name = name;
    },
    unlink: (parent: FsNode, name: string) => guarded(() => unlinkSync(join(pathOf(parent), name))),
    rmdir: (parent: FsNode, name: string) => guarded(() => rmdirSync(join(pathOf(parent), name))),
    readdir: (folder: FsNode) => guarded(() => ['.', '..', ...readdirSync(pathOf(folder))]),
    readlink: (file: FsNode) => guarded(() => readlinkSync(pathOf(file))),
  };

  const stream_ops = {
    open(stream: FsStream) {
      const path = pathOf(stream.node);
      stream.nfd = guarded(() => openSync(path, accessOf(stream.flags)));
      if (opensProgram() && !fs.isDir(stream.node.mode) && !path.endsWith('.mpy'))
        stream.program = withoutCodeEmitters(guarded(() => readFileSync(path)));
    },
    close: (stream: FsStream) => guarded(() => closeSync(stream.nfd!)),
    read(stream: FsStream, heap: Int8Array, offset: number, length: number, position: number) {
      const { program } = stream;
      if (program === undefined) return guarded(() => readSync(stream.nfd!, heap, offset, length, position));
      const bytes = program.subarray(position, position + length);
      heap.set(bytes, offset);
      return bytes.length;
    },
    write: (stream: FsStream, heap: Int8Array, offset: number, length: number, position: number) =>
      guarded(() => writeSync(stream.nfd!, heap, offset, length, position)),
    llseek(stream: FsStream, offset: number, whence: number) {
      const base =
        whence === SEEK_CUR
          ? stream.position
          : whence === SEEK_END
            ? guarded(() => fstatSync(stream.nfd!).size)
            : 0;
      if (base + offset < 0) throw new fs.ErrnoError(ERRNO.EINVAL!);
      return base + offset;
    },
    truncate: (stream: FsStream, size: number) => guarded(() => ftruncateSync(stream.nfd!, size)),
  };

  return {
    mount: (mount: { opts: { root: string } }) =>
      node(
        null,
        '/',
        guarded(() => statSync(mount.opts.root).mode),
      ),
    node_ops,
    stream_ops,
  };
}

/** The path on the computer. A mounted folder's own node is its own parent. */
function pathOf(node: FsNode): string {
  const names: string[] = [];
  let each = node;
  for (; each.parent !== each; each = each.parent) names.push(each.name);
  return join(each.mount.opts.root, ...names.reverse());
}

const ACCESS_MODE = 3;
const READ_ONLY = 0;

/** Emscripten creates and truncates by calls of their own, before it opens. */
function accessOf(flags: number): 'r' | 'r+' {
  return (flags & ACCESS_MODE) === READ_ONLY ? 'r' : 'r+';
}

function attributes(stats: Stats) {
  const { dev, ino, mode, nlink, uid, gid, rdev, size, atime, mtime, ctime, blksize, blocks } = stats;
  return { dev, ino, mode, nlink, uid, gid, rdev, size, atime, mtime, ctime, blksize, blocks };
}
