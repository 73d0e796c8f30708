/** What comes over a transport, for somebody who waits for it. */
import { concat } from '../../../emulator/world/bytes.ts';
import { MirrorError, whenBusy } from '../problem.ts';
import type { Transport } from '../transport/transport.ts';

const encoder = new TextEncoder();

/** Characters that are kept of what came, and shown of what of it a board has said by itself. */
const LAST_HEARD = 600;
const LAST_WORDS = 120;

/** The prompt's own words, and the echo of what is pasted. */
const PROMPTS = /^(?:===|>>>|paste mode; |raw REPL; |>|OK)/;

/** Binary text: a character a byte, so that what is not UTF-8 comes through. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

export function fromLatin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** A time-out: what had come until then, as it came. */
export class Silence extends Error {
  override readonly name = 'Silence';
  readonly received: string;

  constructor(received: string) {
    super(`nothing that was waited for came; received ${JSON.stringify(received.slice(-200))}`);
    this.received = received;
  }
}

export class Line {
  readonly transport: Transport;
  private pending: Uint8Array = new Uint8Array(0);
  private heard = '';
  private lost: MirrorError | undefined;
  private stopped: Error | undefined;
  private isShielded = false;
  private wake: (() => void) | undefined;

  constructor(transport: Transport) {
    this.transport = transport;
    transport.onData = (bytes) => {
      this.pending = concat(this.pending, bytes);
      this.heard = (this.heard + latin1(bytes)).slice(-LAST_HEARD);
      this.wake?.();
    };
    transport.onClose = (reason) => {
      this.lost = new MirrorError(whyLost(transport.name, reason, wordsOf(this.heard)));
      this.wake?.();
    };
  }

  get isLost(): boolean {
    return this.lost !== undefined;
  }

  /** Somebody has had enough: whoever waits for the board gets this error, once. */
  stop(error: Error): void {
    this.stopped = error;
    this.wake?.();
  }

  /** What `stop` does not reach: it waits until `work` is over. */
  async undisturbed<T>(work: () => Promise<T>): Promise<T> {
    this.isShielded = true;
    try {
      return await work();
    } finally {
      this.isShielded = false;
    }
  }

  /** Throws MirrorError when the line is gone. */
  async write(data: string | Uint8Array): Promise<void> {
    if (this.lost !== undefined) throw this.lost;
    await this.transport.write(typeof data === 'string' ? encoder.encode(data) : data);
  }

  /** What has come and was not yet taken. */
  take(): Uint8Array {
    const taken = this.pending;
    this.pending = new Uint8Array(0);
    return taken;
  }

  /**
   * Takes everything up to the end of `wanted`. Throws Silence when `milliseconds` have passed before, MirrorError when
   * the line is gone.
   */
  async until(wanted: string, milliseconds: number): Promise<string> {
    return this.waitFor((text) => endOf(text, wanted), milliseconds);
  }

  /** Takes so many bytes. */
  async bytes(count: number, milliseconds: number): Promise<string> {
    return this.waitFor((text) => (text.length >= count ? count : -1), milliseconds);
  }

  /** Takes everything up to where one of the texts ends, which came first. */
  async untilAny(wanted: readonly string[], milliseconds: number): Promise<string> {
    return this.waitFor((text) => {
      const ends = wanted.map((each) => endOf(text, each)).filter((end) => end >= 0);
      return ends.length === 0 ? -1 : Math.min(...ends);
    }, milliseconds);
  }

  /**
   * Takes what has come before `mark`, and the mark when it has come; waits until there is something. Throws as `until`.
   */
  async piece(mark: string, milliseconds: number): Promise<{ text: string; ended: boolean }> {
    const held = mark.length - 1;
    const text = await this.waitFor((all) => {
      const end = endOf(all, mark);
      if (end >= 0) return end;
      return all.length > held ? all.length - held : -1;
    }, milliseconds);
    const ended = text.endsWith(mark);
    return { text: ended ? text.slice(0, -mark.length) : text, ended };
  }

  /** Waits until something has come, and takes it; nothing when `milliseconds` have passed before. */
  async some(milliseconds: number): Promise<Uint8Array> {
    const deadline = Date.now() + milliseconds;
    while (this.pending.length === 0 && Date.now() < deadline) {
      this.throwIfOver();
      await this.arrival(deadline - Date.now());
    }
    return this.take();
  }

  /** Takes what comes until nothing has come for so long. */
  async quiet(milliseconds: number, limit = 3_000): Promise<string> {
    const deadline = Date.now() + limit;
    let text = '';
    for (;;) {
      const bytes = await this.some(milliseconds);
      text += latin1(bytes);
      if (bytes.length === 0 || Date.now() > deadline) return text;
    }
  }

  private async waitFor(find: (text: string) => number, milliseconds: number): Promise<string> {
    const deadline = Date.now() + milliseconds;
    for (;;) {
      const text = latin1(this.pending);
      const end = find(text);
      if (end >= 0) {
        this.pending = this.pending.slice(end);
        return text.slice(0, end);
      }
      this.throwIfOver();
      const left = deadline - Date.now();
      if (left <= 0) throw new Silence(text);
      await this.arrival(left);
    }
  }

  private throwIfOver(): void {
    if (this.lost !== undefined) throw this.lost;
    if (this.isShielded) return;
    const { stopped } = this;
    this.stopped = undefined;
    if (stopped !== undefined) throw stopped;
  }

  private arrival(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, Math.max(0, milliseconds));
      const wake = () => done();
      this.wake = wake;
      function done() {
        clearTimeout(timer);
        resolve();
      }
    });
  }
}

/** Without control characters, prompts, and the beginning of a line that was cut off. */
function wordsOf(heard: string): string {
  const lines = heard.split(/\r?\n/);
  const whole = heard.length < LAST_HEARD ? lines : lines.slice(1);
  const words = whole
    .filter((line) => !PROMPTS.test(line))
    .join('\n')
    .replaceAll(/[^\n\x20-\x7e\xa0-\xff]/g, '');
  return words.trim().slice(-LAST_WORDS);
}

function whyLost(name: string, reason: string, said: string): string {
  const last = said === '' ? '' : `; the last it said is ${JSON.stringify(said)}`;
  return (
    whenBusy(name, said) ??
    `the line to ${name} was lost: ${reason}${last}. Was the board unplugged, or does another program have it?`
  );
}

function endOf(text: string, wanted: string): number {
  const at = text.indexOf(wanted);
  return at < 0 ? -1 : at + wanted.length;
}
