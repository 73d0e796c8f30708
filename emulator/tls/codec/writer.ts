import type { AnnotatedField } from '../../world/trace-events.ts';
import { type FieldSink, FieldTree } from './field-tree.ts';

/** Closes what was opened; the argument says in words what it holds. */
export type Close = (value?: string) => void;

/**
 * Writes one message, naming each field as it goes. `const end = w.lengthU16('cipher_suites')` opens a vector
 * (RFC 8446 section 3.4) and `end()` fills in its length, so nesting in the code is nesting on the wire.
 */
export class Writer {
  private buffer = new Uint8Array(512);
  private used = 0;
  private readonly tree: FieldSink;

  /** `tree`: what keeps the fields; a FieldPath keeps none. */
  constructor(tree: FieldSink = new FieldTree()) {
    this.tree = tree;
  }

  get length(): number {
    return this.used;
  }

  u8(name: string, value: number, meaning?: string): void {
    this.integer(name, value, 1, meaning);
  }

  u16(name: string, value: number, meaning?: string): void {
    this.integer(name, value, 2, meaning);
  }

  u24(name: string, value: number, meaning?: string): void {
    this.integer(name, value, 3, meaning);
  }

  u32(name: string, value: number, meaning?: string): void {
    this.integer(name, value, 4, meaning);
  }

  bytes(name: string, value: Uint8Array, meaning?: string): void {
    if (this.tree.keeps) this.tree.leaf(name, this.used, value.length, meaning);
    const start = this.reserve(value.length);
    this.buffer.set(value, start);
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

  /** A named run of fields without a length of its own: a struct. */
  group(name: string): Close {
    this.tree.begin(name, this.used);
    return (value) => this.tree.end(this.used, value);
  }

  finish(): { bytes: Uint8Array; fields: readonly AnnotatedField[] } {
    return { bytes: this.buffer.slice(0, this.used), fields: this.tree.finish(this.used) };
  }

  private integer(name: string, value: number, size: number, meaning: string | undefined): void {
    if (this.tree.keeps) this.tree.leaf(name, this.used, size, meaning ?? String(value));
    this.put(this.reserve(size), value, size);
  }

  private vector(name: string, size: number): Close {
    this.tree.begin(name, this.used);
    const prefix = this.reserve(size);
    return (value) => {
      const length = this.used - prefix - size;
      if (length >= 2 ** (8 * size)) throw new RangeError(`${name}: ${length} bytes do not fit its length`);
      this.put(prefix, length, size);
      this.tree.end(this.used, value);
    };
  }

  private put(offset: number, value: number, size: number): void {
    for (let i = 0; i < size; i++) this.buffer[offset + i] = value >>> (8 * (size - 1 - i));
  }

  private reserve(size: number): number {
    const start = this.used;
    this.used += size;
    if (this.used > this.buffer.length) {
      const larger = new Uint8Array(Math.max(this.used, 2 * this.buffer.length));
      larger.set(this.buffer.subarray(0, start));
      this.buffer = larger;
    }
    return start;
  }
}
