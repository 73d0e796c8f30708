/**
 * The board's prompt: MicroPython's own (line editing, history, completion, paste mode, raw REPL), fed from the
 * console. It ends when the board starts again, which Ctrl-D asks for.
 */
import { CTRL_C } from '../console.ts';
import { TypedEmitters, withoutCodeEmitters } from './code-emitters.ts';
import { EmptyLineKeys } from './empty-line-keys.ts';
import type { MicroPython } from './micropython.ts';
import { PromptOutput } from './prompt-output.ts';
import { RawPasteRequest, readRawPaste } from './raw-paste.ts';

export type PromptMode = 'friendly' | 'raw';

const CTRL_A = 0x01;
const CTRL_B = 0x02;
const CTRL_D = 0x04;
const CTRL_E = 0x05;
const RETURN = 0x0d;
const NEWLINE = 0x0a;

/** Keys after which a new prompt is in order; all others stay on their line. */
const LINE_ENDS: ReadonlySet<number> = new Set([CTRL_C, CTRL_D, CTRL_E, RETURN]);

const FRIENDLY_PROMPT = '>>> ';

/** What the raw prompt says as it begins. */
const RAW_BANNER = 'raw REPL; CTRL-B to exit';

/** The interpreter's own name for the machine, at the end of the banner's first line. */
const BANNER = /MicroPython v[^;\r\n]*;[^\r\n]*/;

/** The raw prompt's word before it executes a command; raw paste goes without. */
const OK = 'OK';

const CANCELLED = 'Traceback (most recent call last):\nKeyboardInterrupt: \n';

export interface PromptOptions {
  readonly python: MicroPython;
  /** Waits for a byte. */
  readonly read: () => number;
  /** `raw`: no \r is put before \n. */
  readonly write: (bytes: Uint8Array, raw?: boolean) => void;
  /** As the port's banner begins: "MicroPython v1.29.0 on 2026-08-25; Generic ESP32 module with ESP32". */
  readonly banner: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class Prompt {
  private readonly options: PromptOptions;
  private readonly output: PromptOutput;
  private readonly keys = new EmptyLineKeys();
  private readonly rawPaste = new RawPasteRequest();
  private readonly emitters = new TypedEmitters();
  /** Of the raw prompt's command, which the interpreter gets as a whole. */
  private command: number[] = [];
  /** Set while the interpreter speaks for itself, not for a program. */
  private captured: number[] | undefined;
  private currentMode: PromptMode = 'friendly';
  /** The last that the interpreter printed for a key. */
  private tail = '';
  /** Paste mode is on. */
  private pastes = false;
  /** So many bytes of what the interpreter prints next are not passed on. */
  private unsaid = 0;
  /** Since `takeExecuted` was asked. */
  private executed = true;

  constructor(options: PromptOptions) {
    this.options = options;
    this.output = new PromptOutput(options.write);
  }

  /** In which mode the prompt is; it outlasts a soft reset. */
  get mode(): PromptMode {
    return this.currentMode;
  }

  /** Whether `takeExecuted` would tell of commands. */
  get hasExecuted(): boolean {
    return this.executed;
  }

  /** Whether commands may have been executed since this was asked, or none has been asked yet. */
  takeExecuted(): boolean {
    const { executed } = this;
    this.executed = false;
    return executed;
  }

  /** All that the interpreter prints while the prompt runs comes here. */
  accept(bytes: Uint8Array): void {
    this.tail = (this.tail + decoder.decode(bytes)).slice(-FRIENDLY_PROMPT.length);
    if (this.captured !== undefined) {
      this.captured.push(...bytes);
      return;
    }
    const skipped = Math.min(this.unsaid, bytes.length);
    this.unsaid -= skipped;
    this.output.accept(bytes.subarray(skipped));
  }

  /** Runs until the board shall start again. */
  run(mode: PromptMode): void {
    const { python } = this.options;
    const greeting = this.capture(() => python.replInit());
    if (mode === 'friendly') this.say(greeting.trimStart());
    else this.enterRaw(this.capture(() => python.replProcessChar(CTRL_A)).trimStart());
    while (!this.process(this.options.read())) {
      // Each byte is the interpreter's business.
    }
  }

  /** Returns true when the board shall start again. */
  private process(byte: number): boolean {
    if (byte === CTRL_A || byte === CTRL_B) return this.changeMode(byte);
    if (this.currentMode === 'friendly') return this.type(byte);
    this.rawPaste.accept(byte);
    if (byte !== CTRL_C && byte !== CTRL_D) {
      this.command.push(byte);
      return false;
    }
    this.rawPaste.restart();
    if (byte === CTRL_D) this.handOver(this.command);
    this.command = [];
    return this.feed(byte);
  }

  private handOver(program: readonly number[]): void {
    for (const byte of withoutCodeEmitters(Uint8Array.from(program)))
      this.options.python.replProcessChar(byte);
  }

  private type(typed: number): boolean {
    const byte = this.keys.translate(typed, this.tail === FRIENDLY_PROMPT);
    if (byte === undefined) return false;
    // The port's line editing knows no such key; this interpreter's takes it for Enter.
    if (byte === NEWLINE && !this.pastes) return false;
    if (byte === CTRL_E) this.pastes = this.tail === FRIENDLY_PROMPT;
    else if (byte === CTRL_C || byte === CTRL_D) this.pastes = false;
    const { before, waits } = this.emitters.type(byte);
    this.captureBytes(() => before.map((held) => this.options.python.replProcessChar(held)));
    if (LINE_ENDS.has(byte)) return this.feed(byte);
    this.tail = '';
    if (waits) {
      this.options.write(Uint8Array.of(byte), true);
      return false;
    }
    const said = this.captureBytes(() => this.options.python.replProcessChar(byte));
    const unasked = this.tail === FRIENDLY_PROMPT ? FRIENDLY_PROMPT.length : 0;
    // What is typed comes back as it is: in paste mode a bare \n, too.
    this.options.write(said.subarray(0, said.length - unasked), true);
    return false;
  }

  /** Ctrl-A and Ctrl-B; in the middle of a line they move the cursor. */
  private changeMode(byte: number): boolean {
    if (byte === CTRL_A && this.currentMode === 'raw' && this.rawPaste.accept(byte)) return this.paste();
    const said = this.capture(() => this.options.python.replProcessChar(byte));
    if (said.includes(RAW_BANNER)) this.enterRaw(said);
    else this.say(said);
    if (BANNER.test(said)) {
      this.currentMode = 'friendly';
      this.command = [];
    }
    return false;
  }

  private enterRaw(said: string): void {
    this.currentMode = 'raw';
    this.command = [];
    this.rawPaste.restart();
    this.say(said);
  }

  private paste(): boolean {
    const { read, write } = this.options;
    // The request stands in it.
    this.command = [];
    const program = readRawPaste(read, write);
    this.rawPaste.restart();
    if (program === undefined) {
      this.say(`\x04${CANCELLED}\x04>`);
      return false;
    }
    // A command without a byte would be a soft reset.
    this.handOver([...program, NEWLINE]);
    this.unsaid = OK.length;
    return this.feed(CTRL_D);
  }

  private feed(byte: number): boolean {
    this.tail = '';
    const ends = this.options.python.replProcessChar(byte) !== 0;
    // In the raw REPL a newline is one of the command's characters.
    this.executed ||= this.currentMode === 'friendly' || byte === CTRL_D;
    return ends;
  }

  private say(text: string): void {
    this.options.write(encoder.encode(text.replace(BANNER, this.options.banner)));
  }

  private capture(action: () => void): string {
    return decoder.decode(this.captureBytes(action));
  }

  private captureBytes(action: () => void): Uint8Array {
    const captured: number[] = [];
    this.captured = captured;
    try {
      action();
    } finally {
      this.captured = undefined;
    }
    return Uint8Array.from(captured);
  }
}
