/** `os.dupterm`: a stream of Python's that has what the console says, too. */
import { Newlines } from '../newlines.ts';

export class DuplicateTerminal {
  private readonly newlines = new Newlines();
  /** Python's: takes so many bytes and writes them to its stream. */
  private write: ((length: number) => void) | undefined;
  private pending: number[] = [];
  private isWriting = false;

  attach(write: ((length: number) => void) | undefined): void {
    this.write = write;
    this.pending = [];
  }

  /** What is printed while the stream is being written to waits for its turn. */
  print(bytes: Uint8Array, raw: boolean): void {
    if (this.write === undefined) return;
    // One by one: a print may be too much for the arguments of a call.
    for (const byte of this.newlines.send(bytes, raw)) this.pending.push(byte);
    if (this.isWriting) return;
    this.isWriting = true;
    while (this.pending.length > 0) this.write(this.pending.length);
    this.isWriting = false;
  }

  take(): Uint8Array {
    const bytes = Uint8Array.from(this.pending);
    this.pending = [];
    return bytes;
  }
}
