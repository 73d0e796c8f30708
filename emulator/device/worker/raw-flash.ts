/**
 * The chip's flash outside its file system, as `esp32.Partition` and `esp.flash_…` see it: NOR flash, which an erase
 * sets bit by bit, a sector at a time, and a write can only clear. What was never written is erased.
 */
import type { FlashSector } from '../flash.ts';

export const SECTOR = 4096;
const ERASED = 0xff;

export class RawFlash {
  private readonly sectors = new Map<number, Uint8Array>();

  constructor(sectors: readonly FlashSector[]) {
    for (const { index, bytes } of sectors) this.sectors.set(index, bytes.slice());
  }

  read(address: number, length: number): Uint8Array {
    return Uint8Array.from({ length }, (_, i) => this.byteAt(address + i));
  }

  write(address: number, bytes: Uint8Array): void {
    bytes.forEach((byte, i) => {
      const at = address + i;
      this.sectorOf(at)[at % SECTOR]! &= byte;
    });
  }

  /** Both are whole sectors. */
  erase(address: number, length: number): void {
    for (let at = address; at < address + length; at += SECTOR) this.sectors.delete(at / SECTOR);
  }

  state(): FlashSector[] {
    return [...this.sectors].map(([index, bytes]) => ({ index, bytes }));
  }

  private byteAt(address: number): number {
    return this.sectors.get(Math.floor(address / SECTOR))?.[address % SECTOR] ?? ERASED;
  }

  private sectorOf(address: number): Uint8Array {
    const index = Math.floor(address / SECTOR);
    let sector = this.sectors.get(index);
    if (sector === undefined) {
      sector = new Uint8Array(SECTOR).fill(ERASED);
      this.sectors.set(index, sector);
    }
    return sector;
  }
}
