/** One board at the end of a line, from the first Ctrl-C until it is as it was found. */
import { MirrorError } from '../problem.ts';
import { type Patience, RawRepl } from '../raw-repl/raw-repl.ts';
import type { Transport } from '../transport/transport.ts';
import { type Capabilities, probeBoard } from './capabilities.ts';
import { KeptClock } from './clock.ts';

/** The oldest firmware whose ssl module can verify a server: SSLContext and CERT_REQUIRED came together. */
const OLDEST = [1, 22] as const;

export class BoardSession {
  readonly repl: RawRepl;
  readonly board: Capabilities;
  private readonly clock: KeptClock;
  private readonly transport: Transport;

  private constructor(transport: Transport, repl: RawRepl, board: Capabilities) {
    this.transport = transport;
    this.repl = repl;
    this.board = board;
    this.clock = new KeptClock(board);
  }

  /** Finds the prompt and asks the board what it is. Throws MirrorError, after the line is closed. */
  static async open(transport: Transport, patience: Partial<Patience> = {}): Promise<BoardSession> {
    try {
      const repl = new RawRepl(transport, patience);
      await repl.enter();
      const session = new BoardSession(transport, repl, await probeBoard(repl));
      session.checkFirmware();
      return session;
    } catch (error) {
      await transport.close();
      throw error;
    }
  }

  /** The line is gone: nothing more can be had from this board. */
  get isLost(): boolean {
    return this.repl.line.isLost;
  }

  /** The console comes by the board's own network, which it must not leave. */
  get isOnItsNetwork(): boolean {
    return !this.transport.survivesReset;
  }

  /** Whether RAM can be cleared: a process would end, and WebREPL be cut off. */
  get canReset(): boolean {
    return !this.board.isProcess && this.transport.survivesReset;
  }

  /** Address of this computer by which the line goes, where it goes by a network. */
  get localAddress(): string | undefined {
    return this.transport.localAddress;
  }

  /** What the board's clock would show by now if nobody had touched it, Unix seconds. */
  get clockNow(): number | undefined {
    return this.clock.now;
  }

  /** A fresh interpreter, as far as the board can give one. */
  async refresh(): Promise<void> {
    if (this.canReset) await this.repl.softReset();
  }

  /** Gives the board its clock and its own program back and closes the line. Never throws: the line may be gone. */
  async close(): Promise<void> {
    try {
      await this.clock.restore(this.repl);
      await this.repl.leave();
      // At the friendly prompt a soft reset starts main.py again, as before somebody came.
      if (this.canReset) await this.repl.line.write('\x04');
    } catch {
      // The board is out of reach: there is nothing left to do for it.
    }
    await this.transport.close();
  }

  private checkFirmware(): void {
    const { implementation, version, modules } = this.board;
    const { name } = this.transport;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (implementation !== 'micropython')
      throw new MirrorError(
        `${name}: this is ${implementation || 'no MicroPython'}; the mirror needs MicroPython`,
      );
    if (!modules.has('ssl') && !modules.has('tls'))
      throw new MirrorError(
        `${name}: this firmware has no ssl module (MicroPython ${version}, ${this.board.machine}): take one that is built with it`,
      );
    if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
      throw new MirrorError(
        `${name}: MicroPython ${version} is too old: its ssl cannot verify a server, and its prompt may lack what is needed; 1.22 or later is (micropython.org/download)`,
      );
    if (!modules.has('socket'))
      throw new MirrorError(`${name}: this firmware has no socket module: the board has no network`);
  }
}
