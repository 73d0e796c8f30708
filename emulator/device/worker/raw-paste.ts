/**
 * Raw paste mode: how mpremote hands over a program without overrunning the board's input (MicroPython's
 * docs/reference/repl.rst). The interpreter below announces it, but its build cannot read the program, so the
 * prompt takes part in the protocol itself and passes the text on as an ordinary raw command.
 *
 *     host   \x05 A \x01                    asks for it, at the raw prompt
 *     board  R \x01 window(u16) \x01        window: how much may be sent for each \x01
 *     host   … program … \x04              waits for \x01 whenever its windows are used up
 *     board  \x04 output \x04 error \x04 >
 */
import { CTRL_C } from '../console.ts';

const CTRL_A = 0x01;
const CTRL_D = 0x04;
const CTRL_E = 0x05;

/** Half of the port's input buffer of 256 bytes. */
const WINDOW = 128;
const WINDOW_FREE = Uint8Array.of(CTRL_A);
const END = Uint8Array.of(CTRL_D);

const REQUEST = [CTRL_E, 'A'.charCodeAt(0), CTRL_A] as const;

/** Recognises the request among the bytes of a raw command. */
export class RawPasteRequest {
  private matched = 0;

  /** The raw prompt has begun a new command. */
  restart(): void {
    this.matched = 0;
  }

  /** True when `byte` completes a request that stands at the beginning of the command. */
  accept(byte: number): boolean {
    if (this.matched < 0 || byte !== REQUEST[this.matched]) {
      this.matched = -1;
      return false;
    }
    this.matched += 1;
    return this.matched === REQUEST.length;
  }
}

/** Reads the program. Undefined when Ctrl-C cancelled it. */
export function readRawPaste(read: () => number, write: (bytes: Uint8Array) => void): number[] | undefined {
  write(Uint8Array.of('R'.charCodeAt(0), 1, WINDOW & 0xff, WINDOW >> 8));
  write(WINDOW_FREE);
  const program: number[] = [];
  for (;;) {
    const byte = read();
    if (byte === CTRL_D || byte === CTRL_C) {
      write(END);
      return byte === CTRL_D ? program : undefined;
    }
    program.push(byte);
    if (program.length % WINDOW === 0) write(WINDOW_FREE);
  }
}
