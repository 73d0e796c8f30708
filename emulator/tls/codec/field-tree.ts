import type { AnnotatedField } from '../../world/trace-events.ts';

interface OpenField {
  name: string;
  offset: number;
  length: number;
  value?: string;
  children?: OpenField[];
}

/** What a writer or reader tells of the fields of one message. Offsets count from the message's first byte. */
export interface FieldSink {
  /** Whether `leaf` does anything, so that its arguments need be made. */
  readonly keeps: boolean;
  leaf(name: string, offset: number, length: number, value: string | undefined): void;
  begin(name: string, offset: number): void;
  end(offset: number, value: string | undefined): void;
  /** What was kept. Fields still open (a message that ends too soon) reach to `offset`. */
  finish(offset: number): readonly AnnotatedField[];
  /** Names of the open fields, outermost first: where in the message one is. */
  path(): readonly string[];
}

/** Keeps no more than an error has to name. */
export class FieldPath implements FieldSink {
  readonly keeps = false;
  private readonly open: string[] = [];

  leaf(): void {}

  begin(name: string): void {
    this.open.push(name);
  }

  end(): void {
    this.open.pop();
  }

  finish(): readonly AnnotatedField[] {
    return [];
  }

  path(): readonly string[] {
    return this.open;
  }
}

/** Collects the named fields while a message is written or read. */
export class FieldTree implements FieldSink {
  readonly keeps = true;
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

  finish(offset: number): readonly AnnotatedField[] {
    while (this.open.length > 0) this.end(offset, undefined);
    return this.roots;
  }

  path(): string[] {
    return this.open.map((field) => field.name);
  }

  private siblings(): OpenField[] {
    return this.open[this.open.length - 1]?.children ?? this.roots;
  }
}
