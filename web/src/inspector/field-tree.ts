/** Annotated fields in the order in which they are read, each with a number, and for each byte whose it is. */
import type { AnnotatedField } from '../../../emulator/world/trace-events.ts';

export interface NumberedField {
  readonly number: number;
  readonly field: AnnotatedField;
  readonly children: readonly NumberedField[];
  /** Numbers from the outermost field to this one. */
  readonly path: readonly number[];
}

export interface FieldTree {
  readonly roots: readonly NumberedField[];
  /** By number. */
  readonly all: readonly NumberedField[];
}

/** Bytes that follow one another and belong to the same innermost field. */
export interface Run {
  readonly offset: number;
  readonly length: number;
  /** Undefined where nothing is said of them. */
  readonly field: NumberedField | undefined;
}

export function fieldTree(fields: readonly AnnotatedField[]): FieldTree {
  const all: NumberedField[] = [];
  const visit = (each: readonly AnnotatedField[], above: readonly number[]): NumberedField[] =>
    each.map((field) => {
      const children: NumberedField[] = [];
      const path = [...above, all.length];
      const numbered = { number: all.length, field, children, path };
      all.push(numbered);
      children.push(...visit(field.children ?? [], path));
      return numbered;
    });
  return { roots: visit(fields, []), all };
}

/** The lines of a hex view, each with its runs. */
export function hexLines(tree: FieldTree, length: number, width: number): Run[][] {
  const owner = new Array<NumberedField | undefined>(length).fill(undefined);
  // Inner fields come after the ones around them.
  for (const each of tree.all) owner.fill(each, each.field.offset, each.field.offset + each.field.length);
  const lines: Run[][] = [];
  for (let start = 0; start < length; start += width) {
    const runs: { offset: number; length: number; field: NumberedField | undefined }[] = [];
    for (let at = start; at < Math.min(length, start + width); at++) {
      const last = runs.at(-1);
      if (last !== undefined && last.field === owner[at]) last.length++;
      else runs.push({ offset: at, length: 1, field: owner[at] });
    }
    lines.push(runs);
  }
  return lines;
}

/** What a field means, and where it is written. */
export interface Explanation {
  readonly meaning: string | undefined;
  readonly section: string | undefined;
}

/** Where nothing is written of a field by its name, what is around it counts; around all fields is `section`. */
export function explained(
  tree: FieldTree,
  { field, path }: NumberedField,
  explain: (field: AnnotatedField) => Explanation,
  section?: string,
): Explanation {
  const sections = path.map((number) => explain(tree.all[number]!.field).section);
  return {
    meaning: explain(field).meaning,
    section: sections.findLast((each) => each !== undefined) ?? section,
  };
}
