/** One board at the end of a line, from the first Ctrl-C until it is as it was found. */
import { MirrorError } from '../problem.ts';
import { type Patience, RawRepl } from '../raw-repl/raw-repl.ts';
import type { Transport } from '../transport/transport.ts';
import { type Capabilities, probeBoard } from './capabilities.ts';
import { KeptClock } from './clock.ts';

/** The oldest firmware whose ssl module can verify a server: SSLContext and CERT_REQUIRED came together. */
const OLDEST = [1, 22] as const;

/** This side of the line. */
interface LineEnd {
  readonly transport: Transport;
  readonly repl: RawRepl;
  readonly signal: AbortSignal | undefined;
  readonly stop: () => void;
}

export class BoardSession {
  readonly repl: RawRepl;
  readonly board: Capabilities;
  /** It was on no network when it was found: if it is on one, a run of this session has left it there. */
  wasOffline = false;
  private readonly clock: KeptClock;
  private readonly end: LineEnd;

  private constructor(end: LineEnd, board: Capabilities) {
    this.end = end;
    this.repl = end.repl;
    this.board = board;
    this.clock = new KeptClock(board);
  }

  /**
   * Finds the prompt and asks the board what it is. Throws MirrorError, after the line is closed, or the reason of
   * `signal`: who waits for the board when it is aborted gets that.
   */
  static async open(
    transport: Transport,
    patience: Partial<Patience> = {},
    signal?: AbortSignal,
  ): Promise<BoardSession> {
    const repl = new RawRepl(transport, patience);
    const end = { transport, repl, signal, stop: () => repl.line.stop(signal?.reason) };
    let session: BoardSession | undefined;
    try {
      signal?.throwIfAborted();
      signal?.addEventListener('abort', end.stop);
      await repl.enter();
      session = new BoardSession(end, await probeBoard(repl));
      session.checkFirmware();
      return session;
    } catch (error) {
      await letGo(end, { canReset: session?.canReset ?? canProbablyReset(end) });
      throw error;
    }
  }

  /** The line is gone: nothing more can be had from this board. */
  get isLost(): boolean {
    return this.repl.line.isLost;
  }

  /** Whether RAM can be cleared: a process would end, and WebREPL be cut off. */
  get canReset(): boolean {
    return !this.board.isProcess && this.end.transport.survivesReset;
  }

  /** Address of this computer by which the line goes, where it goes by a network. */
  get localAddress(): string | undefined {
    return this.end.transport.localAddress;
  }

  /** What the board's clock would show by now if nobody had touched it, Unix seconds. */
  get clockNow(): number | undefined {
    return this.clock.now;
  }

  /** A fresh interpreter, as far as the board can give one. */
  async refresh(): Promise<void> {
    if (this.canReset) await this.repl.softReset();
  }

  /** What has to be done for the board itself: a stop reaches what comes after it. */
  undisturbed<T>(work: () => Promise<T>): Promise<T> {
    return this.repl.line.undisturbed(work);
  }

  /** Gives the board its clock and its own program back and closes the line. Never throws: the line may be gone. */
  close(): Promise<void> {
    return letGo(this.end, { clock: this.clock, canReset: this.canReset });
  }

  private checkFirmware(): void {
    const { implementation, version, modules } = this.board;
    const { name } = this.end.transport;
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

/** Of what has not said what it is: a process, which would end, has no raw prompt. */
function canProbablyReset({ transport, repl }: LineEnd): boolean {
  return repl.hasPrompt && repl.mode !== 'paste' && transport.survivesReset;
}

async function letGo(
  { transport, repl, signal, stop }: LineEnd,
  { clock, canReset }: { clock?: KeptClock; canReset: boolean },
): Promise<void> {
  signal?.removeEventListener('abort', stop);
  const putBack = async () => {
    if (!repl.hasPrompt) return;
    if (!repl.isAtPrompt) await repl.enter();
    // A clock that cannot be set back keeps nobody from the prompt.
    await clock?.restore(repl).catch(() => {});
    await repl.leave();
    // At the friendly prompt a soft reset starts main.py again, as before somebody came.
    if (canReset) await repl.line.write('\x04');
  };
  try {
    await repl.line.undisturbed(putBack);
  } catch {
    // The board is out of reach: there is nothing left to do for it.
  }
  await transport.close();
}
