/**
 * A board's serial line as a pseudo-terminal: programs open PATH as they open /dev/ttyUSB0. Node cannot make one, so
 * another program does: python3, or socat where there is no python3.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Duplex, Writable } from 'node:stream';
import type { BoardLine, LineConnection } from './board-line.ts';
import helperProgram from './pty_helper.py';
import type { OpenPort } from './tcp-port.ts';

export interface PtyOptions {
  /** Where the link to the terminal shall be. */
  readonly path: string;
  readonly line: BoardLine;
  readonly log: (text: string) => void;
}

/** The terminal cannot be had; the message says what to do. */
export class PtyError extends Error {
  override readonly name = 'PtyError';
}

export type PtyProgram = 'python3' | 'socat';

/** Milliseconds in which the helper has made its terminal. */
const START_TIME = 5_000;

/** Which program makes the terminal on this computer. */
export function findPtyProgram(): PtyProgram | undefined {
  if (process.platform === 'win32') return undefined;
  if (succeeds('python3', ['-c', 'import pty, termios'])) return 'python3';
  return succeeds('socat', ['-V']) ? 'socat' : undefined;
}

function succeeds(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

export async function openPty(options: PtyOptions): Promise<OpenPort> {
  const program = findPtyProgram();
  if (program === undefined) {
    const here =
      process.platform === 'win32' ? 'Windows has no pseudo-terminals' : 'python3 or socat makes it';
    throw new PtyError(`--pty ${options.path}: ${here}, and neither is here; use --rfc2217 or --socket`);
  }
  makeRoom(options.path);
  return program === 'python3' ? await openByPython(options) : await openBySocat(options);
}

/** A link that a killed process left behind is in nobody's way; anything else is somebody's. */
function makeRoom(path: string): void {
  if (!existsSync(dirname(path))) throw new PtyError(`--pty ${path}: there is no such folder; make it first`);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSymbolicLink() || existsSync(path)) {
    throw new PtyError(`--pty ${path}: there is something already; name a path that is free`);
  }
  unlinkSync(path);
}

async function openByPython(options: PtyOptions): Promise<OpenPort> {
  const { path, log } = options;
  // Ctrl-C at the tool's terminal shall not reach the helper before the tool has said good-bye.
  const child = spawn('python3', ['-c', helperProgram, path], {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const stdin = child.stdin as Writable;
  stdin.on('error', () => {});
  const plug = new Plug(`pty ${path}`, options, (bytes) => stdin.write(bytes));
  child.stdout?.on('data', (bytes: Buffer) => plug.write(bytes));
  const name = await new Promise<string>((resolve, reject) => {
    failWith(child, path, reject);
    const events = child.stdio[3] as Duplex;
    // Nothing is said to it that way; a pipe that is open at one end would keep the child from being gone.
    events.end();
    createInterface(events).on('line', (text) => {
      if (text.startsWith('pty ')) resolve(text.slice('pty '.length));
      else if (text === 'open') plug.connect();
      else plug.disconnect();
    });
  });
  log(`${path} is ${name}`);
  return { url: path, close: () => end(child, stdin, path) };
}

/** What the helper says before it ends is the reason. */
function failWith(child: ChildProcess, path: string, reject: (error: Error) => void): void {
  let said = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    said += bytes;
  });
  const fail = () => {
    const reason = said.trim().split('\n').at(-1) ?? '';
    reject(new PtyError(`--pty ${path}: no terminal could be made there: ${reason || 'its program ended'}`));
  };
  child.once('error', fail);
  child.once('close', fail);
}

/** socat tells nothing of the program at the other end: it is there from its first byte until socat ends. */
async function openBySocat(options: PtyOptions): Promise<OpenPort> {
  const { path } = options;
  let closing = false;
  let child: ChildProcess;
  const start = () => {
    // It shall not linger when a client has closed the terminal: the next one waits for another.
    child = spawn('socat', ['-t', '0', `PTY,link=${path},rawer,wait-slave`, 'STDIO'], {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const stdin = child.stdin as Writable;
    stdin.on('error', () => {});
    const plug = new Plug(`pty ${path}`, options, (bytes) => stdin.write(bytes));
    child.stdout?.on('data', (bytes: Buffer) => {
      plug.connect();
      plug.write(bytes);
    });
    child.once('close', () => {
      plug.disconnect();
      if (!closing) start();
    });
  };
  start();
  await untilThere(path);
  return {
    url: path,
    close() {
      closing = true;
      // While it waits for a client it does not look at its input.
      child.kill();
      return end(child, child.stdin as Writable, path);
    },
  };
}

async function untilThere(path: string): Promise<void> {
  const deadline = Date.now() + START_TIME;
  while (!existsSync(path)) {
    if (Date.now() > deadline) throw new PtyError(`--pty ${path}: socat has made no terminal there`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function end(child: ChildProcess, stdin: Writable, path: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const closed = new Promise((resolve) => child.once('close', resolve));
    stdin.end();
    const timer = setTimeout(() => child.kill(), START_TIME);
    await closed;
    clearTimeout(timer);
  }
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) unlinkSync(path);
}

/** The terminal's end of the cable, plugged in while a program has it open. */
class Plug {
  private readonly name: string;
  private readonly options: PtyOptions;
  private readonly send: (bytes: Uint8Array) => void;
  private connection: LineConnection | undefined;

  constructor(name: string, options: PtyOptions, send: (bytes: Uint8Array) => void) {
    this.name = name;
    this.options = options;
    this.send = send;
  }

  connect(): void {
    if (this.connection !== undefined) return;
    const { line, log } = this.options;
    const { user } = line;
    this.connection = line.connect({ name: this.name, receive: this.send });
    if (this.connection !== undefined) return;
    log(`${this.name} refused: ${user} has the line`);
    this.send(new TextEncoder().encode(`The serial line is busy: ${user} has it.\r\n`));
  }

  write(bytes: Uint8Array): void {
    this.connection?.write(bytes);
  }

  disconnect(): void {
    this.connection?.disconnect();
    this.connection = undefined;
  }
}
