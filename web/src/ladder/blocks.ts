/** Rows in blocks: a list of thousands is compared block by block, and drawn only where something has changed. */
import type { Row } from '../../../src/report/ladder/model.ts';

export type Block = readonly Row[];

const BLOCK = 40;

/** Blocks whose rows are the same as before are the same objects. */
export function blocksOf(rows: readonly Row[], before: readonly Block[]): Block[] {
  const blocks: Block[] = [];
  for (let start = 0; start < rows.length; start += BLOCK) {
    const old = before[blocks.length];
    const end = Math.min(rows.length, start + BLOCK);
    blocks.push(old !== undefined && holds(old, rows, start, end) ? old : rows.slice(start, end));
  }
  return blocks;
}

function holds(block: Block, rows: readonly Row[], start: number, end: number): boolean {
  return block.length === end - start && block.every((row, i) => row === rows[start + i]);
}
