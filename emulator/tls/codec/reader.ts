import type { AnnotatedField } from '../../world/trace-events.ts';
import { TlsError } from '../engine.ts';
import { type FieldSink, FieldTree } from './field-tree.ts';
import type { Close } from './writer.ts';

/** Says in words what a number on the wire means. */
export type Describe = (value: number) => string;

/**
 * Reads one message, naming each field as it goes; the mirror of `Writer`. Whatever does not fit throws a
 * TlsError "decode-error" that names the field. Byte strings are views of the input, not copies.
 */
export class Reader {
  private readonly input: Uint8Array;
  private position = 0;
  private limit: number;
  private readonly tree: FieldSink;

  /** `tree`: what keeps the fields; a FieldPath keeps none. */
  constructor(input: Uint8Array, tree: FieldSink = new FieldTree()) {
    this.input = input;
    this.tree = tree;
    this.limit = input.length;
  }

  /** Bytes left in the innermost open vector, or in the message. */
  get remaining(): number {
    return this.limit - this.position;
  }

  u8(name: string, describe?: Describe): number {
    return this.integer(name, 1, describe);
  }

  u16(name: string, describe?: Describe): number {
    return this.integer(name, 2, describe);
  }

  u24(name: string, describe?: Describe): number {
    return this.integer(name, 3, describe);
  }

  u32(name: string, describe?: Describe): number {
    return this.integer(name, 4, describe);
  }

  bytes(name: string, length: number, describe?: (bytes: Uint8Array) => string): Uint8Array {
    this.want(name, length);
    const value = this.input.subarray(this.position, this.position + length);
    if (this.tree.keeps) this.tree.leaf(name, this.position, length, describe?.(value));
    this.position += length;
    return value;
  }

  /** What is left of the innermost open vector. */
  rest(name: string, describe?: (bytes: Uint8Array) => string): Uint8Array {
    return this.bytes(name, this.remaining, describe);
  }

  lengthU8(name: string): Close {
    return this.vector(name, 1);
  }

  lengthU16(name: string): Close {
    return this.vector(name, 2);
  }

  lengthU24(name: string): Close {
    return this.vector(name, 3);
  }

  group(name: string): Close {
    this.tree.begin(name, this.position);
    return (value) => this.tree.end(this.position, value);
  }

  /** Refuses bytes after the last field. */
  end(): void {
    if (this.remaining > 0) throw this.error('the message', `${this.remaining} bytes too many`);
  }

  /** The fields read so far, also after an error. */
  fields(): readonly AnnotatedField[] {
    return this.tree.finish(this.position);
  }

  error(name: string, problem: string): TlsError {
    return new TlsError('decode-error', `${[...this.tree.path(), name].join(' / ')}: ${problem}`);
  }

  private integer(name: string, size: number, describe: Describe | undefined): number {
    this.want(name, size);
    const value = this.peek(size);
    if (this.tree.keeps) this.tree.leaf(name, this.position, size, describe?.(value) ?? String(value));
    this.position += size;
    return value;
  }

  private vector(name: string, size: number): Close {
    this.want(name, size);
    const length = this.peek(size);
    const outer = this.limit;
    this.tree.begin(name, this.position);
    this.position += size;
    if (length > this.remaining) {
      throw this.error(name, `says ${length} bytes, ${this.remaining} are there`);
    }
    this.limit = this.position + length;
    return (value) => {
      if (this.remaining > 0) throw this.error(name, `${this.remaining} bytes too many`);
      this.limit = outer;
      this.tree.end(this.position, value);
    };
  }

  private peek(size: number): number {
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this.input[this.position + i]!;
    return value;
  }

  private want(name: string, length: number): void {
    if (length > this.remaining) throw this.error(name, `wants ${length} bytes, ${this.remaining} are there`);
  }
}
