/**
 * How many blocks littlefs takes for what lies in it. An estimate from its design (lfs2 DESIGN.md): metadata
 * lives in pairs of blocks, small files inside them, other files in blocks of their own.
 */

export const FLASH_BLOCK = 4096;

/** An eighth of a block: littlefs's limit for a file kept with its metadata. */
const INLINE_LIMIT = FLASH_BLOCK / 8;

export class FlashAccount {
  readonly total: number;
  /** The superblock's pair. */
  readonly empty = 2;
  readonly folder = 2;

  constructor(size: number) {
    this.total = Math.floor(size / FLASH_BLOCK);
  }

  file(size: number): number {
    return size <= INLINE_LIMIT ? 0 : Math.ceil(size / FLASH_BLOCK);
  }
}
