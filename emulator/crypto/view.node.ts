/** A plain Uint8Array over the same bytes: Buffer.slice() does not copy, which callers would not expect. */
export function view(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
