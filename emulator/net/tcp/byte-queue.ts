/** Bytes in order, taken from the front; pieces are kept as they came. */
export class ByteQueue {
  private readonly pieces: Uint8Array[] = [];
  private size = 0;

  get length(): number {
    return this.size;
  }

  /** The bytes are copied: the caller may reuse its buffer. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.pieces.push(bytes.slice());
    this.size += bytes.length;
  }

  /** Copies `length` bytes from `offset` on without taking them. */
  peek(offset: number, length: number): Uint8Array {
    const out = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    let skip = offset;
    let filled = 0;
    for (const piece of this.pieces) {
      if (filled === out.length) break;
      const part = piece.subarray(skip, skip + out.length - filled);
      skip = Math.max(0, skip - piece.length);
      out.set(part, filled);
      filled += part.length;
    }
    return out;
  }

  discard(length: number): void {
    let left = Math.min(length, this.size);
    this.size -= left;
    while (left > 0) {
      const first = this.pieces[0]!;
      if (first.length > left) {
        this.pieces[0] = first.subarray(left);
        return;
      }
      left -= first.length;
      this.pieces.shift();
    }
  }

  take(limit: number): Uint8Array {
    const out = this.peek(0, limit);
    this.discard(out.length);
    return out;
  }
}
