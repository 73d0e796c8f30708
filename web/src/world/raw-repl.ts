/** Python at the device's own raw REPL, beside the terminal: how mpremote, and this page, get files onto a board. */
import { toHex } from '../../../emulator/world/bytes.ts';
import type { ConsoleLine } from './console-line.ts';

const ENTER_RAW = '\r\x01';
const LEAVE_RAW = '\r\x02';
const EXECUTE = '\x04';
const RAW_BANNER = 'raw REPL; CTRL-B to exit\r\n>';
const PROMPT = '>>> ';

/** Milliseconds until a prompt must have answered. */
const PATIENCE = 10_000;

/** Bytes of a file in one line of Python. */
const CHUNK = 384;

const encoder = new TextEncoder();

/** Writes a file, and the folders above it; without contents it takes the file away. Rejected with a sentence. */
export async function writeFile(
  line: ConsoleLine,
  path: string,
  contents: Uint8Array | undefined,
): Promise<void> {
  const { device } = line;
  if (line.isTaken) throw new Error(`${device.name}: another file is being written`);
  if (!device.console.waitsForInput) {
    throw new Error(`${device.name} is busy: stop its program with Ctrl-C, or wait for the prompt`);
  }
  const session = new RawSession(line);
  try {
    await session.exchange(ENTER_RAW, RAW_BANNER);
    try {
      const steps = contents === undefined ? removal(path) : writing(path, contents);
      for (const code of steps) await session.execute(code);
    } finally {
      await session.exchange(LEAVE_RAW, PROMPT);
    }
  } finally {
    session.end();
  }
}

/** Python has the same escapes in its strings as JSON, for what a path may hold. */
const quoted = (text: string) => JSON.stringify(text);

function removal(path: string): string[] {
  return [`import os\nos.remove(${quoted(path)})`];
}

function writing(path: string, contents: Uint8Array): string[] {
  const parts = path.split('/').slice(1, -1);
  const folders = parts.map((_, i) => `/${parts.slice(0, i + 1).join('/')}`);
  const made = folders.map((folder) => `try: os.mkdir(${quoted(folder)})\nexcept OSError: pass\n`).join('');
  const lines = [`import os\n${made}_file = open(${quoted(path)}, "wb")`];
  for (let at = 0; at < contents.length; at += CHUNK) {
    lines.push(`_file.write(bytes.fromhex("${toHex(contents.subarray(at, at + CHUNK))}")) and None`);
  }
  return [...lines, '_file.close()\ndel _file'];
}

class RawSession {
  private readonly line: ConsoleLine;
  private readonly decoder = new TextDecoder();
  private heard = '';
  private wanted: { text: string; done: (before: string) => void } | undefined;

  constructor(line: ConsoleLine) {
    this.line = line;
    line.take((bytes) => this.hear(bytes));
  }

  end(): void {
    this.line.release();
  }

  /** Rejected with the last line of the traceback when the code raises. */
  async execute(code: string): Promise<void> {
    const answer = await this.exchange(code + EXECUTE, '\x04>');
    // "OK", what was printed, the end of that, what was raised.
    const error = answer.slice(answer.indexOf(EXECUTE) + 1);
    if (error !== '') throw new Error(`${this.line.device.name}: ${error.trim().split('\n').at(-1)}`);
  }

  /** Says something and hears the device out, to `until`; what came before that. */
  exchange(text: string, until: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${this.line.device.name} does not answer as a prompt does`)),
        PATIENCE,
      );
      this.wanted = {
        text: until,
        done: (before) => {
          clearTimeout(timer);
          resolve(before);
        },
      };
      this.line.write(encoder.encode(text));
      this.look();
    });
  }

  private hear(bytes: Uint8Array): void {
    this.heard += this.decoder.decode(bytes, { stream: true });
    this.look();
  }

  private look(): void {
    const { wanted, heard } = this;
    const at = wanted === undefined ? -1 : heard.indexOf(wanted.text);
    if (wanted === undefined || at < 0) return;
    this.heard = heard.slice(at + wanted.text.length);
    this.wanted = undefined;
    wanted.done(heard.slice(0, at));
  }
}
