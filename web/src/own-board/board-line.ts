/** One line to a board, for the person at the terminal, or, for a moment, for the page's own raw REPL. */
import { BufferedTransport } from '../../../src/mirror/transport/buffered.ts';
import type { Transport } from '../../../src/mirror/transport/transport.ts';

export interface BoardLineOptions {
  readonly transport: Transport;
  /** What the board says, while the terminal has the line. */
  readonly onOutput: (bytes: Uint8Array) => void;
  readonly onLost: (reason: string) => void;
}

export class BoardLine {
  private readonly transport: Transport;
  private readonly onOutput: (bytes: Uint8Array) => void;
  private taker: Taken | undefined;

  constructor({ transport, onOutput, onLost }: BoardLineOptions) {
    this.transport = transport;
    this.onOutput = onOutput;
    transport.onData = (bytes) => (this.taker === undefined ? onOutput(bytes) : this.taker.hear(bytes));
    transport.onClose = (reason) => {
      this.taker?.lose(reason);
      onLost(reason);
    };
  }

  /** False while the line is taken: nobody may type between a program's lines. */
  type(bytes: Uint8Array): boolean {
    if (this.taker !== undefined) return false;
    // What cannot be written any more is told by the end of the line.
    this.transport.write(bytes).catch(() => {});
    return true;
  }

  /** The line for a program of the page's own; who closes it gives it back. */
  take(): Transport {
    if (this.taker !== undefined) throw new Error('the line is in use');
    const { transport } = this;
    this.taker = new Taken(transport, () => {
      this.taker = undefined;
      this.onOutput(new Uint8Array(0));
    });
    return this.taker;
  }

  close(): Promise<void> {
    return this.transport.close();
  }
}

class Taken extends BufferedTransport {
  readonly name: string;
  readonly survivesReset: boolean;
  private readonly transport: Transport;
  private readonly onRelease: () => void;

  constructor(transport: Transport, onRelease: () => void) {
    super();
    this.transport = transport;
    this.name = transport.name;
    this.survivesReset = transport.survivesReset;
    this.onRelease = onRelease;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.transport.write(bytes);
  }

  async close(): Promise<void> {
    this.onRelease();
  }

  hear(bytes: Uint8Array): void {
    this.received(bytes);
  }

  lose(reason: string): void {
    this.lost(reason);
  }
}
