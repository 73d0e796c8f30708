/** The line of a board at the page, as the mirror's transport. */
import type { WebSocket } from 'ws';
import { BufferedTransport } from '../mirror/transport/buffered.ts';

export class PageLine extends BufferedTransport {
  readonly name: string;
  readonly survivesReset = true;
  private readonly websocket: WebSocket;
  /** Who waits for the page to have written. */
  private waiting: (() => void)[] = [];

  constructor(websocket: WebSocket, name: string) {
    super();
    this.websocket = websocket;
    this.name = name;
  }

  /** Fulfilled when the page has handed the bytes to the port, or never will. */
  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.websocket.send(bytes, (error) => {
        if (error) this.lose('the page has gone');
      });
    });
  }

  /** The page's end of the line is its own: it gives it back to the person there. */
  async close(): Promise<void> {
    this.onData = () => {};
    this.onClose = undefined;
  }

  hear(bytes: Uint8Array): void {
    this.received(bytes);
  }

  written(): void {
    this.waiting.shift()?.();
  }

  lose(reason: string): void {
    for (const done of this.waiting.splice(0)) done();
    this.lost(reason);
  }
}
