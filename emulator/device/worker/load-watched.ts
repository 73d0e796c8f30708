/** Loads MicroPython and gets hold of its WebAssembly, which the package keeps to itself. */
import type { LoadMicroPython, LoadOptions, MicroPython, WasmExports } from './micropython.ts';
import { StackGuard } from './stack-guard.ts';

type Instantiate = (
  source: unknown,
  imports: WebAssembly.Imports,
) => Promise<{ readonly instance: { readonly exports: unknown } }>;

/** The two ways in which Emscripten makes an instance: of bytes, and, in a browser, of a response. */
const WAYS = ['instantiate', 'instantiateStreaming'] as const;

export interface Loaded {
  readonly python: MicroPython;
  readonly stack: WasmExports;
  readonly guard: StackGuard;
}

/** WebAssembly, which is global in Node and in browsers, is watched while the package is loading. */
export async function loadWatched(load: LoadMicroPython, options: LoadOptions): Promise<Loaded> {
  const { WebAssembly: wasm } = globalThis as unknown as {
    WebAssembly: Record<(typeof WAYS)[number], Instantiate>;
  };
  const guard = new StackGuard();
  let stack: WasmExports | undefined;
  const originals = WAYS.map((way) => [way, wasm[way]] as const);
  for (const [way, original] of originals) {
    wasm[way] = async (source, imports) => {
      const made = await original.call(wasm, source, guard.watch(imports));
      stack = made.instance.exports as WasmExports;
      guard.attach(stack);
      return made;
    };
  }
  try {
    const python = await load(options);
    if (stack === undefined) throw new Error('MicroPython was loaded without an instance of WebAssembly');
    return { python, stack, guard };
  } finally {
    for (const [way, original] of originals) wasm[way] = original;
  }
}
