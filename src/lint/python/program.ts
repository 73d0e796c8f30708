/** A Python program as the rules look at it: what it imports, assigns and calls, with lines. Nothing is executed. */
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/python';
import { readImports } from './imports.ts';
import { isBytesLiteral, literalText } from './literals.ts';

/** What stands as an argument or right of "=". */
export interface Expression {
  readonly line: number;
  /** As it is written. */
  readonly source: string;
  /** Dotted, imports followed: `ssl.CERT_NONE` also where it was imported from tls by another name. */
  readonly name: string | undefined;
  /** The text that it is, or that it begins with: of str and bytes, in f-strings and sums up to the first variable. */
  readonly text: string | undefined;
  /** Of a `text`: bytes rather than str. */
  readonly isBytes: boolean;
  readonly call: Call | undefined;
}

export interface Call {
  readonly line: number;
  /** Dotted, imports followed; of a method the object's name stands before it. */
  readonly callee: string;
  /** What a method is called on, as it is written. */
  readonly receiver: string | undefined;
  readonly positional: readonly Expression[];
  readonly keywords: ReadonlyMap<string, Expression>;
  /** What the result is assigned to, as it is written. */
  readonly target: string | undefined;
  /** Calls of which this one is an argument, inner first. */
  readonly within: readonly string[];
}

export interface Assignment {
  readonly line: number;
  readonly target: string;
  readonly value: Expression;
}

export interface Program {
  readonly file: string;
  readonly calls: readonly Call[];
  readonly assignments: readonly Assignment[];
}

/** The line at which the text stops being Python. */
export class PythonSyntaxError extends Error {
  override readonly name = 'PythonSyntaxError';
}

export function readProgram(file: string, source: string): Program {
  return new Reader(file, source).read();
}

class Reader {
  private readonly file: string;
  private readonly source: string;
  private readonly top: SyntaxNode;
  private readonly imports: ReadonlyMap<string, string>;
  private readonly lineStarts: readonly number[];

  constructor(file: string, source: string) {
    this.file = file;
    this.source = source;
    this.top = parser.parse(source).topNode;
    this.imports = readImports(this.top, (node) => this.textOf(node));
    this.lineStarts = [0, ...Array.from(source.matchAll(/\n/g), ({ index }) => index + 1)];
  }

  read(): Program {
    const calls: Call[] = [];
    const assignments: Assignment[] = [];
    this.top.cursor().iterate(({ type, node }) => {
      if (type.isError) throw new PythonSyntaxError(`${this.file}:${this.lineOf(node)}: this is not Python`);
      if (type.name === 'CallExpression') calls.push(this.call(node));
      if (type.name === 'AssignStatement') assignments.push(...this.assignment(node));
    });
    return { file: this.file, calls, assignments };
  }

  private call(node: SyntaxNode): Call {
    const callee = node.firstChild!;
    const receiver = callee.name === 'MemberExpression' ? this.textOf(callee.firstChild!) : undefined;
    const positional: Expression[] = [];
    const keywords = new Map<string, Expression>();
    for (const { keyword, value } of argumentsOf(node.getChild('ArgList'))) {
      if (keyword === undefined) positional.push(this.expression(value));
      else keywords.set(this.textOf(keyword), this.expression(value));
    }
    return {
      line: this.lineOf(node),
      callee: this.nameOf(callee) ?? this.textOf(callee),
      receiver,
      positional,
      keywords,
      target: this.targetOf(node),
      within: this.callsAround(node),
    };
  }

  private assignment(node: SyntaxNode): Assignment[] {
    const [target, equals, value] = [node.firstChild, node.firstChild?.nextSibling, node.lastChild];
    if (!target || equals?.name !== 'AssignOp' || !value) return [];
    return [{ line: this.lineOf(node), target: this.textOf(target), value: this.expression(value) }];
  }

  private expression(node: SyntaxNode): Expression {
    return {
      line: this.lineOf(node),
      source: this.textOf(node),
      name: this.nameOf(node),
      text: literalText(node, (part) => this.textOf(part)),
      isBytes: isBytesLiteral(node, (part) => this.textOf(part)),
      call: node.name === 'CallExpression' ? this.call(node) : undefined,
    };
  }

  /** Undefined for what is no name with dots. */
  private nameOf(node: SyntaxNode): string | undefined {
    if (node.name === 'VariableName') {
      const name = this.textOf(node);
      return this.imports.get(name) ?? name;
    }
    if (node.name !== 'MemberExpression' || node.lastChild?.name !== 'PropertyName') return undefined;
    const object = this.nameOf(node.firstChild!);
    return object && `${object}.${this.textOf(node.lastChild)}`;
  }

  private targetOf(node: SyntaxNode): string | undefined {
    const parent = node.parent?.name === 'AwaitExpression' ? node.parent.parent : node.parent;
    if (parent?.name !== 'AssignStatement') return undefined;
    return this.textOf(parent.firstChild!);
  }

  private callsAround(node: SyntaxNode): string[] {
    const names: string[] = [];
    for (let at = node.parent; at !== null && at.name !== 'Body'; at = at.parent) {
      if (at.name === 'CallExpression') names.push(this.nameOf(at.firstChild!) ?? '');
    }
    return names;
  }

  private textOf({ from, to }: SyntaxNode): string {
    return this.source.slice(from, to);
  }

  private lineOf({ from }: SyntaxNode): number {
    const after = this.lineStarts.findIndex((start) => start > from);
    return after < 0 ? this.lineStarts.length : after;
  }
}

function* argumentsOf(list: SyntaxNode | null): Generator<{ keyword?: SyntaxNode; value: SyntaxNode }> {
  for (let node = list?.firstChild ?? null; node !== null; node = node.nextSibling) {
    if (node.nextSibling?.name === 'AssignOp') {
      const value = node.nextSibling.nextSibling;
      if (value === null) return;
      yield { keyword: node, value };
      node = value;
    } else if (!['(', ')', ',', '*', '**', 'Comment'].includes(node.name)) yield { value: node };
  }
}
