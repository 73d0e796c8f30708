import { BufferedTransport } from './buffered.ts';

export interface LentLineOptions {
  readonly name: string;
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** `unheard`: what has come that the one who had the line did not want. */
  readonly onReturn: (unheard: Uint8Array) => void;
}

/** A line that somebody else has, lent to a program for a while; who closes it gives it back. */
export class LentLine extends BufferedTransport {
  readonly name: string;
  readonly survivesReset = true;
  private readonly options: LentLineOptions;
  private isReturned = false;

  constructor(options: LentLineOptions) {
    super();
    this.options = options;
    this.name = options.name;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.options.write(bytes);
  }

  async close(unheard: Uint8Array = new Uint8Array(0)): Promise<void> {
    if (this.isReturned) return;
    this.isReturned = true;
    this.options.onReturn(unheard);
  }

  hear(bytes: Uint8Array): void {
    this.received(bytes);
  }

  lose(reason: string): void {
    this.lost(reason);
  }
}
