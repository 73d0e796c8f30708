/**
 * The interpreter with the firmware compiled in it, as the build made it: its memory, and what the package keeps of
 * it in JavaScript. Putting the memory in place takes 1 ms where compiling the firmware takes a third of a worker's
 * start. It is `RestartPoint`'s idea across processes, and it holds only where MicroPython, just loaded, is to the
 * byte what it was when the image was made; else the firmware is compiled as if there were none.
 */
import type { BridgeFunctions } from './bridge/functions.ts';
import type { JsReferences, MicroPython, WasmStack } from './micropython.ts';
import { endOfContents, references } from './restart-point.ts';

/** Two are made: `plain` for a program that waits already, `ahead` with the modules that most programs import. */
export type ImageKind = 'plain' | 'ahead';

interface LoadedState {
  /** Bytes up to the last that is not zero. */
  readonly end: number;
  readonly fingerprint: number;
}

interface ImageHead {
  /** Bytes of the whole memory, which is zero behind those in the image. */
  readonly memorySize: number;
  /** What MicroPython was when it was just loaded. */
  readonly loaded: LoadedState;
  readonly stackPointer: number;
  /** Objects that Python refers to by number, after the package's own: names of the bridge's functions, '' for the bridge. */
  readonly references: readonly string[];
}

export interface Image extends ImageHead {
  readonly memory: Uint8Array;
}

const OF_PACKAGE = 2;

/** One word in so many tells versions of MicroPython apart; all of them would take 10 ms in code that is not yet warm. */
const STRIDE = 61;

/** A name for the contents of the memory's first `end` bytes (FNV-1a over some of its words). */
function fingerprint({ _module }: MicroPython, end: number): number {
  const { buffer, byteOffset } = _module.HEAPU8;
  const words = new Int32Array(buffer, byteOffset, end / 4);
  let hash = 0x811c9dc5 | 0;
  for (let i = 0; i < words.length; i += STRIDE) hash = Math.imul(hash ^ words[i]!, 0x01000193);
  return hash;
}

/** What `takeImage` wants to know of an interpreter that was just loaded. */
export function loadedState(python: MicroPython): LoadedState {
  const end = endOfContents(python._module.HEAPU8);
  return { end, fingerprint: fingerprint(python, end) };
}

/** Throws when there is something in the interpreter that another process could not have. */
export function takeImage(
  { _module }: MicroPython,
  stack: WasmStack,
  bridge: BridgeFunctions,
  loaded: LoadedState,
): Image {
  const state = references();
  const names = new Map<unknown, string>([[bridge, ''], ...Object.entries(bridge).map(swapped)]);
  const own = state.proxy_js_ref.slice(OF_PACKAGE).map((object) => {
    const name = names.get(object);
    if (name === undefined) throw new Error(`Python refers to an object that is not the bridge's: ${object}`);
    return name;
  });
  if (state.proxy_js_ref_next !== state.proxy_js_ref.length || state.proxy_js_existing.some(Boolean))
    throw new Error('the package has let go of objects, or holds more');
  if (loaded.end > endOfContents(_module.HEAPU8)) throw new Error('the image would leave bytes behind it');
  return {
    memorySize: _module.HEAPU8.length,
    loaded,
    stackPointer: stack.emscripten_stack_get_current(),
    references: own,
    memory: _module.HEAPU8.slice(0, endOfContents(_module.HEAPU8)),
  };
}

/** Makes an interpreter that was just loaded what the image says. False where it is another one: it is left as it is. */
export function putImage(
  python: MicroPython,
  stack: WasmStack,
  bridge: BridgeFunctions,
  image: Image,
): boolean {
  const memory = python._module.HEAPU8;
  const { loaded, memorySize } = image;
  const isSame = memory.length === memorySize && fingerprint(python, loaded.end) === loaded.fingerprint;
  if (!isSame || image.references.some((name) => name !== '' && !(name in bridge))) return false;
  const state: JsReferences = references();
  for (const name of image.references) {
    const object = name === '' ? bridge : bridge[name];
    state.proxy_js_ref_map.set(object, state.proxy_js_ref.push(object) - 1);
  }
  state.proxy_js_ref_next = state.proxy_js_ref.length;
  stack._emscripten_stack_restore(image.stackPointer);
  memory.set(image.memory);
  return true;
}

/** u32 length of the head, the head as JSON, the memory. */
export function encodeImage({ memory, ...head }: Image): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(head satisfies ImageHead));
  const whole = new Uint8Array(4 + text.length + memory.length);
  new DataView(whole.buffer).setUint32(0, text.length);
  whole.set(text, 4);
  whole.set(memory, 4 + text.length);
  return whole;
}

export function decodeImage(bytes: Uint8Array): Image {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as ImageHead;
  return { ...head, memory: bytes.subarray(4 + length) };
}

function swapped<A, B>([a, b]: readonly [A, B]): [B, A] {
  return [b, a];
}
