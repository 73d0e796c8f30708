/** The part of the MicroPython package's interface that a device uses; the package has no types of its own. */

export interface EmscriptenFs {
  mkdirTree(path: string): void;
  writeFile(path: string, data: Uint8Array | string): void;
  readFile(path: string): Uint8Array;
  lookupPath(path: string): { readonly node: FsNode };
  isDir(mode: number): boolean;
  readonly root: FsNode;
  readdir(path: string): string[];
  chdir(path: string): void;
  mount(type: unknown, options: object, mountpoint: string): unknown;
  createNode(parent: unknown, name: string, mode: number, device: number): FsNode;
  unlink(path: string): void;
  rmdir(path: string): void;
  close(stream: object): void;
  /** By descriptor; those that are closed leave a gap. */
  readonly streams: readonly ({ stream_ops: FsStreamOps } | null)[];
  readonly ErrnoError: new (errno: number) => Error;
}

/** A file or folder as Emscripten's file system keeps it. */
export interface FsNode {
  readonly name: string;
  readonly parent: FsNode;
  readonly mount: {
    readonly opts: { readonly root: string };
    readonly root: FsNode;
    readonly type: { readonly ops_table: FsOperations };
  };
  mode: number;
  /** Length of a file in memory. */
  usedBytes?: number;
  /** Of a folder in memory what lies there by name, of a file its bytes. */
  contents?: Readonly<Record<string, FsNode>> | Uint8Array | null;
  /** Milliseconds since 1970. */
  atime: number;
  mtime: number;
  ctime: number;
  node_ops: object;
  stream_ops: object;
}

type WriteArguments = [
  stream: FsStream,
  source: Int8Array,
  offset: number,
  length: number,
  position: number | undefined,
  canOwn?: boolean,
];

export interface FsStreamOps {
  /** Returns how many bytes it has put into `buffer` from `offset`; 0 at the end. */
  read(stream: FsStream, buffer: Uint8Array, offset: number, length: number, position: number): number;
  /** Returns how many bytes of `source` from `offset` it has taken. */
  write?(...args: WriteArguments): number;
}

/** The operations that all files and folders in memory share. */
export interface FsOperations {
  readonly file: {
    readonly stream: FsStreamOps & {
      /** A stream has been opened; there is none from the beginning. */
      open?(stream: FsStream): void;
      write(...args: WriteArguments): number;
    };
  };
  readonly dir: {
    readonly node: { mknod(parent: FsNode, name: string, mode: number, device: number): FsNode };
  };
}

/** An open file. */
export interface FsStream {
  readonly node: FsNode;
  readonly flags: number;
  position: number;
  nfd?: number;
  /** What is read of it instead of its contents. */
  program?: Uint8Array;
}

export interface MicroPython {
  readonly _module: {
    /** All of the interpreter's memory; a new array after each growth. */
    readonly HEAPU8: Uint8Array;
    /** The next bytecode that looks for it (each jump back, each return of a call) raises KeyboardInterrupt. */
    _mp_sched_keyboard_interrupt(): void;
    /** The byte that interrupts, or -1. */
    _mp_hal_get_interrupt_char(): number;
  };
  readonly FS: EmscriptenFs;
  registerJsModule(name: string, module: Readonly<Record<string, unknown>>): void;
  runPython(code: string): unknown;
  replInit(): void;
  /** Not 0 when the prompt has ended. */
  replProcessChar(byte: number): number;
}

export interface LoadOptions {
  /** Words for Python frames: bounds the depth of recursion. */
  readonly pystack: number;
  /** Bytes that the garbage-collected heap has at the beginning; it grows. */
  readonly heapsize: number;
  readonly linebuffer: boolean;
  readonly stdout: (bytes: Uint8Array) => void;
  readonly stderr: (bytes: Uint8Array) => void;
  /** Where the WebAssembly is; by default beside the package's module. */
  readonly url?: string;
}

export type LoadMicroPython = (options: LoadOptions) => Promise<MicroPython>;

/** What the package keeps beside the interpreter's memory, as globals: objects that Python refers to by number. */
export interface JsReferences {
  proxy_js_ref: unknown[];
  proxy_js_ref_next: number;
  proxy_js_ref_map: Map<unknown, number>;
  proxy_js_map: Map<number, unknown>;
  proxy_js_existing: unknown[];
  pyProxyFinalizationRegistry: FinalizationRegistry<number>;
}

/** The stack pointer of the package's WebAssembly, the only thing that changes outside its memory. */
export interface WasmStack {
  emscripten_stack_get_current(): number;
  _emscripten_stack_restore(pointer: number): void;
}

/** What else of it is used. */
export interface WasmExports extends WasmStack {
  readonly memory: { readonly buffer: ArrayBuffer };
}
