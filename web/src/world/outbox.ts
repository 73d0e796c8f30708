/** What the world reports goes out in batches: a message each would keep the page busy with nothing but receiving. */
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import type { Report } from './protocol.ts';

/** Events in one message: the page takes a few milliseconds for so many. */
const BATCH = 250;

export class Outbox {
  private readonly run: number;
  private readonly post: (report: Report) => void;
  private events: TraceEvent[] = [];
  private console: { device: string; pieces: Uint8Array[] } | undefined;

  constructor(run: number, post: (report: Report) => void) {
    this.run = run;
    this.post = post;
  }

  /** Whether anything waits to go out. */
  get isEmpty(): boolean {
    return this.events.length === 0 && this.console === undefined;
  }

  addEvent(event: TraceEvent): void {
    this.events.push(compact(event));
    if (this.events.length >= BATCH) this.flush();
  }

  addOutput(device: string, bytes: Uint8Array): void {
    if (this.console?.device !== device) this.flushConsole();
    this.console ??= { device, pieces: [] };
    this.console.pieces.push(bytes);
  }

  flush(): void {
    const { run, events } = this;
    if (events.length > 0) {
      this.events = [];
      this.post({ kind: 'events', run, events });
    }
    this.flushConsole();
  }

  private flushConsole(): void {
    if (this.console === undefined) return;
    const { device, pieces } = this.console;
    this.console = undefined;
    this.post({ kind: 'console', run: this.run, device, bytes: joined(pieces) });
  }
}

/** A view is sent with all of the buffer that it looks at, so each gets a buffer of its own. */
function compact(event: TraceEvent): TraceEvent {
  let own: Record<string, unknown> | undefined;
  for (const [key, value] of Object.entries(event)) {
    if (value instanceof Uint8Array && value.byteLength < value.buffer.byteLength) {
      own ??= { ...event };
      own[key] = value.slice();
    }
  }
  return (own as TraceEvent | undefined) ?? event;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
