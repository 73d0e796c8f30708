/**
 * The serial line of a board with a computer at its other end, which gives programs to the board's raw REPL and
 * types what they read from standard input. What the board prints is in the trace.
 */
export class SerialLine {
  /** The board has booted and waits for a program. */
  onPrompt: (() => void) | undefined;
  /** Something came for a call that waits; the device sets it. */
  onInput: (() => void) | undefined;
  private readonly typed: number[] = [];
  private program: string | undefined;

  /** Runs when the program before it has ended and the board has booted again. */
  run(program: string): void {
    this.program = program;
    this.onInput?.();
  }

  type(text: string): void {
    this.typed.push(...new TextEncoder().encode(text));
    this.onInput?.();
  }

  takeProgram(): string | undefined {
    const { program } = this;
    this.program = undefined;
    return program;
  }

  takeByte(): number | undefined {
    return this.typed.shift();
  }
}
