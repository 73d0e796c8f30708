/**
 * MicroPython's own heap on the board, as far as it can be known: what the firmware allocates in it and what the
 * scenario declares. (What Python objects take in the interpreter of this emulator says nothing about a board:
 * pointers are of another size, and garbage is collected at other times.) An estimate, therefore.
 *
 * It begins with one area and, when that is full, takes another of the IDF heap, as MICROPY_GC_SPLIT_HEAP_AUTO
 * does: as large as all so far, or what fits, at least what is asked for. Areas are not given back.
 */

/** Memory is handed out in blocks of four words. */
const BLOCK = 16;

/** Of an area's bytes that its own tables take: 13 in 512, py/gc.c. */
const TABLES = 13 / 512;
const SMALLEST_TABLES = 2_048;

export interface GcInfo {
  readonly allocated: number;
  /** With what a new area could add, as `gc.mem_free()` counts. */
  readonly free: number;
}

/** Where areas come from: the IDF heap. */
export interface AreaSource {
  readonly largestBlock: number;
  /** False when there is no such block. */
  takeArea(size: number): boolean;
}

/** Something allocated. Which Python objects are still in use cannot be seen from outside; `isGarbage` presumes. */
export interface PythonObject {
  readonly size: number;
  isGarbage(): boolean;
}

const KEPT = () => false;

export class GcHeap {
  private readonly source: AreaSource;
  private readonly objects = new Set<PythonObject>();
  private areas: number;
  private allocated: number;

  /** Bytes: of the first area, and in use of it from the beginning. */
  constructor(source: AreaSource, firstArea: number, used: number) {
    this.source = source;
    this.areas = firstArea;
    this.allocated = used;
  }

  /** Undefined where Python would raise MemoryError. Garbage is collected before another area is taken. */
  allocate(bytes: number, isGarbage: () => boolean = KEPT): PythonObject | undefined {
    const size = Math.ceil(bytes / BLOCK) * BLOCK;
    if (this.allocated + size > this.capacity) this.collect();
    if (this.allocated + size > this.capacity && !this.grow(size)) return undefined;
    const object = { size, isGarbage };
    this.objects.add(object);
    this.allocated += size;
    return object;
  }

  /** To free it twice does no harm. */
  free(object: PythonObject): void {
    if (this.objects.delete(object)) this.allocated -= object.size;
  }

  private collect(): void {
    for (const object of this.objects) if (object.isGarbage()) this.free(object);
  }

  get info(): GcInfo {
    return {
      allocated: this.allocated,
      free: this.capacity - this.allocated + this.source.largestBlock,
    };
  }

  private get capacity(): number {
    return Math.floor(this.areas * (1 - TABLES));
  }

  private grow(size: number): boolean {
    const needed = size + Math.max(SMALLEST_TABLES, Math.ceil(size * TABLES));
    const available = this.source.largestBlock;
    if (available < needed) return false;
    const area = Math.min(available, Math.max(this.areas, needed));
    if (!this.source.takeArea(area)) return false;
    this.areas += area;
    return true;
  }
}
