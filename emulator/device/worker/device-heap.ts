/** The IDF heap of one run, telling the trace when something worth telling took or gave memory. */
import type { TraceEventBody } from '../../world/trace-events.ts';
import type { Block, HeapRegion, IdfHeap } from '../heap.ts';

export class DeviceHeap {
  private readonly heap: IdfHeap;
  private readonly emit: (body: TraceEventBody) => void;

  constructor(heap: IdfHeap, emit: (body: TraceEventBody) => void) {
    this.heap = heap;
    this.emit = emit;
  }

  /** Undefined when memory is short; then nothing was taken. */
  take(sizes: readonly number[], reason: string): Block[] | undefined {
    const blocks: Block[] = [];
    for (const size of sizes) {
      const block = this.heap.allocate(size);
      if (block === undefined) {
        for (const taken of blocks) this.heap.free(taken);
        this.report(`${reason}: no block of ${size} bytes`);
        return undefined;
      }
      blocks.push(block);
    }
    this.report(reason);
    return blocks;
  }

  giveBack(blocks: readonly Block[], reason: string): void {
    if (blocks.length === 0) return;
    for (const block of blocks) this.heap.free(block);
    this.report(reason);
  }

  /** Memory needed for a moment: counted in the peak, then free again. False when it was not to be had. */
  borrow(size: number): boolean {
    const block = this.heap.allocate(size);
    if (block === undefined) return false;
    this.heap.free(block);
    return true;
  }

  get largestBlock(): number {
    return this.heap.largestBlock;
  }

  get regions(): readonly HeapRegion[] {
    return this.heap.regionStates;
  }

  private report(reason: string): void {
    const { used, available, largestBlock, peak } = this.heap;
    this.emit({ type: 'device.heap', reason, used, free: available, largestBlock, peak });
  }
}
