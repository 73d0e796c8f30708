/** The serial console's output: bytes in; out come lines of text for the trace, and the bytes for the line. */
const NEWLINE = 0x0a;

export class Console {
  private readonly decoder = new TextDecoder();
  private readonly emit: (text: string) => void;
  private readonly send: (bytes: Uint8Array, raw: boolean) => void;
  private line: number[] = [];
  /** So many of them have left. */
  private sent = 0;
  private isRaw = false;

  constructor(emit: (text: string) => void, send: (bytes: Uint8Array, raw: boolean) => void) {
    this.emit = emit;
    this.send = send;
  }

  /** `raw`: as they are, with no \r before \n. */
  write(bytes: Uint8Array, raw = false): void {
    if (raw !== this.isRaw) this.flush();
    this.isRaw = raw;
    for (const byte of bytes) {
      this.line.push(byte);
      if (byte === NEWLINE) this.flush();
    }
  }

  /** Sends what the line has so far, which stays one line for the trace. */
  transmit(): void {
    if (this.sent === this.line.length) return;
    this.send(Uint8Array.from(this.line.slice(this.sent)), this.isRaw);
    this.sent = this.line.length;
  }

  /** Hands on a line that has no end yet, so that it stands before what happens next. */
  flush(): void {
    if (this.line.length === 0) return;
    this.transmit();
    const bytes = Uint8Array.from(this.line);
    this.line = [];
    this.sent = 0;
    // A character cut in two by a flush waits for its other half.
    const text = this.decoder.decode(bytes, { stream: true });
    if (text !== '') this.emit(text);
  }
}
