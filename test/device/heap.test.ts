import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IdfHeap } from '../../emulator/device/heap.ts';

/** What the allocator adds to a block. */
const HEADER = 4;

describe('the IDF heap', () => {
  it('gives a block that fits into one region, not one that only fits into all', () => {
    const heap = new IdfHeap([1000, 1000]);
    assert.equal(heap.available, 2000);
    assert.equal(heap.allocate(1500), undefined);
    assert.equal(heap.largestBlock, 1000 - HEADER);
    assert.ok(heap.allocate(1000 - HEADER));
    assert.ok(heap.allocate(1000 - HEADER));
    assert.equal(heap.available, 0);
    assert.equal(heap.allocate(1), undefined);
  });

  it('is fragmented by what stays in the middle', () => {
    const heap = new IdfHeap([3000]);
    const blocks = [0, 1, 2].map(() => heap.allocate(1000 - HEADER)!);
    heap.free(blocks[0]!);
    heap.free(blocks[2]!);
    assert.equal(heap.available, 2000);
    assert.equal(heap.allocate(1200), undefined);
    heap.free(blocks[1]!);
    assert.equal(heap.largestBlock, 3000 - HEADER);
  });

  it('takes the smallest hole that is large enough', () => {
    const heap = new IdfHeap([4000]);
    const [large, , small] = [1500, 100, 500, 100].map((size) => heap.allocate(size)!);
    heap.free(large!);
    heap.free(small!);
    assert.equal(heap.allocate(400)!.start, small!.start);
  });

  it('remembers the most that was in use', () => {
    const heap = new IdfHeap([1000]);
    heap.free(heap.allocate(600)!);
    assert.deepEqual([heap.used, heap.peak], [0, 600 + HEADER]);
  });
});
