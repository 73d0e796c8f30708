import { CaptureFormatError } from './packets.ts';

/** Reads numbers of either byte order out of a part of a file; what is not there is an error with its offset. */
export class Cursor {
  at: number;
  private readonly file: Uint8Array;
  private readonly view: DataView;
  private readonly littleEndian: boolean;
  private readonly end: number;

  constructor(file: Uint8Array, start: number, end: number, littleEndian: boolean) {
    this.file = file;
    this.view = new DataView(file.buffer, file.byteOffset, file.length);
    this.at = start;
    this.end = end;
    this.littleEndian = littleEndian;
  }

  get remaining(): number {
    return this.end - this.at;
  }

  u16(what: string): number {
    return this.view.getUint16(this.advance(2, what), this.littleEndian);
  }

  u32(what: string): number {
    return this.view.getUint32(this.advance(4, what), this.littleEndian);
  }

  i64(what: string): bigint {
    return this.view.getBigInt64(this.advance(8, what), this.littleEndian);
  }

  bytes(length: number, what: string): Uint8Array {
    const start = this.advance(length, what);
    return this.file.subarray(start, start + length);
  }

  /** The same byte order, over other bytes. */
  elsewhere(bytes: Uint8Array): Cursor {
    return new Cursor(bytes, 0, bytes.length, this.littleEndian);
  }

  private advance(length: number, what: string): number {
    const start = this.at;
    if (length > this.end - start) {
      const there = Math.max(0, this.end - start);
      throw new CaptureFormatError(start, `${what} wants ${length} bytes, ${there} are there`);
    }
    this.at += length;
    return start;
  }
}
