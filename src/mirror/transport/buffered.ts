import type { Transport } from './transport.ts';

/** Keeps what comes before somebody listens: the first words of a line, or that it is gone already. */
export abstract class BufferedTransport implements Transport {
  abstract readonly name: string;
  abstract readonly survivesReset: boolean;
  private early: Uint8Array[] = [];
  private gone: string | undefined;
  private dataListener: ((bytes: Uint8Array) => void) | undefined;
  private closeListener: ((reason: string) => void) | undefined;

  abstract write(bytes: Uint8Array): Promise<void>;
  abstract close(): Promise<void>;

  get onData(): ((bytes: Uint8Array) => void) | undefined {
    return this.dataListener;
  }

  set onData(listener: ((bytes: Uint8Array) => void) | undefined) {
    this.dataListener = listener;
    if (listener === undefined) return;
    const { early } = this;
    this.early = [];
    for (const bytes of early) listener(bytes);
  }

  get onClose(): ((reason: string) => void) | undefined {
    return this.closeListener;
  }

  set onClose(listener: ((reason: string) => void) | undefined) {
    this.closeListener = listener;
    if (this.gone !== undefined) listener?.(this.gone);
  }

  protected received(bytes: Uint8Array): void {
    if (this.dataListener === undefined) this.early.push(bytes);
    else this.dataListener(bytes);
  }

  /** The first reason counts. */
  protected lost(reason: string): void {
    if (this.gone !== undefined) return;
    this.gone = reason;
    this.closeListener?.(reason);
  }
}
