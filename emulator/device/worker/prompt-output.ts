/**
 * What MicroPython's prompt prints, made into what the port prints: its own banner, and tracebacks without the
 * firmware's frames (the port has C code there; asyncio is frozen Python without line numbers).
 *
 * Bytes go through as they come, since a person watches them being typed, and as many at a time as they came; only
 * what may turn out to be a frame of the firmware waits for the end of its line.
 */
import { FIRMWARE_FOLDER } from './firmware-files.ts';

const NEWLINE = 0x0a;
const HEADING = 'Traceback (most recent call last):';
const FRAME = '  File "';
const FIRMWARE_FRAME = `${FRAME}${FIRMWARE_FOLDER}/`;
const ASYNCIO_FRAME = `${FIRMWARE_FRAME}asyncio/`;
const LINE_NUMBER = /, line \d+/;

/** A character for each byte. */
const LATIN1 = new TextDecoder('latin1');

export class PromptOutput {
  private readonly write: (bytes: Uint8Array) => void;
  /** The line so far, whether sent or held. */
  private line: number[] = [];
  /** For the line, of the bytes that are being accepted. */
  private passed: number[] = [];
  private inTraceback = false;
  /** Nothing of the line has been sent yet. */
  private held = false;

  constructor(write: (bytes: Uint8Array) => void) {
    this.write = write;
  }

  accept(bytes: Uint8Array): void {
    for (const byte of bytes) this.acceptByte(byte);
    if (this.passed.length === 0) return;
    const passed = Uint8Array.from(this.passed);
    this.passed = [];
    this.write(passed);
  }

  private acceptByte(byte: number): void {
    if (this.line.length === 0) this.held = this.inTraceback;
    this.line.push(byte);
    if (this.held && !this.mayBeFirmware()) this.release();
    else if (!this.held) this.passed.push(byte);
    if (byte === NEWLINE) this.endLine();
  }

  /** Compared as bytes: a character may be cut in two. */
  private mayBeFirmware(): boolean {
    const length = Math.min(this.line.length, FIRMWARE_FRAME.length);
    for (let i = 0; i < length; i++) if (this.line[i] !== FIRMWARE_FRAME.charCodeAt(i)) return false;
    return true;
  }

  private release(): void {
    this.held = false;
    this.passed.push(...this.line);
  }

  private endLine(): void {
    const text = LATIN1.decode(Uint8Array.from(this.line));
    if (this.held && text.startsWith(ASYNCIO_FRAME)) this.passed.push(...latin1(asFrozen(text)));
    // After a byte such as \x04 of the raw REPL the heading does not begin the line.
    this.inTraceback = text.trimEnd().endsWith(HEADING) || (this.inTraceback && text.startsWith(FRAME));
    this.line = [];
  }
}

function asFrozen(frame: string): string {
  return frame.replace(`${FIRMWARE_FOLDER}/`, '').replace(LINE_NUMBER, ', line 1');
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
