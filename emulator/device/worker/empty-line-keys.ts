/**
 * The interpreter's prompt, built to be fed key by key, begins anew after every key that leaves its line empty: it
 * prints the prompt once more and forgets that an escape sequence has begun. The port's does not. So on an
 * empty line a sequence is collected here, and handed on as the one control character that does the same.
 */
const ESCAPE = 0x1b;

/** The second byte of a sequence: CSI and SS3. */
const INTRODUCERS = ['[', 'O'].map((character) => character.charCodeAt(0));
const FIRST_FINAL = 0x40;

/** By final byte; what is not here has nothing to do on an empty line. */
const SAME_KEY: Readonly<Record<string, number>> = { A: 0x10 };

export class EmptyLineKeys {
  private sequence: number[] = [];

  /** What the interpreter shall get for this byte. */
  translate(byte: number, lineIsEmpty: boolean): number | undefined {
    if (this.sequence.length === 0) {
      if (byte !== ESCAPE || !lineIsEmpty) return byte;
      this.sequence = [byte];
      return undefined;
    }
    if (this.sequence.length === 1 && !INTRODUCERS.includes(byte)) {
      this.sequence = [];
      return byte;
    }
    this.sequence.push(byte);
    if (this.sequence.length === 2 || byte < FIRST_FINAL) return undefined;
    this.sequence = [];
    return SAME_KEY[String.fromCharCode(byte)];
  }
}
