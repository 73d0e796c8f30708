/** Both heaps of one run, telling the trace when something worth telling took or gave memory. */
import type { TraceEventBody } from '../../world/trace-events.ts';
import type { BoardMemory } from '../boards/board.ts';
import { type AreaSource, GcHeap, type GcInfo, type PythonObject } from '../gc-heap.ts';
import { type Block, type HeapRegion, IdfHeap } from '../heap.ts';
import type { HeapPressure } from '../heap-pressure.ts';

/** Sizes of the blocks that pressure is made of. */
const PRESSURE_BLOCK = 1_024;
/** Header of a block in the IDF heap: what is taken counts with it. */
const HEADER = 4;

export class DeviceHeap implements AreaSource {
  private readonly heap: IdfHeap;
  private readonly gc: GcHeap;
  private readonly emit: (body: TraceEventBody) => void;

  constructor({ idfRegions, gcArea, gcUsed }: BoardMemory, emit: (body: TraceEventBody) => void) {
    this.heap = new IdfHeap(idfRegions);
    this.gc = new GcHeap(this, gcArea, gcUsed);
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

  /** An object of the firmware in MicroPython's heap. Undefined where Python would raise MemoryError. */
  takePython(size: number, isGarbage?: () => boolean): PythonObject | undefined {
    return this.gc.allocate(size, isGarbage);
  }

  freePython(object: PythonObject): void {
    this.gc.free(object);
  }

  /** What a scenario says is taken before the program begins: as much of it as there is. */
  press({ idf, python, largestBlock }: HeapPressure): void {
    for (let left = python; left > 0; left -= PRESSURE_BLOCK) {
      if (this.gc.allocate(Math.min(left, PRESSURE_BLOCK)) === undefined) break;
    }
    for (let left = idf; left > 0; left -= PRESSURE_BLOCK) {
      if (this.heap.allocate(Math.min(left, PRESSURE_BLOCK) - HEADER) === undefined) break;
    }
    if (largestBlock !== undefined) this.heap.fragment(largestBlock);
    this.report('heap pressure');
  }

  /** For `esp32.idf_heap_info(esp32.HEAP_DATA)`, in order of address. Estimated. */
  get regions(): readonly HeapRegion[] {
    return this.heap.regionStates;
  }

  /** Bytes for `gc.mem_alloc()` and `gc.mem_free()`. Estimated: what the firmware and the scenario's pressure hold. */
  gcInfo(): GcInfo {
    return this.gc.info;
  }

  get largestBlock(): number {
    return this.heap.largestBlock;
  }

  /** For MicroPython's heap, when it is full. */
  takeArea(size: number): boolean {
    return this.take([size], "area of MicroPython's heap") !== undefined;
  }

  private report(reason: string): void {
    const { used, available, largestBlock, peak } = this.heap;
    this.emit({ type: 'device.heap', reason, used, free: available, largestBlock, peak });
  }
}
