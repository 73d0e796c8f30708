import { type Document, isMap, isPair, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Problem } from './problem.ts';

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A YAML file read as plain data that still knows where each value stands. */
export interface YamlSource {
  readonly data: unknown;
  /** Syntax errors; `data` is then what could be read in spite of them. */
  readonly errors: readonly (Place & { message: string })[];
  /** Where the problem's value, or its key, begins; of a value that is missing, what should hold it. */
  locate(problem: Problem): Place;
}

export function readYaml(text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  return {
    data: document.errors.length > 0 ? undefined : document.toJS(),
    errors: [...document.errors, ...document.warnings].map((error) => ({
      ...place(error.pos[0]),
      message: error.message,
    })),
    locate: (problem) => place(offsetOf(document, problem)),
  };
}

function offsetOf(document: Document.Parsed, problem: Problem): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const [depth, key] of problem.at.entries()) {
    const last = depth === problem.at.length - 1;
    const child = childOf(node, key);
    if (child === undefined) return offset;
    offset = last && problem.onKey ? child.keyOffset : child.offset;
    node = child.node;
  }
  return offset;
}

/** The value under `key`, with the places of key and value. An empty value stands where its key stands. */
function childOf(node: Node | null, key: PropertyKey) {
  if (isSeq(node) && typeof key === 'number') {
    const item = node.items[key] as Node | undefined;
    const offset = item?.range?.[0];
    return offset === undefined ? undefined : { node: item ?? null, offset, keyOffset: offset };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(
    (item) => isPair(item) && String((item.key as { value?: unknown }).value) === String(key),
  );
  if (pair === undefined) return undefined;
  const keyOffset = (pair.key as Node).range?.[0] ?? 0;
  const value = pair.value as Node | null;
  // A block map or list begins on the line after its key; the key's line is what a reader looks for.
  const offset = value === null || isMap(value) || isSeq(value) ? keyOffset : (value.range?.[0] ?? keyOffset);
  return { node: value, offset, keyOffset };
}
