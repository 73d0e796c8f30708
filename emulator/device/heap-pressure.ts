/** What the parts of a program that a scenario leaves out hold of both heaps. */
export interface HeapPressure {
  /** Bytes of the IDF heap, in small blocks, as drivers and tasks take them. */
  readonly idf: number;
  /** Bytes of MicroPython's heap; when that is full it grows by areas of the IDF heap. */
  readonly python: number;
  /** Fragments the IDF heap, until no allocation of more bytes than this finds room. */
  readonly largestBlock?: number;
}
