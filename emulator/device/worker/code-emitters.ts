/**
 * The port compiles functions decorated with `@micropython.native` and `@micropython.viper` to machine code; the
 * WebAssembly interpreter has no emitter for it and refuses them. As bytecode they do the same, slower.
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
