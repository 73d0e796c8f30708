/**
 * The interpreter as it was before its first program: its memory, and what the package keeps of it in JavaScript.
 * Going back there takes about 1 ms where loading MicroPython and compiling the firmware takes 30 ms, and gives
 * every program the same interpreter to the byte.
 */
import type { FsNode, FsOperations, JsReferences, MicroPython, WasmStack } from './micropython.ts';

/** An interpreter that has grown beyond this is given up instead: memory of WebAssembly does not shrink. */
const LARGEST_KEPT = 64 * 1024 * 1024;

const FIRST_DESCRIPTOR_OF_PROGRAMS = 3;

/** What tells whether a file is as it was. */
interface FileState {
  readonly node: FsNode;
  readonly contents: FsNode['contents'];
  readonly usedBytes: number | undefined;
  readonly mtime: number;
}

export class RestartPoint {
  private readonly python: MicroPython;
  private readonly stack: WasmStack;
  private readonly stackPointer: number;
  /** All of the memory up to its last byte that is not zero. */
  private readonly memory: Uint8Array;
  private readonly references: JsReferences;
  private readonly files: ReadonlyMap<string, FileState>;
  private readonly write: FsOperations['file']['stream']['write'];
  private readonly mknod: FsOperations['dir']['node']['mknod'];

  /** `contents`: the memory as it is now, up to its last byte that is not zero, where somebody has a copy. */
  constructor(python: MicroPython, stack: WasmStack, contents?: Uint8Array) {
    this.python = python;
    this.stack = stack;
    this.stackPointer = stack.emscripten_stack_get_current();
    const memory = python._module.HEAPU8;
    this.memory = contents ?? memory.slice(0, endOfContents(memory));
    // A proxy that JavaScript lets go of would be freed in a later program's memory, where its number means another.
    references().pyProxyFinalizationRegistry = new FinalizationRegistry<number>(() => {});
    this.references = copyOf(references());
    this.files = new Map(filesOf(python));
    const { file, dir } = python.FS.root.mount.type.ops_table;
    this.write = file.stream.write;
    this.mknod = dir.node.mknod;
  }

  /** False when the interpreter cannot be made what it was; it must not be used any more. */
  restore(): boolean {
    if (this.python._module.HEAPU8.length > LARGEST_KEPT || !this.restoreFiles()) return false;
    Object.assign(references(), copyOf(this.references));
    this.stack._emscripten_stack_restore(this.stackPointer);
    const memory = this.python._module.HEAPU8;
    memory.set(this.memory);
    memory.fill(0, this.memory.length);
    return true;
  }

  /** Removes what the program added. */
  private restoreFiles(): boolean {
    const { FS } = this.python;
    const { file, dir } = FS.root.mount.type.ops_table;
    file.stream.write = this.write;
    dir.node.mknod = this.mknod;
    for (const stream of FS.streams.slice(FIRST_DESCRIPTOR_OF_PROGRAMS)) {
      if (stream) FS.close(stream);
    }
    FS.chdir('/');
    const now = [...filesOf(this.python)];
    const kept = now.filter(([path, state]) => isAsBefore(this.files.get(path), state));
    if (kept.length < this.files.size) return false;
    // Contents before their folder.
    for (const [path, { node }] of now.reverse()) {
      if (this.files.has(path)) continue;
      if (FS.isDir(node.mode)) FS.rmdir(path);
      else FS.unlink(path);
    }
    return true;
  }
}

function isAsBefore(before: FileState | undefined, { node, contents, usedBytes, mtime }: FileState): boolean {
  if (before?.node !== node) return false;
  // A folder's time changes with what is put there and removed again.
  if (node.usedBytes === undefined) return true;
  return before.contents === contents && before.usedBytes === usedBytes && before.mtime === mtime;
}

/** Folders before what lies in them. */
function* filesOf({ FS }: MicroPython, folder: FsNode = FS.root, path = ''): Generator<[string, FileState]> {
  for (const [name, node] of Object.entries(folder.contents ?? {}) as [string, FsNode][]) {
    const { contents, usedBytes, mtime } = node;
    const at = `${path}/${name}`;
    yield [at, { node, contents: FS.isDir(node.mode) ? undefined : contents, usedBytes, mtime }];
    if (FS.isDir(node.mode) && node.mount === FS.root.mount) yield* filesOf({ FS } as MicroPython, node, at);
  }
}

/** The package keeps these as globals of the worker. */
export function references(): JsReferences {
  return globalThis as unknown as JsReferences;
}

function copyOf(from: JsReferences): JsReferences {
  return {
    proxy_js_ref: [...from.proxy_js_ref],
    proxy_js_ref_next: from.proxy_js_ref_next,
    proxy_js_ref_map: new Map(from.proxy_js_ref_map),
    proxy_js_map: new Map(from.proxy_js_map),
    proxy_js_existing: [...from.proxy_js_existing],
    pyProxyFinalizationRegistry: from.pyProxyFinalizationRegistry,
  };
}

/** Looks from the end: most of the memory has never been touched. */
export function endOfContents(memory: Uint8Array): number {
  const words = new Int32Array(memory.buffer, memory.byteOffset, memory.length / 4);
  let end = words.length;
  while (end > 0 && words[end - 1] === 0) end--;
  return end * 4;
}
