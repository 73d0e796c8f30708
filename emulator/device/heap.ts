/**
 * The ESP-IDF heap, from which mbedTLS, lwIP and the Wi-Fi driver take their memory: several regions that
 * cannot be joined, each with blocks in use and free blocks between them. That "the largest free block is
 * too small" while plenty is free is what breaks a handshake on real boards, so the model keeps addresses.
 *
 * A model, not a copy: ESP-IDF's allocator (TLSF) also searches the first region that fits, best fit
 * within, with a word of header for each block. What it says is an estimate.
 */

/** Bytes that the allocator keeps in front of each block. */
const HEADER = 4;
const ALIGNMENT = 4;
const SMALLEST_BLOCK = 12;

export interface Block {
  readonly region: number;
  readonly start: number;
  /** With header and padding. */
  readonly length: number;
}

interface FreeRange {
  start: number;
  length: number;
}

/** One region, in bytes: as `esp32.idf_heap_info()` tells of it. */
export interface HeapRegion {
  readonly total: number;
  readonly free: number;
  readonly largest: number;
  /** The least that was ever free. */
  readonly leastFree: number;
}

export class IdfHeap {
  /** Per region, ordered by start; neighbours are joined. */
  private readonly regions: FreeRange[][];
  private readonly leastFree: number[];
  private usedBytes = 0;
  private peakBytes = 0;
  private readonly sizes: readonly number[];
  private readonly totalBytes: number;

  /** `regions`: bytes free in each at the beginning. */
  constructor(regions: readonly number[]) {
    this.regions = regions.map((length) => [{ start: 0, length }]);
    this.sizes = regions;
    this.leastFree = [...regions];
    this.totalBytes = regions.reduce((sum, length) => sum + length, 0);
  }

  /** Undefined when no free block is long enough. */
  allocate(size: number): Block | undefined {
    const length = Math.max(SMALLEST_BLOCK, alignUp(size) + HEADER);
    for (const [region, ranges] of this.regions.entries()) {
      const best = bestFit(ranges, length);
      if (best === undefined) continue;
      const block = { region, start: best.start, length };
      best.start += length;
      best.length -= length;
      if (best.length === 0) ranges.splice(ranges.indexOf(best), 1);
      this.count(length);
      this.leastFree[region] = Math.min(this.leastFree[region]!, freeIn(ranges));
      return block;
    }
    return undefined;
  }

  /** Takes small blocks for good, so that no allocation of more than `size` bytes finds room. */
  fragment(size: number): void {
    const longest = Math.max(SMALLEST_BLOCK, alignDown(size) + HEADER);
    for (const [region, ranges] of this.regions.entries()) {
      this.regions[region] = ranges.flatMap((range) => this.divide(region, range, longest));
      this.leastFree[region] = Math.min(this.leastFree[region]!, freeIn(this.regions[region]!));
    }
  }

  private divide(region: number, { start, length }: FreeRange, longest: number): FreeRange[] {
    const pieces: FreeRange[] = [];
    const end = start + length;
    let at = start;
    while (end - at > longest) {
      const wall = { region, start: at + longest, length: Math.min(SMALLEST_BLOCK, end - at - longest) };
      pieces.push({ start: at, length: longest });
      this.count(wall.length);
      at = wall.start + wall.length;
    }
    return at === end ? pieces : [...pieces, { start: at, length: end - at }];
  }

  private count(length: number): void {
    this.usedBytes += length;
    this.peakBytes = Math.max(this.peakBytes, this.usedBytes);
  }

  free(block: Block): void {
    const ranges = this.regions[block.region]!;
    const after = ranges.findIndex((range) => range.start > block.start);
    const index = after === -1 ? ranges.length : after;
    ranges.splice(index, 0, { start: block.start, length: block.length });
    joinWithNext(ranges, index);
    if (index > 0) joinWithNext(ranges, index - 1);
    this.usedBytes -= block.length;
  }

  /** Bytes taken since boot and not given back. */
  get used(): number {
    return this.usedBytes;
  }

  get available(): number {
    return this.totalBytes - this.usedBytes;
  }

  /** The most that was ever in use at once. */
  get peak(): number {
    return this.peakBytes;
  }

  /** What one allocation can get at most. */
  get largestBlock(): number {
    return largestIn(this.regions.flat());
  }

  /** In order of address. */
  get regionStates(): readonly HeapRegion[] {
    return this.regions.map((ranges, region) => ({
      total: this.sizes[region]!,
      free: freeIn(ranges),
      largest: largestIn(ranges),
      leastFree: this.leastFree[region]!,
    }));
  }
}

function freeIn(ranges: readonly FreeRange[]): number {
  return ranges.reduce((sum, { length }) => sum + length, 0);
}

function largestIn(ranges: readonly FreeRange[]): number {
  return Math.max(0, Math.max(0, ...ranges.map(({ length }) => length)) - HEADER);
}

function bestFit(ranges: readonly FreeRange[], length: number): FreeRange | undefined {
  let best: FreeRange | undefined;
  for (const range of ranges) {
    if (range.length >= length && (best === undefined || range.length < best.length)) best = range;
  }
  return best;
}

function joinWithNext(ranges: FreeRange[], index: number): void {
  const range = ranges[index]!;
  const next = ranges[index + 1];
  if (next === undefined || range.start + range.length !== next.start) return;
  range.length += next.length;
  ranges.splice(index + 1, 1);
}

function alignDown(size: number): number {
  return Math.floor(size / ALIGNMENT) * ALIGNMENT;
}

function alignUp(size: number): number {
  return Math.ceil(size / ALIGNMENT) * ALIGNMENT;
}
