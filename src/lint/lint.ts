/** Holds a program against the rules. */
import { findTlsUses, resolved } from './contexts.ts';
import { type Expression, type Program, readProgram } from './python/program.ts';
import type { Finding, Rule } from './rule.ts';
import { RULES } from './rules/index.ts';

export interface LintOptions {
  /** By the path that the program names; undefined when it is not known. */
  readFile(path: string): Uint8Array | undefined;
  readonly clockIsSet: boolean;
}

export interface NamedFinding extends Finding {
  readonly file: string;
  readonly rule: Rule['id'];
}

/** In the order of the lines. Throws PythonSyntaxError. */
export function lintProgram(file: string, source: string, options: LintOptions): NamedFinding[] {
  const program = readProgram(file, source);
  const subject = {
    program,
    uses: findTlsUses(program),
    ...options,
    bytesOf: (expression: Expression) => bytesOf(program, expression, options.readFile),
  };
  return RULES.flatMap(({ id, check }) =>
    check(subject).map((finding) => ({ file, rule: id, ...finding })),
  ).sort((a, b) => a.line - b.line);
}

function bytesOf(
  program: Program,
  expression: Expression,
  readFile: LintOptions['readFile'],
): Uint8Array | undefined {
  const { text, isBytes } = resolved(program, expression);
  // A str names a file, bytes are the data, whatever stands in them.
  if (text !== undefined) return isBytes ? fromLatin1(text) : readFile(text);
  return openedWithin(program, expression, readFile);
}

/** `open(path, "rb").read()`. */
function openedWithin(
  program: Program,
  expression: Expression,
  readFile: LintOptions['readFile'],
): Uint8Array | undefined {
  const value = resolved(program, expression);
  const opens = program.calls.filter(({ callee }) => callee === 'open');
  const opened = opens.find((call) => call.line === value.line && value.call?.receiver?.startsWith('open('));
  const path = opened?.positional[0]?.text;
  return path === undefined ? undefined : readFile(path);
}

function fromLatin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
