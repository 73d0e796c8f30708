/**
 * The port compiles functions decorated with `@micropython.native` and `@micropython.viper` to machine code; the
 * WebAssembly interpreter has no emitter for it and refuses them. As bytecode they do the same, slower. In a whole program
 * the decorators become comments; in a line that is being typed, `@micropython.bytecode`, so that the prompt waits for
 * the function.
 */
const DECORATOR = /^([ \t]*)@(?=micropython\.(?:native|viper)\b)/gm;

/** One character for each byte, and back. */
const latin1 = new TextDecoder('latin1');
const HASH = 0x23;

/** The same for a program that is text already. */
export function textWithoutCodeEmitters(program: string): string {
  return program.replace(DECORATOR, '$1#');
}

/** The program with those decorators as comments: of the same length, with the same lines. */
export function withoutCodeEmitters(program: Uint8Array): Uint8Array {
  const found = [...latin1.decode(program).matchAll(DECORATOR)];
  if (found.length === 0) return program;
  const plain = program.slice();
  for (const { index, 1: indent } of found) plain[index + indent!.length] = HASH;
  return plain;
}

const START = '@micropython.';
const EMITTERS = ['native', 'viper'] as const;
const BYTECODE = [...'bytecode'].map((letter) => letter.charCodeAt(0));
const LINE_ENDS: ReadonlySet<number> = new Set([0x03, 0x04, 0x0a, 0x0d]);

/** What becomes of a byte that was typed: these go to the interpreter now, and then the byte itself, unless it waits. */
export interface Typed {
  readonly before: readonly number[];
  readonly waits: boolean;
}

const PASSES: Typed = { before: [], waits: false };

/** Watches lines as they are typed for such a decorator alone on its line; its name waits for the line's end. */
export class TypedEmitters {
  private line = '';
  private held: number[] = [];

  type(byte: number): Typed {
    const { held } = this;
    const ends = LINE_ENDS.has(byte);
    const line = this.line + String.fromCharCode(byte);
    this.line = ends ? '' : line;
    if (!ends && mayName(line)) {
      held.push(byte);
      return { before: [], waits: true };
    }
    if (held.length === 0) return PASSES;
    this.held = [];
    const name = String.fromCharCode(...held).trimEnd();
    const isEmitter = ends && EMITTERS.some((emitter) => emitter === name);
    return { before: isEmitter ? BYTECODE : held, waits: false };
  }
}

/** The line so far ends in a decorator's name, or in its beginning. */
function mayName(line: string): boolean {
  const name = line.trimStart();
  if (name.length <= START.length || !name.startsWith(START)) return false;
  const rest = name.slice(START.length);
  return EMITTERS.some((emitter) => emitter.startsWith(rest) || emitter === rest.replace(/ +$/, ''));
}
