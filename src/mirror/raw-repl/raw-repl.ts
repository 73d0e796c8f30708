/**
 * A board's prompt, driven by a program (MicroPython's docs/reference/repl.rst): the raw REPL with raw paste and its flow
 * control; on firmware from before 1.14 without; and where there is no raw REPL at all, as on the unix port, by what Ctrl-E
 * begins at the friendly prompt.
 */
import { MirrorError } from '../problem.ts';
import type { Transport } from '../transport/transport.ts';
import { fromLatin1, Line, latin1, Silence } from './line.ts';
import { pythonString } from './python-text.ts';

export type ReplMode = 'raw paste' | 'raw' | 'paste';

export interface Executed {
  readonly output: string;
  /** The traceback of the exception that ended it; empty when none did. */
  readonly error: string;
}

export interface ExecuteOptions {
  /** Milliseconds that it may take; by default 10 s. */
  readonly timeout?: number;
  /** Gets the output as it comes, and then it is not collected. */
  readonly onOutput?: (text: string) => void;
}

const CTRL_A = '\x01';
const CTRL_B = '\x02';
const CTRL_C = '\x03';
const CTRL_D = '\x04';
const CTRL_E = '\x05';

const RAW_BANNER = 'raw REPL; CTRL-B to exit\r\n>';
const FRIENDLY_PROMPT = '>>> ';
const PASTE_PROMPT = '=== ';

/** Begins and ends what a pasted program says of itself: never in a program's own text. */
const MARK = '\x1c';

/** Milliseconds. */
export interface Patience {
  /** For the raw prompt after Ctrl-A. */
  readonly prompt: number;
  /** For each answer of the prompt; a board that collects garbage or writes to flash is silent for a while. */
  readonly answer: number;
  /** For a program, when nothing else is said. */
  readonly execute: number;
  /** When so long nothing has come, nothing more will. */
  readonly quiet: number;
  /** For a start. */
  readonly boot: number;
}

const PATIENCE: Patience = { prompt: 2_000, answer: 5_000, execute: 10_000, quiet: 150, boot: 3_000 };

/** A board that starts again says something, and has its prompt a little later. */
const ATTEMPTS = 3;

/** What plain raw mode takes at a time: half of the smallest input buffer there is, then a pause (milliseconds). */
const RAW_CHUNK = { bytes: 128, pause: 10 } as const;
const PASTE_CHUNK = 64;

/** What the ESP32's ROM says when it waits for esptool instead of running the firmware. */
const BOOTLOADER = /waiting for download|DOWNLOAD_BOOT|DOWNLOAD\(/;

export class RawRepl {
  readonly line: Line;
  private readonly patience: Patience;
  private found: ReplMode | undefined;
  private atPrompt = false;

  constructor(transport: Transport, patience: Partial<Patience> = {}) {
    this.line = new Line(transport);
    this.patience = { ...PATIENCE, ...patience };
  }

  /** Whether there was a prompt at any time. */
  get hasPrompt(): boolean {
    return this.found !== undefined;
  }

  /** How programs are handed over; known after `enter`. */
  get mode(): ReplMode {
    if (this.found === undefined) throw new Error('enter() comes first');
    return this.found;
  }

  /** Whether the board waits for a program of ours: false while one runs, and after one whose end nobody has heard. */
  get isAtPrompt(): boolean {
    return this.atPrompt;
  }

  /**
   * Interrupts what runs and finds the prompt; a board that starts again meanwhile has the time for it. Throws MirrorError
   * that says why there is no prompt.
   */
  async enter(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const said = await this.tryToEnter();
      if (said === undefined) {
        this.atPrompt = true;
        return;
      }
      const isHopeless = said.trim() === '' || BOOTLOADER.test(said);
      if (attempt === ATTEMPTS || isHopeless) throw new MirrorError(noPrompt(this.line.transport.name, said));
      // Undisturbed: Ctrl-C would interrupt the start as well.
      await this.line.quiet(this.patience.boot, this.patience.boot);
    }
  }

  /** The same of a board that waits at its prompt and has a raw one: nothing is interrupted. */
  async enterFromPrompt(): Promise<void> {
    if (!(await this.askForRaw())) await this.enter();
    this.atPrompt = true;
  }

  /** What the board said instead of a prompt. */
  private async tryToEnter(): Promise<string | undefined> {
    const { line } = this;
    await line.write(`\r${CTRL_C}`);
    const first = await line.quiet(this.patience.quiet, 500);
    // A program may catch the first one, or be in its finally.
    await line.write(CTRL_C);
    const before = first + (await line.quiet(this.patience.quiet));
    if (await this.askForRaw()) return undefined;
    return this.enterPaste(before + latin1(line.take()));
  }

  /** False where Ctrl-A does not bring the raw prompt. */
  private async askForRaw(): Promise<boolean> {
    await this.line.write(`\r${CTRL_A}`);
    try {
      await this.line.until(RAW_BANNER, this.patience.prompt);
    } catch (error) {
      if (error instanceof Silence) return false;
      throw error;
    }
    this.found ??= 'raw paste';
    return true;
  }

  /** The prompt as a person finds it, whatever went on. Nothing where no prompt was ever found. */
  async leave(): Promise<void> {
    if (this.found === undefined) return;
    if (!this.atPrompt) await this.enter();
    this.atPrompt = false;
    if (this.found === 'paste') return;
    await this.line.write(`\r${CTRL_B}`);
    try {
      await this.line.until(FRIENDLY_PROMPT, this.patience.prompt);
    } catch (error) {
      if (!(error instanceof Silence)) throw error;
    }
  }

  /** Ctrl-C. */
  async interrupt(): Promise<void> {
    await this.line.write(CTRL_C);
  }

  /**
   * A soft reset: everything in RAM is gone, boot.py runs, main.py does not. Not on the unix port, whose process it
   * ends. Throws MirrorError when the prompt does not come back.
   */
  async softReset(): Promise<void> {
    const { line } = this;
    this.atPrompt = false;
    await line.write(CTRL_D);
    try {
      await line.until('soft reboot', this.patience.execute);
      await line.until(RAW_BANNER, this.patience.execute);
      this.atPrompt = true;
    } catch (error) {
      if (!(error instanceof Silence)) throw error;
      await this.enter();
    }
  }

  /**
   * Runs a program to its end. Throws MirrorError when that takes too long, after it has interrupted it, or when the line
   * is lost.
   */
  async execute(code: string, options: ExecuteOptions = {}): Promise<Executed> {
    try {
      const executed = await this.hand(code, options);
      this.atPrompt = true;
      return executed;
    } catch (error) {
      if (!(error instanceof Silence)) throw error;
      await this.enter();
      const heard = error.received.slice(-120).trim();
      throw new NoAnswer(
        `${this.line.transport.name}: the board gave no answer in ${(options.timeout ?? this.patience.execute) / 1000} s` +
          `${heard === '' ? '' : `; the last it said is ${JSON.stringify(heard)}`}`,
      );
    }
  }

  /** The same for our own programs, in which nothing may go wrong. Throws MirrorError with the board's exception. */
  async ask(code: string, options: ExecuteOptions = {}): Promise<string> {
    const { output, error } = await this.execute(code, options);
    if (error === '') return output;
    throw new BoardError(error);
  }

  private async hand(code: string, options: ExecuteOptions): Promise<Executed> {
    this.atPrompt = false;
    if (this.mode === 'paste') return this.paste(code, options);
    await this.handOver(code);
    return this.follow(options);
  }

  private async handOver(code: string): Promise<void> {
    const bytes = new TextEncoder().encode(code);
    if (this.found === 'raw paste' && (await this.rawPaste(bytes))) return;
    this.found = 'raw';
    for (let at = 0; at < bytes.length; at += RAW_CHUNK.bytes) {
      await this.line.write(bytes.subarray(at, at + RAW_CHUNK.bytes));
      await pause(RAW_CHUNK.pause);
    }
    await this.line.write(CTRL_D);
    await this.line.until('OK', this.patience.answer);
  }

  /** False where the firmware does not know it. */
  private async rawPaste(bytes: Uint8Array): Promise<boolean> {
    const { line } = this;
    await line.write(`${CTRL_E}A${CTRL_A}`);
    const answer = await line.bytes(2, this.patience.answer);
    if (answer !== 'R\x01') {
      // "R\x00" is a refusal; firmware that knows nothing of it echoes the beginning of a new raw prompt.
      if (answer !== 'R\x00') await line.until('>', this.patience.answer);
      return false;
    }
    const [low, high] = fromLatin1(await line.bytes(2, this.patience.answer)) as unknown as [number, number];
    const window = low + 256 * high;
    let room = window;
    for (let at = 0; at < bytes.length; ) {
      while (room === 0) {
        const said = await line.bytes(1, this.patience.answer);
        if (said === CTRL_A) room += window;
        else if (said === CTRL_D) {
          await line.write(CTRL_D);
          return true;
        } else throw new Silence(said);
      }
      const chunk = bytes.subarray(at, at + room);
      await line.write(chunk);
      at += chunk.length;
      room -= chunk.length;
    }
    await line.write(CTRL_D);
    await line.until(CTRL_D, this.patience.answer);
    return true;
  }

  private async follow({ timeout = this.patience.execute, onOutput }: ExecuteOptions): Promise<Executed> {
    const deadline = Date.now() + timeout;
    const output = await this.collect(CTRL_D, deadline, onOutput);
    const error = await this.collect(CTRL_D, Date.now() + this.patience.answer);
    await this.line.until('>', this.patience.answer);
    return { output, error };
  }

  /** Text up to a mark, which is taken off. */
  private async collect(mark: string, deadline: number, onOutput?: (text: string) => void): Promise<string> {
    const decoder = new TextDecoder();
    let text = '';
    const accept = (piece: string, stream: boolean) => {
      const decoded = decoder.decode(fromLatin1(piece), { stream }).replaceAll('\r\n', '\n');
      if (onOutput === undefined) text += decoded;
      else if (decoded !== '') onOutput(decoded);
    };
    for (;;) {
      const piece = await this.line.piece(mark, Math.max(0, deadline - Date.now()));
      accept(piece.text, !piece.ended);
      if (piece.ended) return text;
    }
  }

  /** For where Ctrl-A is a key like any other. What the board said if there is no prompt at all. */
  private async enterPaste(heard: string): Promise<string | undefined> {
    const { line } = this;
    await line.write(CTRL_C);
    const said = await line.quiet(this.patience.quiet);
    if (!said.includes(FRIENDLY_PROMPT)) return heard + said;
    // One that has a raw prompt was only late with it.
    if (this.found !== undefined && this.found !== 'paste') return heard + said;
    this.found = 'paste';
    return undefined;
  }

  private async paste(
    code: string,
    { timeout = this.patience.execute, onOutput }: ExecuteOptions,
  ): Promise<Executed> {
    const { line } = this;
    line.take();
    await line.write(CTRL_E);
    await line.until(PASTE_PROMPT, this.patience.answer);
    const program = [
      `print(${pythonString(MARK)},end='')`,
      'import sys',
      'try:',
      ` exec(${pythonString(code)},globals())`,
      'except BaseException as e:',
      ` print(${pythonString(`${MARK}E`)},end='');sys.print_exception(e)`,
      `print(${pythonString(`${MARK}.`)},end='')`,
      '',
    ].join('\n');
    await this.type(program);
    await line.write(CTRL_D);
    await line.until(MARK, this.patience.answer);
    const deadline = Date.now() + timeout;
    const output = await this.collect(MARK, deadline, onOutput);
    const isError = (await line.bytes(1, this.patience.answer)) === 'E';
    const error = isError ? await this.collect(`${MARK}.`, Date.now() + this.patience.answer) : '';
    await line.until(FRIENDLY_PROMPT, this.patience.answer);
    return { output, error };
  }

  /** Each character comes back: no faster than that is typed. */
  private async type(program: string): Promise<void> {
    for (let at = 0; at < program.length; at += PASTE_CHUNK) {
      const piece = program.slice(at, at + PASTE_CHUNK);
      await this.line.write(piece);
      await this.line.bytes(piece.length, this.patience.answer);
    }
  }
}

/** A program of the board's took too long, and was interrupted. */
export class NoAnswer extends MirrorError {}

/** An exception on the board in a program of ours. */
export class BoardError extends MirrorError {
  readonly traceback: string;
  /** The last line: "OSError: [Errno 28] ENOSPC". */
  readonly exception: string;

  constructor(traceback: string) {
    const exception = traceback.trim().split('\n').at(-1) ?? '';
    super(`the board refuses what the mirror asks of it: ${exception}`);
    this.traceback = traceback;
    this.exception = exception;
  }
}

function noPrompt(name: string, said: string): string {
  if (BOOTLOADER.test(said))
    return `${name}: the board is in its bootloader ("waiting for download"): press its reset button (EN), then try again`;
  if (said.trim() === '')
    return `${name}: no prompt: is the board in the bootloader, is MicroPython on it, is this the right port, does another program use it? (reset button EN; tls-sandbox ports)`;
  return `${name}: no prompt after Ctrl-C; the board says ${JSON.stringify(said.trim().slice(-120))}: does its program catch KeyboardInterrupt, or is this another device (tls-sandbox ports)?`;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
