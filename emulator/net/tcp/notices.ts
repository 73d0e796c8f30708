/** What the program shall be told: call-backs wait until the segment that caused them has been processed. */
export class Notices {
  private connected = false;
  private readable = false;
  private writable = false;

  note(what: 'connected' | 'readable' | 'writable'): void {
    this[what] = true;
  }

  /** What was noted since the last time. */
  take(): { connected: boolean; readable: boolean; writable: boolean } {
    const { connected, readable, writable } = this;
    this.connected = this.readable = this.writable = false;
    return { connected, readable, writable };
  }
}
