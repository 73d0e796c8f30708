/**
 * One device of a test, as the computer at its serial console sees it: it has no other way to the board than to
 * type and to read, as with one on a cable.
 *
 *     booting ──▶ entering ──▶ prompt ──▶ starting ──▶ printing ──▶ failing ──▶ ended
 *          >>>         raw REPL    program     OK           ^D           ^D
 */
import type { Device } from '../../emulator/device/device.ts';
import type { Timer } from '../../emulator/world/event-queue.ts';

export interface ConsoleLine {
  readonly text: string;
  /** A traceback, which the raw REPL tells apart. */
  readonly error: boolean;
}

const CTRL_A = '\x01';
const CTRL_D = '\x04';
const FRIENDLY_PROMPT = '>>> ';
const RAW_PROMPT = 'raw REPL; CTRL-B to exit\r\n>';
const ACCEPTED = 'OK';

type State = 'booting' | 'entering' | 'prompt' | 'starting' | 'printing' | 'failing' | 'ended';

const utf8 = new TextEncoder();

export class Instance {
  readonly device: Device;
  /** What belongs to the test's output. */
  readonly output: string[] = [];
  /** Fires when the device has been silent for too long. */
  silence: Timer | undefined;
  /** The board waits for a program. */
  onPrompt: (() => void) | undefined;
  /** The program has said something, or ended. */
  onHeard: (() => void) | undefined;
  private readonly decoder = new TextDecoder();
  private readonly unread: ConsoleLine[] = [];
  private state: State = 'booting';
  /** What came and is not understood yet. */
  private heard = '';
  private resume: string | undefined;

  constructor(device: Device) {
    this.device = device;
    device.console.onOutput((bytes) => {
      this.heard += this.decoder.decode(bytes, { stream: true });
      while (this.understand()) {
        // One thing after the other.
      }
      if (this.state !== 'prompt') this.onHeard?.();
    });
  }

  start(program: string): void {
    this.state = 'starting';
    this.type(program + CTRL_D);
  }

  /** Types. */
  type(text: string): void {
    this.device.console.write(utf8.encode(text));
  }

  /** After the reset that the program is about to make, this runs instead of it. */
  resumeWith(program: string): void {
    this.resume = program;
    this.state = 'booting';
  }

  read(): ConsoleLine | undefined {
    return this.unread.shift();
  }

  /** The program has ended, and everything that it said is read. */
  get finished(): boolean {
    return this.state === 'ended' && this.unread.length === 0;
  }

  /** Takes in the next thing that was heard whole; false when there is none. */
  private understand(): boolean {
    switch (this.state) {
      case 'booting':
        // After a reset the board is in its friendly REPL, after a soft reset in the one it was in.
        if (this.take(RAW_PROMPT) !== undefined) return this.prompted();
        if (!this.heard.endsWith(FRIENDLY_PROMPT)) return false;
        return this.enterRaw();
      case 'entering':
        return this.take(RAW_PROMPT) !== undefined && this.prompted();
      case 'starting':
        return this.take(ACCEPTED) !== undefined && this.enter('printing');
      case 'printing':
        return this.hearOutput();
      case 'failing':
        return this.hearError();
      case 'prompt':
      case 'ended':
        return false;
    }
  }

  private enterRaw(): boolean {
    this.heard = '';
    this.type(CTRL_A);
    return this.enter('entering');
  }

  private prompted(): boolean {
    this.state = 'prompt';
    const { resume } = this;
    this.resume = undefined;
    if (resume === undefined) this.onPrompt?.();
    else this.start(resume);
    return true;
  }

  private hearOutput(): boolean {
    const end = this.heard.indexOf(CTRL_D);
    const line = this.heard.slice(0, end < 0 ? undefined : end).includes('\n') ? this.take('\n') : undefined;
    const text = line ?? this.take(CTRL_D);
    if (text === undefined) return false;
    if (line === undefined) this.state = 'failing';
    if (line !== undefined || text !== '') this.unread.push({ text: text.trimEnd(), error: false });
    return true;
  }

  private hearError(): boolean {
    const text = this.take(CTRL_D);
    if (text === undefined) return false;
    if (text !== '') this.unread.push({ text: text.replaceAll('\r\n', '\n').trimEnd(), error: true });
    return this.enter('ended');
  }

  private enter(state: State): true {
    this.state = state;
    return true;
  }

  /** What stands before `mark`; both are then taken. Undefined while the mark has not come. */
  private take(mark: string): string | undefined {
    const at = this.heard.indexOf(mark);
    if (at < 0) return undefined;
    const before = this.heard.slice(0, at);
    this.heard = this.heard.slice(at + mark.length);
    return before;
  }
}
