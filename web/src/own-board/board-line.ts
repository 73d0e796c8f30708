/** One line to a board, for the person at the terminal, or, for a while, for the page's own work. */
import { LentLine } from '../../../src/mirror/transport/lent.ts';
import type { Transport } from '../../../src/mirror/transport/transport.ts';

export interface BoardLineOptions {
  readonly transport: Transport;
  /** What the board says, while the terminal has the line. */
  readonly onOutput: (bytes: Uint8Array) => void;
  /** The terminal has the line again. */
  readonly onReturn: () => void;
  readonly onLost: (reason: string) => void;
}

export class BoardLine {
  private readonly options: BoardLineOptions;
  private lent: LentLine | undefined;

  constructor(options: BoardLineOptions) {
    this.options = options;
    const { transport, onOutput, onLost } = options;
    transport.onData = (bytes) => (this.lent === undefined ? onOutput(bytes) : this.lent.hear(bytes));
    transport.onClose = (reason) => {
      this.lent?.lose(reason);
      onLost(reason);
    };
  }

  get name(): string {
    return this.options.transport.name;
  }

  /** False while the line is lent: nobody may type between a program's lines. */
  type(bytes: Uint8Array): boolean {
    if (this.lent !== undefined) return false;
    // What cannot be written any more is told by the end of the line.
    this.options.transport.write(bytes).catch(() => {});
    return true;
  }

  /** For the page's own work; who closes it gives it back. */
  take(): LentLine {
    if (this.lent !== undefined) throw new Error('the line is in use');
    const { transport, onOutput, onReturn } = this.options;
    this.lent = new LentLine({
      name: transport.name,
      write: (bytes) => transport.write(bytes),
      onReturn: (unheard) => {
        this.lent = undefined;
        onReturn();
        onOutput(unheard);
      },
    });
    return this.lent;
  }

  close(): Promise<void> {
    return this.options.transport.close();
  }
}
