/** The part of the MicroPython package's interface that a device uses; the package has no types of its own. */

export interface EmscriptenFs {
  mkdirTree(path: string): void;
  writeFile(path: string, data: Uint8Array | string): void;
  readFile(path: string): Uint8Array;
}

export interface MicroPython {
  readonly _module: {
    /** All of the interpreter's memory; a new array after each growth. */
    readonly HEAPU8: Uint8Array;
  };
  readonly FS: EmscriptenFs;
  registerJsModule(name: string, module: Readonly<Record<string, unknown>>): void;
  runPython(code: string): unknown;
}

export interface LoadOptions {
  /** Words for Python frames: bounds the depth of recursion. */
  readonly pystack: number;
  /** Bytes that the garbage-collected heap has at the beginning; it grows. */
  readonly heapsize: number;
  readonly linebuffer: boolean;
  /** Blocks until there is a character. */
  readonly stdin: () => number;
  readonly stdout: (bytes: Uint8Array) => void;
  readonly stderr: (bytes: Uint8Array) => void;
}

export type LoadMicroPython = (options: LoadOptions) => Promise<MicroPython>;
