/** A transport on something of Node's that tells of its bytes, its errors and its end by events. */
import type { EventEmitter } from 'node:events';
import { BufferedTransport } from './buffered.ts';

export abstract class EmitterTransport extends BufferedTransport {
  readonly name: string;
  abstract override readonly survivesReset: boolean;

  constructor(name: string) {
    super();
    this.name = name;
  }

  /** `ending`: why it is gone when it ends without an error. */
  protected follow(emitter: EventEmitter, ending: string, dataEvent = 'data'): void {
    let reason = ending;
    emitter.on(dataEvent, (bytes: Uint8Array) => this.receive(new Uint8Array(bytes)));
    emitter.on('error', (error: Error) => {
      reason = error.message;
    });
    emitter.on('close', () => this.lost(reason));
  }

  /** Bytes as they came: all of them the board's, unless a protocol is around them. */
  protected receive(bytes: Uint8Array): void {
    this.received(bytes);
  }

  /** From now on nobody is told of an end. */
  protected forgetEnd(): void {
    this.onClose = undefined;
  }
}

/** Fulfilled when `action` calls back, whatever it says: how a write ended tells the end of the line. */
export function called(action: (callback: () => void) => void): Promise<void> {
  return new Promise((resolve) => action(() => resolve()));
}
