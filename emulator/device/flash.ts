/**
 * What a board keeps when its program is gone, as it travels between the world and a worker: the contents of
 * the flash, which outlast everything, and the RTC's memory, which outlasts a reset and deep sleep.
 */
export interface DeviceFile {
  /** Absolute or relative to the root of the device's file system: "main.py", "/lib/umqtt/simple.py". */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface FlashImage {
  readonly files: readonly DeviceFile[];
  /** Absolute paths, also of those that hold files; a folder stands before what lies in it. */
  readonly folders: readonly string[];
  readonly nvs: readonly NvsEntry[];
  /** Written by bytes, outside the file system. */
  readonly sectors: readonly FlashSector[];
}

/** 4096 bytes of the chip's flash. */
export interface FlashSector {
  /** From the beginning of the flash. */
  readonly index: number;
  readonly bytes: Uint8Array;
}

/** One value of ESP-IDF's non-volatile storage; `esp32.NVS` writes these two types. */
export interface NvsEntry {
  readonly namespace: string;
  readonly key: string;
  readonly value: number | Uint8Array;
}

export interface KeptState {
  readonly flash: FlashImage;
  /** `machine.RTC().memory()`. */
  readonly rtcMemory: Uint8Array;
}

/** A board as it comes: these files and nothing else. */
export function newBoard(files: readonly DeviceFile[]): KeptState {
  return { flash: { files, folders: [], nvs: [], sectors: [] }, rtcMemory: new Uint8Array(0) };
}
