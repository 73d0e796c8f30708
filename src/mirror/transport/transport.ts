/**
 * A way to a board's console: bytes both ways, whatever carries them. Nothing else of the mirror knows what that is, so
 * that a page can put WebSerial under it; this file and the raw REPL's import nothing of Node.
 */
export interface Transport {
  /** As the user named it. */
  readonly name: string;
  /** Whether the console is the same line after the board has started again; WebREPL's is not. */
  readonly survivesReset: boolean;
  /** Address of this computer by which the line goes, where it goes by a network. */
  readonly localAddress?: string;
  /** Fulfilled when the bytes are on their way. */
  write(bytes: Uint8Array): Promise<void>;
  onData: ((bytes: Uint8Array) => void) | undefined;
  /** The line is gone, for this reason: once, and not after `close`. */
  onClose: ((reason: string) => void) | undefined;
  close(): Promise<void>;
}
