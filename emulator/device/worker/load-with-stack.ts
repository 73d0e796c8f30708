/** Loads MicroPython and gets hold of its WebAssembly's stack pointer, which the package keeps to itself. */
import type { LoadMicroPython, LoadOptions, MicroPython, WasmStack } from './micropython.ts';

type Instantiate = (...args: unknown[]) => Promise<{ readonly instance: { readonly exports: unknown } }>;

/** The two ways in which Emscripten makes an instance: of bytes, and, in a browser, of a response. */
const WAYS = ['instantiate', 'instantiateStreaming'] as const;

/** WebAssembly, which is global in Node and in browsers, is watched while the package is loading. */
export async function loadWithStack(
  load: LoadMicroPython,
  options: LoadOptions,
): Promise<{ python: MicroPython; stack: WasmStack }> {
  const { WebAssembly: wasm } = globalThis as unknown as {
    WebAssembly: Record<(typeof WAYS)[number], Instantiate>;
  };
  let stack: WasmStack | undefined;
  const originals = WAYS.map((way) => [way, wasm[way]] as const);
  for (const [way, original] of originals) {
    wasm[way] = async (...args) => {
      const made = await original.apply(wasm, args);
      stack = made.instance.exports as WasmStack;
      return made;
    };
  }
  try {
    const python = await load(options);
    if (stack === undefined) throw new Error('MicroPython was loaded without an instance of WebAssembly');
    return { python, stack };
  } finally {
    for (const [way, original] of originals) wasm[way] = original;
  }
}
