/** What a running program can change of what outlasts it. */
import type { FlashImage, KeptState, NvsEntry } from '../flash.ts';
import { RawFlash } from './raw-flash.ts';

export class KeptStore {
  rtcMemory: Uint8Array;
  readonly raw: RawFlash;
  private readonly nvs = new Map<string, NvsEntry>();

  constructor({ flash, rtcMemory }: KeptState) {
    this.rtcMemory = rtcMemory;
    this.raw = new RawFlash(flash.sectors);
    for (const entry of flash.nvs) this.nvsSet(entry);
  }

  nvsGet(namespace: string, key: string): NvsEntry | undefined {
    return this.nvs.get(nvsName(namespace, key));
  }

  nvsSet(entry: NvsEntry): void {
    this.nvs.set(nvsName(entry.namespace, entry.key), entry);
  }

  /** False when there was none. */
  nvsErase(namespace: string, key: string): boolean {
    return this.nvs.delete(nvsName(namespace, key));
  }

  /** All of it, with the files as the interpreter has them. */
  state(files: Pick<FlashImage, 'files' | 'folders'>): KeptState {
    const flash = { ...files, nvs: [...this.nvs.values()], sectors: this.raw.state() };
    return { flash, rtcMemory: this.rtcMemory };
  }
}

function nvsName(namespace: string, key: string): string {
  return `${namespace}\0${key}`;
}
