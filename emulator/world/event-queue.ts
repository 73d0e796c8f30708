import type { Nanoseconds } from './time.ts';

/** A thing that will happen. `cancel()` is idempotent and safe after it has happened. */
export interface Timer {
  readonly at: Nanoseconds;
  cancel(): void;
}

interface Entry extends Timer {
  readonly order: number;
  action: (() => void) | undefined;
}

/**
 * A binary heap ordered by time, then by the order of insertion: two events at one instant happen in the
 * order in which they were asked for, which is what makes a run repeatable.
 */
export class EventQueue {
  private readonly heap: Entry[] = [];
  private inserted = 0;

  add(at: Nanoseconds, action: () => void): Timer {
    const entry: Entry = {
      at,
      order: this.inserted++,
      action,
      cancel() {
        entry.action = undefined;
      },
    };
    this.heap.push(entry);
    this.siftUp(this.heap.length - 1);
    return entry;
  }

  /** Time of the earliest event that was not cancelled, or undefined when nothing is left to happen. */
  nextTime(): Nanoseconds | undefined {
    this.dropCancelled();
    return this.heap[0]?.at;
  }

  /** Removes the earliest event and returns it. */
  take(): { at: Nanoseconds; action: () => void } | undefined {
    this.dropCancelled();
    const entry = this.pop();
    if (entry?.action === undefined) return undefined;
    const { at, action } = entry;
    entry.action = undefined;
    return { at, action };
  }

  private dropCancelled(): void {
    while (this.heap.length > 0 && this.heap[0]!.action === undefined) this.pop();
  }

  private pop(): Entry | undefined {
    const first = this.heap[0];
    const last = this.heap.pop();
    if (last !== undefined && last !== first) {
      this.heap[0] = last;
      this.siftDown(0);
    }
    return first;
  }

  private siftUp(start: number): void {
    let child = start;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.before(child, parent)) return;
      this.swap(child, parent);
      child = parent;
    }
  }

  private siftDown(start: number): void {
    let parent = start;
    for (;;) {
      const left = 2 * parent + 1;
      const right = left + 1;
      let first = parent;
      if (left < this.heap.length && this.before(left, first)) first = left;
      if (right < this.heap.length && this.before(right, first)) first = right;
      if (first === parent) return;
      this.swap(parent, first);
      parent = first;
    }
  }

  private before(a: number, b: number): boolean {
    const x = this.heap[a]!;
    const y = this.heap[b]!;
    return x.at !== y.at ? x.at < y.at : x.order < y.order;
  }

  private swap(a: number, b: number): void {
    const held = this.heap[a]!;
    this.heap[a] = this.heap[b]!;
    this.heap[b] = held;
  }
}
