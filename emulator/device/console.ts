/**
 * The serial console of a board, seen from the other end of the cable: bytes in, bytes out, no terminal.
 *
 *     const device = new Device({ …, prompt: true });     // the prompt follows main.py
 *     const stop = device.console.onOutput((bytes) => …); // as they leave the UART, lines end in \r\n
 *     device.console.write(encoder.encode('1 + 1\r'));    // Enter is \r; Ctrl-C is the byte 3
 *
 * `write` and the listeners belong to the world: call it from an event of the world (`world.after`), or in an open
 * world from `OpenWorld.enter`. Bytes written before anybody reads wait. `waitsForInput` tells that all of them are
 * consumed and the program, or the prompt, wants more.
 */
import { Newlines } from './newlines.ts';

export const CTRL_C = 3;

/** What the console needs of its board. */
export interface ConsoleHost {
  /** Ctrl-C was pressed. False when it is an ordinary byte now: at the prompt, or after `micropython.kbd_intr(-1)`. */
  keyInterrupt(): boolean;
  /** Bytes have come. */
  wake(): void;
  /** The program waits for bytes, and for nothing else. */
  readonly reads: boolean;
}

export class DeviceConsole {
  private readonly host: ConsoleHost;
  private readonly listeners = new Set<(bytes: Uint8Array) => void>();
  private received: number[] = [];
  private hasEnded = false;
  /** Somebody reads and there is nothing: whoever types on demand may begin. */
  onStarved: (() => void) | undefined;
  private readonly newlines = new Newlines();

  constructor(host: ConsoleHost) {
    this.host = host;
  }

  /** Types. */
  write(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte !== CTRL_C || !this.host.keyInterrupt()) this.received.push(byte);
    }
    this.host.wake();
  }

  /** Bytes of a file or a pipe: none of them is a key. */
  feed(bytes: Uint8Array): void {
    for (const byte of bytes) this.received.push(byte);
    this.host.wake();
  }

  /** No more bytes will come; a serial line never says so, a file does. */
  end(): void {
    this.hasEnded = true;
    this.host.wake();
  }

  get ended(): boolean {
    return this.hasEnded && this.received.length === 0;
  }

  /** Returns what ends the subscription. */
  onOutput(listener: (bytes: Uint8Array) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The program, or the prompt, waits for bytes and has had all there were. */
  get waitsForInput(): boolean {
    return this.received.length === 0 && this.host.reads;
  }

  /** Number of bytes that nobody has read yet. */
  get readable(): number {
    return this.received.length;
  }

  /** Board side: takes up to `limit` of the bytes received. */
  read(limit: number): Uint8Array {
    return Uint8Array.from(this.received.splice(0, limit));
  }

  /** Board side: Ctrl-C that turned out to be an ordinary byte. */
  receiveCtrlC(): void {
    this.received.push(CTRL_C);
  }

  /** Board side: a program has ended without reading these, so the next one does. */
  giveBack(bytes: Uint8Array): void {
    this.received = [...bytes, ...this.received];
  }

  /** Board side: the chip was without power. */
  forget(): void {
    this.received = [];
  }

  /** Board side: sends what a program printed. The UART's driver ends lines with \r\n, unless they are raw bytes. */
  send(printed: Uint8Array, raw = false): void {
    if (this.listeners.size === 0 || printed.length === 0) return;
    const line = this.newlines.send(printed, raw);
    for (const listener of this.listeners) listener(line);
  }
}
