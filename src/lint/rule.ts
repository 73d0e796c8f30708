/** What a rule sees, and what it says. */
import type { TlsUse } from './contexts.ts';
import type { Expression, Program } from './python/program.ts';

export interface Subject {
  readonly program: Program;
  readonly uses: readonly TlsUse[];
  /** Contents of a file on the device, by the path that the program names; undefined when it is not known. */
  readFile(path: string): Uint8Array | undefined;
  /** Bytes that an expression stands for: a literal, a file it names or opens, a variable that holds one of these. */
  bytesOf(expression: Expression): Uint8Array | undefined;
  /** The board's clock is right before the program starts. */
  readonly clockIsSet: boolean;
}

export interface Finding {
  readonly line: number;
  /** What is so. */
  readonly message: string;
  /** What comes of it. */
  readonly why: string;
  /** What to do. */
  readonly remedy: string;
}

export interface Rule {
  /** As reports name it. */
  readonly id: string;
  check(subject: Subject): readonly Finding[];
}
