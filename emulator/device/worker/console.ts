/** The serial console: bytes in, lines of text out. */
const NEWLINE = 0x0a;

export class Console {
  private readonly decoder = new TextDecoder();
  private readonly emit: (text: string) => void;
  private line: number[] = [];

  constructor(emit: (text: string) => void) {
    this.emit = emit;
  }

  write(bytes: Uint8Array): void {
    for (const byte of bytes) {
      this.line.push(byte);
      if (byte === NEWLINE) this.flush();
    }
  }

  /** Hands on a line that has no end yet, so that it stands before what happens next. */
  flush(): void {
    if (this.line.length === 0) return;
    // A character cut in two by a flush waits for its other half.
    const text = this.decoder.decode(Uint8Array.from(this.line), { stream: true });
    this.line = [];
    if (text !== '') this.emit(text);
  }
}
