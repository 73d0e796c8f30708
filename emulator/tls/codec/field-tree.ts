import type { AnnotatedField } from '../../world/trace-events.ts';

interface OpenField {
  name: string;
  offset: number;
  length: number;
  value?: string;
  children?: OpenField[];
}

/** Collects the named fields of one message while it is written or read. Offsets count from its first byte. */
export class FieldTree {
  private readonly roots: OpenField[] = [];
  private readonly open: OpenField[] = [];

  leaf(name: string, offset: number, length: number, value: string | undefined): void {
    const field: OpenField = { name, offset, length };
    if (value !== undefined) field.value = value;
    this.siblings().push(field);
  }

  begin(name: string, offset: number): void {
    const field: OpenField = { name, offset, length: 0, children: [] };
    this.siblings().push(field);
    this.open.push(field);
  }

  end(offset: number, value: string | undefined): void {
    const field = this.open.pop();
    if (field === undefined) throw new Error('a field is closed that was not opened');
    field.length = offset - field.offset;
    if (value !== undefined) field.value = value;
  }

  /** The tree so far. Fields still open (a message that ends too soon) reach to `offset`. */
  finish(offset: number): readonly AnnotatedField[] {
    while (this.open.length > 0) this.end(offset, undefined);
    return this.roots;
  }

  /** Names of the open fields, outermost first: where in the message one is. */
  path(): string[] {
    return this.open.map((field) => field.name);
  }

  private siblings(): OpenField[] {
    return this.open[this.open.length - 1]?.children ?? this.roots;
  }
}
