/**
 * What a connection tells its program: call-backs wait until the segment that caused them has been processed, and
 * end when the program closes it.
 */
export abstract class Notices {
  onConnect: (() => void) | undefined;
  onReadable: (() => void) | undefined;
  onWritable: (() => void) | undefined;
  onError: ((errno: number) => void) | undefined;
  /** Set by the listener while the connection is its own: the handshake is over, or the connection is gone. */
  onEstablished: (() => void) | undefined;
  onAbandoned: (() => void) | undefined;
  /** The program has closed it: nothing is reported any more, and new data is refused by RST. */
  protected orphaned = false;
  private noted = { connected: false, readable: false, writable: false };

  abstract readonly writable: number;

  protected note(what: 'connected' | 'readable' | 'writable'): void {
    this.noted[what] = true;
  }

  /** Tells what was noted since the last time. */
  protected notify(): void {
    const { connected, readable, writable } = this.noted;
    this.noted = { connected: false, readable: false, writable: false };
    if (connected) (this.onEstablished ?? this.onConnect)?.();
    if (readable) this.onReadable?.();
    if (writable && this.writable > 0) this.onWritable?.();
  }

  protected orphan(): void {
    this.orphaned = true;
    this.onConnect = undefined;
    this.onReadable = undefined;
    this.onWritable = undefined;
    this.onError = undefined;
  }
}
