/** `tls-sandbox tls-server` as a process of its own, and what a plain client hears from it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createConnection } from 'node:net';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../cli.js', import.meta.url));

/** Milliseconds after which something that should happen is given up. */
const PATIENCE = 15_000;

/** A line of `--json`. */
export interface LogLine {
  readonly listening?: { readonly address: string; readonly port: number };
  // biome-ignore lint/suspicious/noExplicitAny: read as a program would, without our types
  readonly connection?: any;
  readonly ended?: { readonly served: number; readonly failed: number };
}

export class TlsServerProcess {
  private static readonly running = new Set<TlsServerProcess>();
  stderr = '';
  private stdout = '';
  private readonly process: ChildProcess;
  private readonly exited: Promise<number | null>;
  private seen = 0;

  constructor(args: readonly string[]) {
    this.process = spawn(process.execPath, [CLI, 'tls-server', ...args], { stdio: 'pipe' });
    this.process.stdout!.on('data', (data) => {
      this.stdout += data;
    });
    this.process.stderr!.on('data', (data) => {
      this.stderr += data;
    });
    TlsServerProcess.running.add(this);
    this.exited = new Promise((resolve) => {
      this.process.once('exit', (code) => {
        TlsServerProcess.running.delete(this);
        resolve(code);
      });
    });
  }

  /** Starts it on a free port and waits until it listens. */
  static async start(...args: string[]): Promise<{ server: TlsServerProcess; port: number }> {
    const server = new TlsServerProcess(['--listen', '0', '--json', ...args]);
    const { listening } = await server.nextLine();
    return { server, port: listening!.port };
  }

  /** Ends what a failed test left running; a test process waits for its children. */
  static async killAll(): Promise<void> {
    for (const server of TlsServerProcess.running) server.process.kill('SIGKILL');
    await Promise.all([...TlsServerProcess.running].map(({ exited }) => exited));
  }

  get lines(): readonly string[] {
    return this.stdout.split('\n').slice(0, -1);
  }

  /** The first line that was not given before, once it is there. */
  async nextLine(): Promise<LogLine> {
    await until(() => this.lines.length > this.seen || this.process.exitCode !== null, 'a line of the log');
    const line = this.lines[this.seen++];
    if (line === undefined) throw new Error(`tls-server ended: ${this.stderr}`);
    return JSON.parse(line);
  }

  /** Ends it as Ctrl-C does; its exit status. */
  async interrupt(): Promise<number | null> {
    this.process.kill('SIGINT');
    return this.exited;
  }

  /** Waits for a server that ends by itself; its exit status. */
  async end(): Promise<number | null> {
    return this.exited;
  }
}

async function until(done: () => boolean, what: string): Promise<void> {
  const giveUp = Date.now() + PATIENCE;
  while (!done()) {
    if (Date.now() > giveUp) throw new Error(`${what} does not come`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Sends the pieces one after the other and hears the server out. Rejects when it resets the connection. */
export function hear(port: number, ...pieces: readonly Uint8Array[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const heard: Buffer[] = [];
    const socket = createConnection({ port, host: '127.0.0.1', noDelay: true });
    socket.setTimeout(PATIENCE, () => socket.destroy(new Error('the server does not close')));
    socket.on('connect', () => {
      for (const piece of pieces) socket.write(piece);
    });
    socket.on('data', (data) => heard.push(data));
    socket.on('error', reject);
    socket.on('end', () => resolve(Buffer.concat(heard)));
  });
}
