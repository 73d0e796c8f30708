/**
 * A DER reader that remembers where it was. It reads as mbedTLS's asn1parse.c does, step by step, because the
 * device must fail with the same code at the same byte; and each `field` it is told about can become part of the
 * annotated tree that explains the bytes. (X.690; mbedTLS accepts some BER: lengths longer than needed.)
 */
import { toHex } from '../world/bytes.ts';
import type { AnnotatedField } from '../world/trace-events.ts';
import { ERR, type ErrorName, errorText } from './mbedtls-codes.ts';

export const Tag = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  NULL: 0x05,
  OID: 0x06,
  ENUMERATED: 0x0a,
  UTF8_STRING: 0x0c,
  PRINTABLE_STRING: 0x13,
  T61_STRING: 0x14,
  IA5_STRING: 0x16,
  UTC_TIME: 0x17,
  GENERALIZED_TIME: 0x18,
  UNIVERSAL_STRING: 0x1c,
  BMP_STRING: 0x1e,
  SEQUENCE: 0x30,
  SET: 0x31,
} as const;

/** [n], context-specific; constructed when it wraps other values. */
export function contextTag(number: number, constructed: boolean): number {
  return 0x80 | (constructed ? 0x20 : 0) | number;
}

/** Input that is not what it should be. `code` is the number mbedTLS returns, `name` its macro's name. */
export class DerError extends Error {
  override readonly name = 'DerError';
  /** Negative, as in `OSError(-8674, …)`. */
  readonly code: number;
  /** "MBEDTLS_ERR_X509_INVALID_FORMAT+MBEDTLS_ERR_ASN1_UNEXPECTED_TAG" */
  readonly codeName: string;
  /** Offset of the offending byte from the start of the input. */
  readonly offset: number;

  constructor(names: ErrorName[], offset: number, message: string) {
    super(`${message} at byte ${offset}`);
    this.code = names.reduce((sum, name) => sum + ERR[name], 0);
    this.codeName = errorText(...names);
    this.offset = offset;
  }
}

/** What mbedTLS adds the low-level code to: the kind of thing that was being read. */
export type Area = ErrorName | undefined;

interface OpenField {
  readonly children: AnnotatedField[];
}

/** AlgorithmIdentifier; `parametersTag` is 0 when there are no parameters. */
export interface AlgorithmIdentifier {
  readonly oid: string;
  readonly parametersTag: number;
  readonly parameters: Uint8Array;
  /** Reads the parameters' contents where they stand. */
  readonly parametersReader: DerReader;
}

export class DerReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  offset: number;
  private readonly area: Area;
  /** The fields now being read, outermost first, below them the whole; undefined where nobody wants to know. */
  private readonly open: OpenField[] | undefined;

  /** Reads without annotating; see `readExplained`. */
  constructor(bytes: Uint8Array, area?: Area, open?: OpenField[], offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
    this.area = area;
    this.open = open;
  }

  /** A reader of the next `length` bytes, in the same coordinates, annotating into the same tree. */
  sub(length: number, area: Area = this.area): DerReader {
    return new DerReader(this.bytes, area, this.open, this.offset, this.offset + length);
  }

  /** Over all that is left, with codes of another area; does not move this reader. */
  as(area: Area): DerReader {
    return new DerReader(this.bytes, area, this.open, this.offset, this.end);
  }

  /** Lets `read` go on from here, its errors belonging to another area. */
  within<T>(area: Area, read: (inner: DerReader) => T): T {
    const inner = this.as(area);
    const result = read(inner);
    this.offset = inner.offset;
    return result;
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  get atEnd(): boolean {
    return this.offset === this.end;
  }

  /** Whether anybody will see what `field` is told. */
  get annotates(): boolean {
    return this.open !== undefined;
  }

  /** Names the bytes that `read` consumes; what it reads with `field` itself becomes the children. */
  field<T>(name: string, read: () => T, describe?: (value: T) => string | undefined): T {
    const { open } = this;
    if (open === undefined) return read();
    const start = this.offset;
    const parent = open.at(-1)!;
    const node: OpenField = { children: [] };
    open.push(node);
    try {
      const result = read();
      const value = describe?.(result);
      parent.children.push({
        name,
        offset: start,
        length: this.offset - start,
        ...(value === undefined ? {} : { value }),
        ...(node.children.length === 0 ? {} : { children: node.children }),
      });
      return result;
    } finally {
      open.splice(open.indexOf(node));
    }
  }

  fail(low: ErrorName, message: string): never {
    throw new DerError(this.area === undefined ? [low] : [this.area, low], this.offset, message);
  }

  /** Fails with the area's own code alone, where mbedTLS adds nothing to it. */
  failPlain(name: ErrorName, message: string): never {
    throw new DerError([name], this.offset, message);
  }

  /** The next byte without consuming it; undefined at the end. */
  peek(): number | undefined {
    return this.offset < this.end ? this.bytes[this.offset] : undefined;
  }

  /** Consumes tag and length and returns the length; the contents come next. */
  tag(expected: number): number {
    const found = this.peek();
    if (found === undefined) this.fail('ASN1_OUT_OF_DATA', `tag ${hex(expected)} expected, data ends`);
    if (found !== expected) {
      this.fail('ASN1_UNEXPECTED_TAG', `tag ${hex(expected)} expected, ${hex(found)} found`);
    }
    this.offset++;
    return this.length();
  }

  /** Whether the next tag is `expected`; consumes nothing. */
  isTag(expected: number): boolean {
    return this.peek() === expected;
  }

  length(): number {
    const first = this.peek();
    if (first === undefined) this.fail('ASN1_OUT_OF_DATA', 'length expected, data ends');
    if (first < 0x80) {
      this.offset++;
      return this.bounded(first);
    }
    const count = first & 0x7f;
    if (count === 0 || count > 4) this.fail('ASN1_INVALID_LENGTH', `length of ${count} bytes`);
    if (this.remaining <= count) this.fail('ASN1_OUT_OF_DATA', 'data ends within a length');
    let length = 0;
    for (let i = 1; i <= count; i++) length = length * 256 + this.bytes[this.offset + i]!;
    this.offset += 1 + count;
    return this.bounded(length);
  }

  private bounded(length: number): number {
    if (length > this.remaining) {
      this.fail('ASN1_OUT_OF_DATA', `${length} bytes announced, ${this.remaining} there`);
    }
    return length;
  }

  take(length: number): Uint8Array {
    const start = this.offset;
    this.offset += length;
    return this.bytes.subarray(start, this.offset);
  }

  /** A whole value with this tag, without its header. */
  value(tag: number): Uint8Array {
    return this.take(this.tag(tag));
  }

  /** Enters a constructed value, lets `read` consume it, and demands that it consumed all of it. */
  constructed<T>(tag: number, read: (inner: DerReader) => T, area: Area = this.area): T {
    const inner = this.sub(this.tag(tag), area);
    const result = read(inner);
    inner.expectEnd();
    this.offset = inner.offset;
    return result;
  }

  expectEnd(): void {
    if (!this.atEnd) this.fail('ASN1_LENGTH_MISMATCH', `${this.remaining} bytes too many`);
  }

  boolean(): boolean {
    const length = this.tag(Tag.BOOLEAN);
    if (length !== 1) this.fail('ASN1_INVALID_LENGTH', `BOOLEAN of ${length} bytes`);
    return this.take(1)[0] !== 0;
  }

  /** A small non-negative INTEGER, as mbedtls_asn1_get_int allows: below 2^31; or an ENUMERATED. */
  smallInteger(tag: number = Tag.INTEGER): number {
    const bytes = this.value(tag);
    if (bytes.length === 0) this.fail('ASN1_INVALID_LENGTH', 'empty INTEGER');
    if (bytes[0]! & 0x80) this.fail('ASN1_INVALID_LENGTH', 'negative INTEGER');
    const significant = withoutLeadingZeros(bytes);
    if (significant.length > 4 || (significant.length === 4 && significant[0]! & 0x80)) {
      this.fail('ASN1_INVALID_LENGTH', 'INTEGER over 31 bits');
    }
    return significant.reduce((sum, byte) => sum * 256 + byte, 0);
  }

  /** An unsigned INTEGER of any length, big-endian without leading zeros. */
  unsignedInteger(): Uint8Array {
    return withoutLeadingZeros(this.value(Tag.INTEGER));
  }

  oid(): string {
    return decodeOid(this.value(Tag.OID));
  }

  /** BIT STRING that must fill the reader; the bytes without the count of unused bits. */
  bitString(): Uint8Array {
    const length = this.tag(Tag.BIT_STRING);
    if (length < 1) this.fail('ASN1_OUT_OF_DATA', 'empty BIT STRING');
    const unused = this.bytes[this.offset]!;
    if (unused > 7) this.fail('ASN1_INVALID_LENGTH', `${unused} unused bits`);
    this.offset++;
    const bits = this.take(length - 1);
    this.expectEnd();
    return bits;
  }

  /** BIT STRING of whole bytes; returns their count, the contents come next. */
  wholeBitString(): number {
    const length = this.tag(Tag.BIT_STRING);
    if (length === 0) this.fail('ASN1_INVALID_DATA', 'empty BIT STRING');
    if (this.bytes[this.offset] !== 0) this.fail('ASN1_INVALID_DATA', 'BIT STRING with unused bits');
    this.offset++;
    return length - 1;
  }

  algorithmIdentifier(): AlgorithmIdentifier {
    const inner = this.sub(this.tag(Tag.SEQUENCE));
    const oid = inner.oid();
    const parametersTag = inner.peek() ?? 0;
    let length = 0;
    if (!inner.atEnd) {
      inner.offset++;
      length = inner.length();
    }
    const parametersReader = inner.sub(length);
    const parameters = inner.take(length);
    inner.expectEnd();
    this.offset = inner.offset;
    return { oid, parametersTag, parameters, parametersReader };
  }
}

/** Bytes with an explanation. */
export interface Explained {
  /** The bytes explained; offsets count from the first of them. */
  readonly fields: readonly AnnotatedField[];
}

/**
 * What `read` makes of the bytes, and the fields it names. Few ever look at those, and naming them takes longer
 * than all the rest: they are collected in a second reading, when they are first asked for.
 */
export function readExplained<T extends object>(
  bytes: Uint8Array,
  area: Area,
  read: (reader: DerReader) => T,
): T & Explained {
  let fields: readonly AnnotatedField[] | undefined;
  return {
    ...read(new DerReader(bytes, area)),
    get fields(): readonly AnnotatedField[] {
      fields ??= annotate(bytes, area, read);
      return fields;
    },
  };
}

function annotate(bytes: Uint8Array, area: Area, read: (reader: DerReader) => unknown) {
  const whole: OpenField = { children: [] };
  read(new DerReader(bytes, area, [whole]));
  return whole.children;
}

/** Longer contents are no OID anybody uses, and reading one as numbers takes time with the square of its length. */
const LONGEST_OID = 64;

/**
 * Dotted form. Contents that no OID encodes to (incomplete, padded, empty) and very long ones come back as
 * "#" and hex: mbedTLS compares bytes, so two encodings must not become one name.
 */
export function decodeOid(contents: Uint8Array): string {
  const endsWithin = contents.length === 0 || (contents.at(-1)! & 0x80) !== 0;
  if (endsWithin || contents.length > LONGEST_OID || isPadded(contents)) return `#${toHex(contents)}`;
  let text = '';
  for (let start = 0; start < contents.length; ) {
    let end = start + 1;
    while (contents[end - 1]! & 0x80) end++;
    const arc = subidentifier(contents, start, end);
    text += start === 0 ? firstArcs(arc) : `.${arc}`;
    start = end;
  }
  return text;
}

/** Base 128, in as many octets as will do; most arcs are small, and some are UUIDs. */
function subidentifier(contents: Uint8Array, start: number, end: number): number | bigint {
  if (end - start > 7) {
    return contents.subarray(start, end).reduce((arc, byte) => (arc << 7n) | BigInt(byte & 0x7f), 0n);
  }
  let arc = 0;
  for (let i = start; i < end; i++) arc = arc * 128 + (contents[i]! & 0x7f);
  return arc;
}

/** X.690 section 8.19.4: the first two arcs share a subidentifier. */
function firstArcs(arc: number | bigint): string {
  if (arc < 80) return arc < 40 ? `0.${arc}` : `1.${Number(arc) - 40}`;
  return `2.${BigInt(arc) - 80n}`;
}

/** X.690 section 8.19.2: a subidentifier does not begin with 0x80. */
function isPadded(contents: Uint8Array): boolean {
  return contents.some((byte, i) => byte === 0x80 && (i === 0 || (contents[i - 1]! & 0x80) === 0));
}

export function withoutLeadingZeros(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  return bytes.subarray(start);
}

function hex(tag: number): string {
  return `0x${tag.toString(16).padStart(2, '0')}`;
}
